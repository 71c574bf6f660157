"""The streak: its worked cases by name, one rule after the other."""

from datetime import UTC, date, datetime, timedelta
from time import perf_counter

import pytest

from server.core.streak import (
    ALWAYS,
    Rest,
    Rules,
    Session,
    Settings,
    Source,
    Streak,
    ZoneFrom,
    counts_for_streak,
    day_of,
    day_start,
    evaluate,
    rest_allowed,
    starts_in_future,
    today_at,
)

WEEKENDS_OFF = frozenset({5, 6})


def june(day: int) -> date:
    return date(2026, 6, day)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def wrote(*days: int | date, words: int = 500, minutes: float = 0) -> list[Session]:
    dates = (june(day) if isinstance(day, int) else day for day in days)
    return [Session(day, words, minutes) for day in dates]


def london(
    *rules: Rules, rests: tuple[Rest, ...] = (), amnesty: frozenset[date] = frozenset(), zone: str = "Europe/London"
) -> Settings:
    return Settings((ZoneFrom(ALWAYS, zone),), rules or (Rules(),), rests, amnesty)


def on(day: int | date, hour: str = "23:00") -> datetime:
    """In London, summer time."""
    return at(f"{june(day) if isinstance(day, int) else day}T{hour}+01:00")


def lines(streak: Streak) -> dict[int, str]:
    return {line.day.day: line.status for line in streak.days}


# The worked cases -------------------------------------------------------------------------------------------------


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
    sources: tuple[Source, ...] = ("sprint", "solo")
    for source in sources:
        assert counts_for_streak(source, started, started + timedelta(days=7), "Europe/London", 180)
        assert not counts_for_streak(source, started, started + timedelta(days=7, hours=1), "Europe/London", 180)


def test_case_19_entries_by_hand_count_for_yesterday_and_imports_never() -> None:
    def by_hand(source: Source, day: int) -> bool:
        return counts_for_streak(source, on(day, "12:00"), on(10, "12:00"), "Europe/London", 180)

    assert by_hand("manual", 10)
    assert by_hand("manual", 9)
    assert not by_hand("manual", 8)
    assert not by_hand("import", 10)
    totals_only = [Session(june(2), 500, 30, counts=False)]
    assert evaluate([*wrote(1), *totals_only, *wrote(3)], london(Rules(grace=0)), on(3)).current == 1


def test_case_20_deleting_for_25_minutes_counts_unless_minutes_are_off() -> None:
    revised = [Session(june(3), -400, 25)]
    assert evaluate(revised, london(), on(3)).current == 1
    assert evaluate(revised, london(Rules(day_minutes=None)), on(3)).current == 0


# Rule by rule -----------------------------------------------------------------------------------------------------


def test_nobody_who_never_wrote_has_a_streak() -> None:
    streak = evaluate([], london(), on(4))
    assert (streak.current, streak.longest, streak.since, streak.state) == (0, 0, None, "none")
    assert lines(streak) == {4: "open"}


@pytest.mark.parametrize(
    ("sessions", "counts"),
    [
        ([Session(june(3), 50, 0)], True),
        ([Session(june(3), 49, 0)], False),
        ([Session(june(3), 30, 0), Session(june(3), 20, 0)], True),
        ([Session(june(3), 60, 0), Session(june(3), -30, 0)], True),  # what was deleted later takes nothing away
        ([Session(june(3), 0, 10)], True),
        ([Session(june(3), 0, 9.99)], False),
        ([Session(june(3), 0, 10 / 3)] * 3, True),
        ([Session(june(3), 49, 9)], False),
    ],
)
def test_a_day_counts_by_fifty_words_or_ten_minutes(sessions: list[Session], counts: bool) -> None:
    assert evaluate(sessions, london(), on(3)).current == int(counts)
    assert evaluate(sessions, london(), on(3)).state == ("done" if counts else "none")


def test_a_raised_threshold_leaves_the_days_before_it_alone() -> None:
    raised = london(Rules(), Rules(from_day=june(4), day_words=1000, grace=0))
    assert evaluate(wrote(1, 2, 3, 4), raised, on(4)).current == 3
    assert evaluate(wrote(1, 2, 3, 4), raised, on(4)).state == "must_write"
    assert evaluate([*wrote(1, 2, 3), *wrote(4, words=1000)], raised, on(4)).current == 4


def test_a_grace_that_is_lowered_judges_only_the_days_from_then_on() -> None:
    lowered = london(Rules(grace=1), Rules(from_day=june(5), grace=0))
    assert evaluate(wrote(1, 2, 4, 5), lowered, on(5)).current == 4
    assert evaluate(wrote(1, 2, 4, 5), lowered, on(6)).state == "must_write"
    assert evaluate(wrote(1, 2, 4, 5), lowered, on(7)).current == 0


@pytest.mark.parametrize(("grace", "current", "state"), [(0, 0, "broken"), (1, 3, "must_write"), (2, 3, "grace_left")])
def test_grace_is_nought_one_or_two(grace: int, current: int, state: str) -> None:
    streak = evaluate(wrote(1, 2, 3), london(Rules(grace=grace)), on(5))
    assert (streak.current, streak.state) == (current, state)


