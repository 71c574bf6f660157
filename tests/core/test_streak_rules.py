"""The streak, one rule after the other. They are numbered as in docs/streaks.md."""

from datetime import date, datetime, timedelta
from time import perf_counter

import pytest

from server.core.streak import (
    ALWAYS,
    Rest,
    Rules,
    Session,
    Settings,
    Streak,
    ZoneFrom,
    day_start,
    evaluate,
    rest_allowed,
    starts_in_future,
    today_at,
)
from tests.core.streak_cases import WEEKENDS_OFF, at, june, lines, london, on, wrote

NEW_YORK_TO_TOKYO = at("2026-06-04T08:00Z")
"""04:00 on the 4th there, 17:00 on the 4th here."""


@pytest.mark.parametrize(
    ("rollover", "hour", "day"),
    [(180, "02:00", 2), (0, "02:00", 3), (0, "00:00", 3), (360, "05:59", 2), (360, "06:00", 3)],
)
def test_rule_1_what_a_night_owl_writes_belongs_to_yesterday(rollover: int, hour: str, day: int) -> None:
    assert today_at(london(Rules(rollover=rollover)), on(3, hour)) == june(day)


def test_rule_1_a_changed_rollover_starts_the_first_day_that_it_holds_on() -> None:
    later = london(Rules(rollover=0), Rules(from_day=june(4), rollover=360))
    assert today_at(later, on(3, "00:00")) == june(3)
    assert today_at(later, on(4, "05:59")) == june(3)
    assert today_at(later, on(4, "06:00")) == june(4)


def test_rule_2_a_day_ends_when_the_next_one_starts_on_the_clock_of_the_wall() -> None:
    for year_day, hours in (date(2026, 3, 28), 23), (date(2026, 10, 24), 25), (june(3), 24):
        closes = evaluate([], london(), on(year_day, "12:00")).closes_at
        assert closes - day_start(year_day, "Europe/London", 180) == timedelta(hours=hours)
    half = evaluate([], london(zone="Australia/Lord_Howe"), at("2026-10-03T12:00+10:30"))
    assert half.closes_at == at("2026-10-04T03:00+11:00")


def test_rule_3_days_that_are_stamped_stay_whatever_the_zone_becomes() -> None:
    moved = Settings((ZoneFrom(ALWAYS, "Pacific/Kiritimati"), ZoneFrom(on(4), "Pacific/Pago_Pago")))
    streak = evaluate(wrote(3, 4, 5), moved, on(4))
    assert (streak.current, streak.today, streak.state) == (3, june(4), "done")
    assert lines(streak) == {3: "written", 4: "written", 5: "written"}


def test_rule_7_today_breaks_nothing_until_its_last_moment() -> None:
    none_left = london(Rules(grace=0))
    closes = evaluate(wrote(3), none_left, on(4, "12:00")).closes_at
    before = evaluate(wrote(3), none_left, closes - timedelta(microseconds=1))
    assert (before.current, before.state) == (1, "must_write")
    assert evaluate(wrote(3), none_left, closes).state == "broken"


def test_rule_9_only_written_days_add() -> None:
    held = london(Rules(grace=2), rests=(Rest(june(5), june(6), on(1)),), amnesty=frozenset({june(7)}))
    streak = evaluate(wrote(1, 3, 8), held, on(8))
    assert lines(streak) == {
        1: "written",
        2: "grace",
        3: "written",
        4: "grace",
        5: "rest",
        6: "rest",
        7: "amnesty",
        8: "written",
    }
    assert (streak.current, streak.longest, streak.since) == (3, 3, june(1))


def test_rule_10_twelve_hours_are_a_day_and_less_are_none() -> None:
    def flown(landed: datetime) -> Streak:
        zones = (ZoneFrom(ALWAYS, "America/New_York"), ZoneFrom(landed, "Asia/Tokyo"))
        return evaluate(wrote(3, 5), Settings(zones, (Rules(grace=0),)), at("2026-06-05T20:00+09:00"))

    # One hour of the 4th is over in New York, and ten are left in Tokyo.
    assert lines(flown(NEW_YORK_TO_TOKYO))[4] == "travel"
    # Four hours earlier it is the 3rd in New York, and fourteen are left.
    assert lines(flown(NEW_YORK_TO_TOKYO - timedelta(hours=4)))[4] == "missed"
    # To the minute: at 15:00 in Tokyo it is the 3rd in New York, and twelve are left.
    assert lines(flown(at("2026-06-04T15:00+09:00")))[4] == "missed"
    assert lines(flown(at("2026-06-04T15:01+09:00")))[4] == "travel"


