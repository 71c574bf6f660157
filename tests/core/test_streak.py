"""The streak: its worked cases by number."""

from datetime import date, timedelta

from server.core.streak import (
    ALWAYS,
    Rest,
    Rules,
    Session,
    Settings,
    ZoneFrom,
    counts_by_hand,
    counts_offline,
    day_of,
    day_start,
    evaluate,
    rest_allowed,
    today_at,
)
from tests.core.streak_cases import WEEKENDS_OFF, at, june, lines, london, on, wrote


def test_case_1_today_does_not_break_a_streak_before_it_has_closed() -> None:
    streak = evaluate(wrote(1, 2, 3), london(), on(4))
    assert (streak.current, streak.state, streak.today) == (3, "grace_left", june(4))
    assert lines(streak) == {1: "written", 2: "written", 3: "written", 4: "open"}


def test_case_2_one_minute_before_the_rollover_is_yesterday() -> None:
    assert day_of(on(3, "02:59"), "Europe/London", 180) == june(2)


def test_case_3_the_rollover_is_today() -> None:
    assert day_of(on(3, "03:00"), "Europe/London", 180) == june(3)


def test_case_4_a_sprint_over_midnight_belongs_to_the_day_it_started_in() -> None:
    assert day_of(on(3, "23:50"), "Europe/London", 0) == june(3)


def test_case_5_a_grace_day_holds_the_streak_and_adds_nothing() -> None:
    streak = evaluate(wrote(1, 2, 4), london(), on(4))
    assert (streak.current, streak.state, streak.since) == (3, "done", june(1))
    assert lines(streak) == {1: "written", 2: "written", 3: "grace", 4: "written"}


def test_case_6_after_a_missed_day_today_decides_and_then_the_streak_is_over() -> None:
    streak = evaluate(wrote(1, 2), london(), on(4))
    assert (streak.current, streak.state) == (2, "must_write")
    assert lines(streak) == {1: "written", 2: "written", 3: "grace", 4: "open"}
    streak = evaluate(wrote(1, 2), london(), on(5))
    assert (streak.current, streak.longest, streak.state, streak.since) == (0, 2, "broken", None)
    assert lines(streak) == {1: "written", 2: "written", 3: "missed", 4: "missed", 5: "open"}


def test_case_7_two_misses_within_seven_days_move_the_start_and_keep_the_longest() -> None:
    streak = evaluate(wrote(1, 2, 3, 4, 5, 7, 8, 10), london(), on(10))
    assert (streak.current, streak.since, streak.longest) == (3, june(7), 7)
    assert (lines(streak)[6], lines(streak)[9]) == ("missed", "grace")


def test_case_8_two_misses_seven_effective_days_apart_are_both_held() -> None:
    seven_apart = evaluate(wrote(1, 3, 4, 5, 6, 7, 8, 10), london(), on(10))
    assert (seven_apart.current, seven_apart.since) == (8, june(1))
    six_apart = evaluate(wrote(1, 3, 4, 5, 6, 7, 9, 10), london(), on(10))
    assert (six_apart.current, six_apart.since) == (7, june(3))


def test_case_9_days_off_are_spanned_and_writing_on_one_still_adds() -> None:
    schedule = london(Rules(grace=0, rest_weekdays=WEEKENDS_OFF))
    assert evaluate(wrote(4, 5, 8), schedule, on(8)).current == 3
    assert evaluate(wrote(4, 5, 6, 8), schedule, on(8)).current == 4
    assert lines(evaluate(wrote(4, 5, 8), schedule, on(8))) == {
        4: "written",
        5: "written",
        6: "rest",
        7: "rest",
        8: "written",
    }


def test_case_10_rest_is_booked_before_it_starts_and_spans_the_gap() -> None:
    assert not rest_allowed(june(2), june(4), on(2), "Europe/London", 180)
    assert rest_allowed(june(3), june(5), on(2), "Europe/London", 180)
    booked = london(Rules(grace=0), rests=(Rest(june(3), june(5), on(2)),))
    streak = evaluate(wrote(1, 2, 6), booked, on(6))
    assert streak.current == 3
    assert lines(streak) == {1: "written", 2: "written", 3: "rest", 4: "rest", 5: "rest", 6: "written"}


def test_case_11_a_rollover_that_spring_leaves_out_does_not_break_a_streak() -> None:
    assert day_start(date(2026, 3, 8), "America/New_York", 150) == at("2026-03-08T07:30Z")
    settings = london(Rules(grace=0, rollover=150), zone="America/New_York")
    instants = [at(f"2026-03-{day:02}T22:00-05:00") for day in (6, 7, 8, 9)]
    days = [today_at(settings, instant) for instant in instants]
    assert [day.day for day in days] == [6, 7, 8, 9]
    assert evaluate(wrote(*days), settings, instants[-1]).current == 4


