"""What must hold of any streak, and that errors planted in the code are noticed by the second reading of the rules."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core import calendar, days, grace, streak
from server.core.streak import evaluate, today_at
from tests.core.streak_histories import HALF_HOUR, HISTORIES, History, evaluated, made, reading, session, some

SOME = some(500)


def differs(history: History) -> bool:
    return evaluated(history) != reading(history)


@SOME
@given(HISTORIES, st.randoms(use_true_random=False))
def test_the_order_of_arrival_is_irrelevant(history: History, rng: Random) -> None:
    shuffled = list(history.sessions)
    rng.shuffle(shuffled)
    assert evaluate(shuffled, history.settings, history.now) == evaluate(
        history.sessions, history.settings, history.now
    )


@SOME
@given(HISTORIES, st.randoms(use_true_random=False))
def test_adding_a_session_never_lowers_a_streak(history: History, rng: Random) -> None:
    before = evaluate(history.sessions, history.settings, history.now)
    at = history.now - rng.randrange(30 * 48) * HALF_HOUR
    added = (*history.sessions, session(rng, history.settings, at))
    after = evaluate(added, history.settings, history.now)
    assert after.current >= before.current
    assert after.longest >= before.longest
    assert after.weekly.current >= before.weekly.current
    assert after.weekly.longest >= before.weekly.longest


@SOME
@given(HISTORIES)
def test_a_later_instant_of_the_same_day_gives_the_same_answer(history: History) -> None:
    settings = replace(history.settings, zones=[z for z in history.settings.zones if z.at <= history.now])
    first = evaluate(history.sessions, settings, history.now)
    instant = history.now
    while today_at(settings, instant + 5 * HALF_HOUR) == first.today:
        instant += 5 * HALF_HOUR
        assert evaluate(history.sessions, settings, instant) == first


ENOUGH = 1_000
"""Histories among which each error shows. Most show within the first 20."""

# Planted errors ---------------------------------------------------------------------------------------------------


def fixed_offset(day: date, zone: str, rollover: int) -> datetime:
    """What loses days in every other product: the zone's offset of the first of January, all the year round."""
    offset = datetime(day.year, 1, 1, tzinfo=ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=rollover) - offset


def undated(history: History) -> History:
    latest = max(history.settings.rules, key=lambda rules: rules.from_day)
    return replace(history, settings=replace(history.settings, rules=[latest]))


def one_zone(history: History) -> History:
    latest = max(history.settings.zones, key=lambda change: change.at)
    return replace(history, settings=replace(history.settings, zones=[latest]))


def everything_counts(history: History) -> History:
    return replace(history, sessions=tuple(replace(s, counts=True) for s in history.sessions))


def too_wide_a_window(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(grace, "WINDOW", 8)


def too_narrow_a_window(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(grace, "WINDOW", 6)


def no_travel(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(days, "FULL_DAY", timedelta(0))


def fixed_offsets(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(days, "day_start", fixed_offset)


def late_rest(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(calendar, "rest_allowed", lambda *_: True)


def open_today_is_missed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(grace.Misses, "pop_if", lambda *_: None)


def open_week_breaks(patch: pytest.MonkeyPatch) -> None:
    weekly = streak._weekly
    patch.setattr(streak, "_weekly", lambda written, neutral, weeks, _: weekly(written, neutral, weeks, len(written)))


PLANTED = [
    too_wide_a_window,
    too_narrow_a_window,
    no_travel,
    fixed_offsets,
    late_rest,
    open_today_is_missed,
    open_week_breaks,
]


@pytest.mark.parametrize("plant", PLANTED)
def test_an_error_planted_in_the_code_is_noticed(
    plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    assert is_noticed(differs)


@pytest.mark.parametrize("forget", [undated, one_zone, everything_counts])
def test_a_fact_that_is_forgotten_is_noticed(forget: Callable[[History], History]) -> None:
    assert is_noticed(lambda history: evaluated(forget(history)) != reading(history))


def is_noticed(noticed: Callable[[History], bool]) -> bool:
    return any(noticed(made(seed, travels=seed % 2 == 0)) for seed in range(ENOUGH))