def test_rule_10_a_flight_over_the_date_line_asks_for_no_day_that_was_none() -> None:
    over = (ZoneFrom(ALWAYS, "Pacific/Pago_Pago"), ZoneFrom(at("2026-06-03T23:00-11:00"), "Pacific/Kiritimati"))
    streak = evaluate(wrote(3, 6), Settings(over, (Rules(grace=0),)), at("2026-06-06T12:00+14:00"))
    assert lines(streak) == {3: "written", 4: "travel", 5: "missed", 6: "written"}
    # And back again a day is there twice, and written once.
    back = (ZoneFrom(ALWAYS, "Pacific/Kiritimati"), ZoneFrom(at("2026-06-04T12:00+14:00"), "Pacific/Pago_Pago"))
    streak = evaluate(wrote(3, 4), Settings(back, (Rules(grace=0),)), at("2026-06-04T12:00-11:00"))
    assert (streak.current, streak.today, streak.state) == (2, june(4), "done")


def test_rule_13_a_day_is_declared_neutral_long_after() -> None:
    assert evaluate(wrote(1, 2, 5), london(), on(6)).current == 1
    late = london(amnesty=frozenset({june(3)}))
    assert evaluate(wrote(1, 2, 5), late, on(6)).current == 3


def test_rule_14_this_week_is_told_with_what_it_asks() -> None:
    weekly = evaluate(wrote(1, 3, 8, 9), london(), on(10)).weekly
    assert (weekly.current, weekly.days, weekly.asked) == (0, 2, 3)
    asked = london(Rules(weekly_days=2), Rules(from_day=june(9), weekly_days=5))
    weekly = evaluate(wrote(1, 3, 8, 9), asked, on(10)).weekly
    assert (weekly.current, weekly.days, weekly.asked) == (2, 2, 2)


def test_rule_14_a_changed_start_of_the_week_makes_one_short_week() -> None:
    # Weeks from Monday the 1st, from Monday the 8th to Friday, then from Saturday the 13th on.
    changed = london(Rules(), Rules(from_day=june(10), week_start=5))
    sessions = wrote(1, 2, 3, 8, 9, 12, 13, 14, 15)
    assert evaluate(sessions, changed, on(15)).weekly.current == 3
    assert evaluate(wrote(1, 2, 3, 12, 13, 14), changed, on(15)).weekly.current == 0


def test_rule_15_settings_count_in_whatever_order_they_come() -> None:
    settings = Settings(
        (ZoneFrom(ALWAYS, "America/New_York"), ZoneFrom(NEW_YORK_TO_TOKYO, "Asia/Tokyo")),
        (Rules(), Rules(from_day=june(3), grace=0)),
        (Rest(june(6), june(6), on(1)), Rest(june(8), june(9), on(1))),
    )
    reversed_ = Settings(settings.zones[::-1], settings.rules[::-1], settings.rests[::-1])
    assert evaluate(wrote(1, 2, 5, 7), settings, on(9)) == evaluate(wrote(1, 2, 5, 7), reversed_, on(9))


def test_grace_that_is_used_is_told() -> None:
    def used(*days: int, grace: int = 2, today: int) -> tuple[int, int]:
        streak = evaluate(wrote(*days), london(Rules(grace=grace)), on(today))
        return streak.grace_used, streak.grace

    assert used(1, 2, today=3) == (0, 2)
    assert used(1, 3, 5, today=6) == (2, 2)
    assert used(1, 3, 4, 5, 6, 7, 8, today=8) == (1, 2)  # the 2nd is one of the seven days that end with the 8th
    assert used(1, 3, 4, 5, 6, 7, 8, today=9) == (0, 2)
    assert used(1, today=9) == (0, 2)  # a streak that is over uses none
    assert used(1, 2, grace=0, today=3) == (0, 0)


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
def test_rule_4_a_day_counts_by_fifty_words_or_ten_minutes(sessions: list[Session], counts: bool) -> None:
    assert evaluate(sessions, london(), on(3)).current == int(counts)
    assert evaluate(sessions, london(), on(3)).state == ("done" if counts else "none")


def test_rule_4_a_raised_threshold_leaves_the_days_before_it_alone() -> None:
    raised = london(Rules(), Rules(from_day=june(4), day_words=1000, grace=0))
    assert evaluate(wrote(1, 2, 3, 4), raised, on(4)).current == 3
    assert evaluate(wrote(1, 2, 3, 4), raised, on(4)).state == "must_write"
    assert evaluate([*wrote(1, 2, 3), *wrote(4, words=1000)], raised, on(4)).current == 4