def test_a_streak_can_shrink_without_ending() -> None:
    streak = evaluate(wrote(1, 3), london(), on(5))
    assert (streak.current, streak.since, streak.longest, streak.state) == (1, june(3), 2, "must_write")
    assert lines(streak) == {1: "written", 2: "missed", 3: "written", 4: "grace", 5: "open"}


def test_today_decides_also_when_the_streak_would_only_shrink() -> None:
    assert evaluate(wrote(1, 3), london(), on(4)).state == "must_write"


def test_days_of_rest_do_not_make_the_window_of_grace_longer() -> None:
    # Two misses with five written days and two of rest between them: six effective days apart, so within seven.
    settings = london(Rules(rest_weekdays=WEEKENDS_OFF))
    assert evaluate(wrote(1, 3, 4, 5, 8, 9, 11), settings, on(11)).since == june(3)


def test_today_off_rests_and_written_is_done() -> None:
    off = london(Rules(grace=0, rest_weekdays=WEEKENDS_OFF))
    assert evaluate(wrote(5), off, on(6)).state == "resting"
    assert lines(evaluate(wrote(5), off, on(6)))[6] == "rest"
    assert evaluate(wrote(5, 6), off, on(6)).state == "done"


@pytest.mark.parametrize(
    ("first", "last", "allowed"),
    [
        (june(3), june(3), True),
        (june(3), date(2026, 8, 1), True),
        (june(3), date(2026, 8, 2), False),
        (june(4), june(3), False),
    ],
)
def test_rest_lasts_at_most_sixty_days(first: date, last: date, allowed: bool) -> None:
    assert rest_allowed(first, last, on(2), "Europe/London", 180) is allowed


def test_rest_for_tomorrow_can_be_booked_until_the_rollover() -> None:
    assert rest_allowed(june(3), june(3), on(3, "02:59"), "Europe/London", 180)
    assert not rest_allowed(june(3), june(3), on(3, "03:00"), "Europe/London", 180)


def test_rest_that_was_booked_too_late_holds_nothing() -> None:
    late = london(Rules(grace=0), rests=(Rest(june(3), june(4), on(3)),))
    assert evaluate(wrote(1, 2, 5), late, on(5)).current == 1


def test_an_outage_is_neutral_for_everybody() -> None:
    settings = london(Rules(grace=0), amnesty=frozenset({june(3)}))
    streak = evaluate(wrote(1, 2, 4), settings, on(4))
    assert (streak.current, lines(streak)[3]) == (3, "amnesty")
    today = evaluate(wrote(1, 2), settings, on(3))
    assert (today.state, lines(today)[3]) == ("resting", "amnesty")


def test_a_week_off_is_neutral_for_the_weekly_streak() -> None:
    holiday = london(rests=(Rest(june(8), june(12), on(7)),))
    sessions = wrote(1, 3, 5, 15, 17, 19)
    assert evaluate(sessions, holiday, on(21)).weekly.current == 2
    assert evaluate([*sessions, *wrote(9)], holiday, on(21)).weekly.current == 2
    assert evaluate(sessions, london(), on(21)).weekly.current == 1


def test_the_start_of_the_week_is_a_setting() -> None:
    sunday_to_tuesday = wrote(7, 8, 9)
    assert evaluate(sunday_to_tuesday, london(Rules(week_start=6)), on(9)).weekly.current == 1
    assert evaluate(sunday_to_tuesday, london(), on(9)).weekly.current == 0


def test_how_many_days_a_week_asks_for_is_decided_when_it_begins() -> None:
    asked = london(Rules(), Rules(from_day=june(10), weekly_days=5))
    assert evaluate(wrote(1, 3, 5, 8, 10, 12), asked, on(16)).weekly.current == 2
    assert evaluate(wrote(8, 10, 12, 15, 17, 19), asked, on(22)).weekly.current == 0


def test_a_start_in_the_future_is_refused_beyond_five_minutes() -> None:
    now = on(3)
    assert not starts_in_future(now + timedelta(minutes=5), now)
    assert starts_in_future(now + timedelta(minutes=5, seconds=1), now)


def test_days_show_what_counted_towards_them() -> None:
    sessions = [Session(june(3), 300, 12.5), Session(june(3), -100, 5), Session(june(3), 999, 99, counts=False)]
    assert evaluate(sessions, london(), on(3)).days[-1] == (june(3), "written", 300, 17.5)


def test_days_can_be_sliced_like_a_list() -> None:
    days = evaluate(wrote(1, 2, 4), london(), on(4)).days
    assert [line.day.day for line in days[-2:]] == [3, 4]
    assert days[0].day == june(1)
    assert len(days) == len(list(days)) == 4
    with pytest.raises(IndexError):
        days[4]


def test_ten_years_are_read_in_a_few_milliseconds() -> None:
    first = date(2016, 6, 1)
    sessions = [Session(first + timedelta(days=n), 500, 20) for n in range(3650)]
    settings = london(Rules(), Rules(from_day=first + timedelta(days=900), rest_weekdays=WEEKENDS_OFF))
    now = day_start(first + timedelta(days=3650), "Europe/London", 180)
    took = []
    for _ in range(20):
        begun = perf_counter()
        assert evaluate(sessions, settings, now).current == 3650
        took.append(perf_counter() - begun)
    assert min(took) < 0.010, "about 1.2 ms on two quiet cores; the bound leaves room for busy ones"