def test_case_12_an_hour_that_autumn_repeats_starts_the_day_once() -> None:
    settings = london(Rules(rollover=90))
    first, again = at("2026-10-25T00:30Z"), at("2026-10-25T01:30Z")
    assert today_at(settings, first - timedelta(minutes=1)) == date(2026, 10, 24)
    assert today_at(settings, first) == today_at(settings, again - timedelta(minutes=1)) == date(2026, 10, 25)


def test_case_13_a_rollover_falls_on_a_half_hour_of_utc() -> None:
    assert day_of(at("2026-06-02T21:29Z"), "Asia/Kolkata", 180) == june(2)
    assert day_of(at("2026-06-02T21:30Z"), "Asia/Kolkata", 180) == june(3)


def test_case_14_a_date_that_the_zone_left_out_is_nobodys_miss() -> None:
    samoa = london(Rules(grace=0), zone="Pacific/Apia")
    days = [date(2011, 12, 28), date(2011, 12, 29), date(2011, 12, 31)]
    streak = evaluate(wrote(*days), samoa, at("2011-12-31T12:00+14:00"))
    assert streak.current == 3
    assert lines(streak)[30] == "travel"


def test_case_15_weeks_count_with_three_written_days_and_an_open_one_breaks_nothing() -> None:
    two_weeks = wrote(1, 3, 5, 8, 10, 12)
    assert evaluate(two_weeks, london(), on(14)).weekly.current == 2
    assert evaluate(two_weeks, london(), on(17)).weekly.current == 2
    assert evaluate([*two_weeks, *wrote(15, 16, 17)], london(), on(17)).weekly.current == 3
    after_a_miss = evaluate(two_weeks, london(), on(22)).weekly
    assert (after_a_miss.current, after_a_miss.longest) == (0, 2)


def test_case_16_a_move_from_tokyo_to_new_york_leaves_the_stamps() -> None:
    landed = at("2026-06-03T00:00Z")
    moved = Settings((ZoneFrom(ALWAYS, "Asia/Tokyo"), ZoneFrom(landed, "America/New_York")))
    started = [at(f"2026-06-{day:02}T08:00+09:00") for day in (1, 2, 3)]
    days = [today_at(moved, instant) for instant in started]
    assert [day.day for day in days] == [1, 2, 3]
    streak = evaluate(wrote(*days), moved, landed)
    assert (streak.current, streak.today, streak.state) == (3, june(2), "done")
    assert evaluate(wrote(*days), moved, at("2026-06-04T12:00-04:00")).current == 3


def test_case_17_a_day_of_which_travel_left_a_few_hours_is_neutral() -> None:
    # 04:00 on the 4th in New York is 17:00 on the 4th in Tokyo: one hour there and ten here were the 4th.
    moved = Settings(
        (ZoneFrom(ALWAYS, "America/New_York"), ZoneFrom(at("2026-06-04T08:00Z"), "Asia/Tokyo")), (Rules(grace=0),)
    )
    streak = evaluate(wrote(2, 3, 5), moved, at("2026-06-05T20:00+09:00"))
    assert streak.current == 3
    assert lines(streak) == {2: "written", 3: "written", 4: "travel", 5: "written"}
    still_open = evaluate(wrote(2, 3), moved, at("2026-06-04T20:00+09:00"))
    assert (still_open.state, lines(still_open)[4]) == ("resting", "open")


def test_case_18_an_offline_result_counts_for_seven_days() -> None:
    started = on(1, "12:00")
    assert counts_offline(started, started + timedelta(days=7))
    assert not counts_offline(started, started + timedelta(days=7, seconds=1))


def test_case_19_entries_by_hand_count_for_yesterday_and_what_does_not_count_is_in_no_streak() -> None:
    assert [counts_by_hand(june(day), today=june(10)) for day in (8, 9, 10, 11)] == [False, True, True, True]
    totals_only = [Session(june(2), 500, 30, counts=False)]
    assert evaluate([*wrote(1), *totals_only, *wrote(3)], london(Rules(grace=0)), on(3)).current == 1


def test_case_20_deleting_for_25_minutes_counts_unless_minutes_are_off() -> None:
    revised = [Session(june(3), -400, 25)]
    assert evaluate(revised, london(), on(3)).current == 1
    assert evaluate(revised, london(Rules(day_minutes=None)), on(3)).current == 0