def test_rule_6_a_grace_that_is_lowered_judges_only_the_days_from_then_on() -> None:
    lowered = london(Rules(grace=1), Rules(from_day=june(5), grace=0))
    assert evaluate(wrote(1, 2, 4, 5), lowered, on(5)).current == 4
    assert evaluate(wrote(1, 2, 4, 5), lowered, on(6)).state == "must_write"
    assert evaluate(wrote(1, 2, 4, 5), lowered, on(7)).current == 0


@pytest.mark.parametrize(("grace", "current", "state"), [(0, 0, "broken"), (1, 3, "must_write"), (2, 3, "grace_left")])
def test_rule_6_grace_is_nought_one_or_two(grace: int, current: int, state: str) -> None:
    streak = evaluate(wrote(1, 2, 3), london(Rules(grace=grace)), on(5))
    assert (streak.current, streak.state) == (current, state)


def test_rule_6_a_streak_can_shrink_without_ending() -> None:
    streak = evaluate(wrote(1, 3), london(), on(5))
    assert (streak.current, streak.since, streak.longest, streak.state) == (1, june(3), 2, "must_write")
    assert lines(streak) == {1: "written", 2: "missed", 3: "written", 4: "grace", 5: "open"}


def test_rule_7_today_decides_also_when_the_streak_would_only_shrink() -> None:
    assert evaluate(wrote(1, 3), london(), on(4)).state == "must_write"


def test_rule_5_days_of_rest_do_not_make_the_window_of_grace_longer() -> None:
    # Two misses with five written days and two of rest between them: six effective days apart, so within seven.
    settings = london(Rules(rest_weekdays=WEEKENDS_OFF))
    assert evaluate(wrote(1, 3, 4, 5, 8, 9, 11), settings, on(11)).since == june(3)


def test_rule_8_today_off_rests_and_written_is_done() -> None:
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
def test_rule_8_rest_lasts_at_most_sixty_days(first: date, last: date, allowed: bool) -> None:
    assert rest_allowed(first, last, on(2), "Europe/London", 180) is allowed


def test_rule_8_rest_for_tomorrow_can_be_booked_until_the_rollover() -> None:
    assert rest_allowed(june(3), june(3), on(3, "02:59"), "Europe/London", 180)
    assert not rest_allowed(june(3), june(3), on(3, "03:00"), "Europe/London", 180)


def test_rule_8_rest_that_was_booked_too_late_holds_nothing() -> None:
    late = london(Rules(grace=0), rests=(Rest(june(3), june(4), on(3)),))
    assert evaluate(wrote(1, 2, 5), late, on(5)).current == 1


def test_rule_13_an_outage_is_neutral_for_everybody() -> None:
    settings = london(Rules(grace=0), amnesty=frozenset({june(3)}))
    streak = evaluate(wrote(1, 2, 4), settings, on(4))
    assert (streak.current, lines(streak)[3]) == (3, "amnesty")
    today = evaluate(wrote(1, 2), settings, on(3))
    assert (today.state, lines(today)[3]) == ("resting", "amnesty")


def test_rule_14_a_week_off_is_neutral_for_the_weekly_streak() -> None:
    holiday = london(rests=(Rest(june(8), june(12), on(7)),))
    sessions = wrote(1, 3, 5, 15, 17, 19)
    assert evaluate(sessions, holiday, on(21)).weekly.current == 2
    assert evaluate([*sessions, *wrote(9)], holiday, on(21)).weekly.current == 2
    assert evaluate(sessions, london(), on(21)).weekly.current == 1


def test_rule_14_the_start_of_the_week_is_a_setting() -> None:
    sunday_to_tuesday = wrote(7, 8, 9)
    assert evaluate(sunday_to_tuesday, london(Rules(week_start=6)), on(9)).weekly.current == 1
    assert evaluate(sunday_to_tuesday, london(), on(9)).weekly.current == 0


def test_rule_14_how_many_days_a_week_asks_for_is_decided_when_it_begins() -> None:
    asked = london(Rules(), Rules(from_day=june(10), weekly_days=5))
    assert evaluate(wrote(1, 3, 5, 8, 10, 12), asked, on(16)).weekly.current == 2
    assert evaluate(wrote(8, 10, 12, 15, 17, 19), asked, on(22)).weekly.current == 0


def test_rule_11_a_start_in_the_future_is_refused_beyond_five_minutes() -> None:
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
