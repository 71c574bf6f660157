"""The streak on random histories: against a slow second reading of its rules, and what must hold of any of them.

WORDTIDE_LONG=1 tries many more. The second reading is itself put to the test: it has to notice planted errors.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, find, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from server.core import days, grace, streak
from server.core.streak import ALWAYS, Rest, Rules, Session, Settings, Streak, ZoneFrom, evaluate, today_at
from tests.core.streak_reading import Reading, read

LONG = bool(os.environ.get("WORDTIDE_LONG"))
SOME = hypothesis_settings(
    max_examples=5_000 if LONG else 120, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
HALF_HOUR = timedelta(minutes=30)
ZONES = [
    "Europe/London",
    "America/New_York",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]
FIRST_DAYS = [
    date(2026, 6, 1),
    date(2026, 3, 1),  # clocks go forward in New York and London
    date(2026, 10, 20),  # and back
    date(2026, 3, 28),  # and by half an hour on Lord Howe
    date(2011, 12, 20),  # Samoa leaves out the 30th
]
LENGTH = 24


@dataclass(frozen=True)
class History:
    sessions: tuple[Session, ...]
    settings: Settings
    now: datetime


def chosen_rules(rng: Random, from_day: date) -> Rules:
    return Rules(
        from_day=from_day,
        rollover=rng.choice([0, 90, 120, 150, 180, 180, 360]),
        day_words=rng.choice([50, 50, 300]),
        day_minutes=rng.choice([10, 10, None]),
        grace=rng.choice([0, 1, 1, 2]),
        rest_weekdays=frozenset(rng.sample(range(7), rng.choice([0, 0, 1, 2]))),
        weekly_days=rng.choice([1, 3, 5]),
        week_start=rng.choice([0, 0, 6, 2]),
    )


def made(seed: int, many_changes: bool) -> History:
    """A history of 24 days. Instants lie on half hours, as the second reading needs it."""
    rng = Random(seed)
    first = rng.choice(FIRST_DAYS)
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)

    def instant() -> datetime:
        return begin + rng.randrange(LENGTH * 48) * HALF_HOUR

    def day() -> date:
        return first + timedelta(days=rng.randrange(LENGTH))

    changes = rng.randrange(4) if many_changes else 0
    settings = Settings(
        zones=[ZoneFrom(at, rng.choice(ZONES)) for at in (ALWAYS, *(instant() for _ in range(changes)))],
        rules=[chosen_rules(rng, since) for since in (date.min, *{day() for _ in range(changes and rng.randrange(3))})],
        rests=[
            Rest(start, start + timedelta(days=rng.randrange(-1, 6)), instant())
            for start in (day() for _ in range(changes and rng.randrange(3)))
        ],
        amnesty=frozenset(day() for _ in range(changes and rng.randrange(2))),
    )
    now = begin + rng.randrange(10, LENGTH) * timedelta(days=1) + rng.randrange(48) * HALF_HOUR
    often = rng.choice([0.3, 0.7, 0.9])
    starts = [
        begin + n * timedelta(days=1) + rng.randrange(48) * HALF_HOUR for n in range(LENGTH) if rng.random() < often
    ]
    sessions = [session(rng, settings, at) for at in starts if at <= now]
    return History(tuple(sessions), settings, now)


def session(rng: Random, settings: Settings, at: datetime) -> Session:
    words, minutes = rng.choice([(500, 20), (60, 0), (30, 5), (-400, 25), (350, 12.5), (-30, 0)])
    return Session(today_at(settings, at), words, minutes, counts=rng.random() < 0.95)


HISTORIES = st.builds(made, st.integers(0, 2**32), st.booleans())


def as_reading(found: Streak) -> Reading:
    return Reading(
        found.current,
        found.longest,
        found.since,
        found.state,
        found.today,
        (found.weekly.current, found.weekly.longest),
        {line.day: line.status for line in found.days},
    )


def evaluated(history: History) -> Reading:
    return as_reading(evaluate(history.sessions, history.settings, history.now))


def differs(history: History) -> bool:
    return evaluated(history) != read(history.sessions, history.settings, history.now)


@SOME
@given(HISTORIES)
def test_the_streak_is_what_the_rules_say_word_by_word(history: History) -> None:
    assert evaluated(history) == read(history.sessions, history.settings, history.now)


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
    patch.setattr(streak, "rest_allowed", lambda *_: True)


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
    assert differs(first_noticed(differs))


@pytest.mark.parametrize("forget", [undated, one_zone, everything_counts])
def test_a_fact_that_is_forgotten_is_noticed(forget: Callable[[History], History]) -> None:
    def noticed(history: History) -> bool:
        return evaluated(forget(history)) != read(history.sessions, history.settings, history.now)

    assert noticed(first_noticed(noticed))


def first_noticed(noticed: Callable[[History], bool]) -> History:
    """Raises NoSuchExample if no history shows the error."""
    enough = hypothesis_settings(
        max_examples=2_000,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    return find(HISTORIES, noticed, settings=enough)
