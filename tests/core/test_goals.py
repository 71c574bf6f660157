"""Goals: which period a day is in, and by which goal it is judged."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.goals import PAST, PERIODS, Goal, Progress, held, progress, span

SUNDAY = date(2026, 11, 1)
DAY = timedelta(days=1)
MINUTE = 60_000


def written(**days: int) -> dict[date, tuple[int, int]]:
    """`d0312=500`: 500 words and as many ms on the 3rd of December."""
    return {date(2026, int(name[3:]), int(name[1:3])): (words, words) for name, words in days.items()}


def judged(
    period: str, goals: list[Goal], days: dict[date, tuple[int, int]], today: date, week_start: int = 0
) -> list[Progress]:
    def between(first: date, last: date) -> tuple[int, int]:
        these = [day for at, day in days.items() if first <= at <= last]
        return sum(words for words, _ in these), sum(ms for _, ms in these)

    return progress(period, goals, between, today, week_start)


@pytest.mark.parametrize(
    ("period", "day", "week_start", "first", "last"),
    [
        ("day", SUNDAY, 0, SUNDAY, SUNDAY),
        ("week", SUNDAY, 0, date(2026, 10, 26), SUNDAY),
        ("week", SUNDAY, 6, SUNDAY, date(2026, 11, 7)),
        ("week", SUNDAY - DAY, 6, date(2026, 10, 25), date(2026, 10, 31)),
        ("month", date(2026, 12, 31), 0, date(2026, 12, 1), date(2026, 12, 31)),
        ("month", date(2028, 2, 5), 0, date(2028, 2, 1), date(2028, 2, 29)),
        ("year", date(2028, 2, 29), 0, date(2028, 1, 1), date(2028, 12, 31)),
    ],
)
def test_a_day_is_in_a_period(period: str, day: date, week_start: int, first: date, last: date) -> None:
    assert span(period, day, week_start) == (first, last)


@given(st.sampled_from(PERIODS), st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 6))
def test_periods_follow_each_other_without_a_gap(period: str, today: date, week_start: int) -> None:
    told = [each.span for each in progress(period, [], lambda first, last: (0, 0), today, week_start)]
    assert len(told) == PAST + 1
    assert told[-1].first <= today <= told[-1].last
    assert all(before.last + DAY == after.first for before, after in pairwise(told))
    assert all(span(period, day, week_start) == each for each in told for day in each)


def test_a_period_is_judged_by_the_goal_that_held_then() -> None:
    goals = [
        Goal("week", date(2026, 11, 30), "words", 2_000),
        Goal("week", date(2026, 11, 16), "words", 1_000),
        Goal("day", date(2026, 11, 1), "words", 1),
    ]
    days = written(d1111=5_000, d1611=600, d2211=400, d2411=999, d0212=1_500)
    told = judged("week", goals, days, date(2026, 12, 3))
    assert [(each.target, each.done, each.met) for each in told[-4:]] == [
        (None, 5_000, False),
        (1_000, 1_000, True),
        (1_000, 999, False),
        (2_000, 1_500, False),
    ]


def test_from_its_end_on_there_is_no_goal() -> None:
    goals = [Goal("day", SUNDAY, "words", 500), Goal("day", SUNDAY + 2 * DAY, "words", None)]
    assert held(goals, "day", SUNDAY + DAY) == goals[0]
    assert held(goals, "day", SUNDAY + 2 * DAY) is None
    assert held(goals, "day", SUNDAY - DAY) is None


def test_minutes_are_whole_ones_and_never_rounded_up_to_the_goal() -> None:
    days = {SUNDAY: (5, 30 * MINUTE - 1), SUNDAY - DAY: (5, 30 * MINUTE)}
    told = judged("day", [Goal("day", SUNDAY - DAY, "minutes", 30)], days, SUNDAY)
    assert [(each.unit, each.done, each.met) for each in told[-2:]] == [("minutes", 30, True), ("minutes", 29, False)]


def test_a_week_keeps_its_goal_where_weeks_begin_on_another_day_since() -> None:
    """Set on a Wednesday for the week from Monday on; then weeks begin on Sundays."""
    goals = [Goal("week", date(2026, 11, 9), "words", 100)]
    told = judged("week", goals, {}, date(2026, 11, 11), week_start=6)
    assert (told[-1].span.first, told[-1].target) == (date(2026, 11, 8), 100)
    assert told[-2].target is None
