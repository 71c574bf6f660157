"""Random histories of a writer, and whether the streak of one is what the second reading of the rules says.

LONG_TESTS=1 tries many more.
"""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from server.core.streak import ALWAYS, Rest, Rules, Session, Settings, Streak, ZoneFrom, evaluate, today_at
from tests.core.streak_reading import Reading, read

LONG = bool(os.environ.get("LONG_TESTS"))
HALF_HOUR = timedelta(minutes=30)
ZONES = [
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Asia/Kathmandu",
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
    date(2018, 10, 25),  # clocks in São Paulo leave out midnight
    date(2018, 2, 10),  # and repeat the hour before it
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


def made(seed: int, travels: bool) -> History:
    """A history of 24 days, some still to come. Instants lie on half hours, where days start, or a minute beside."""
    rng = Random(seed)
    first = rng.choice(FIRST_DAYS)
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)

    def instant() -> datetime:
        beside = rng.choice([0, 0, 1, -1]) * timedelta(minutes=1)
        return begin + rng.randrange(1, LENGTH * 48) * HALF_HOUR + beside

    def day() -> date:
        return first + timedelta(days=rng.randrange(LENGTH))

    flights = rng.randrange(1, 4) if travels else 0
    settings = Settings(
        zones=[ZoneFrom(at, rng.choice(ZONES)) for at in (ALWAYS, *(instant() for _ in range(flights)))],
        rules=[chosen_rules(rng, since) for since in (date.min, *{day() for _ in range(rng.randrange(3))})],
        rests=[
            Rest(start, start + timedelta(days=rng.randrange(-1, 6)), instant())
            for start in (day() for _ in range(rng.randrange(3)))
        ],
        amnesty=frozenset(day() for _ in range(rng.randrange(2))),
    )
    now = begin + rng.randrange(10, LENGTH) * timedelta(days=1) + rng.randrange(48) * HALF_HOUR
    often = rng.choice([0.1, 0.7, 0.7, 0.9])
    starts = [
        begin + n * timedelta(days=1) + rng.randrange(48) * HALF_HOUR for n in range(LENGTH) if rng.random() < often
    ]
    sessions = [session(rng, settings, at) for at in starts if at <= now]
    return History(tuple(sessions), settings, now)


def session(rng: Random, settings: Settings, at: datetime) -> Session:
    words, minutes = rng.choice([(500, 20), (60, 0), (30, 5), (-400, 25), (350, 12.5), (-30, 0)])
    return Session(today_at(settings, at), words, minutes, counts=rng.random() < 0.95)


SEEDS = st.integers(0, 2**32)
HISTORIES = st.builds(made, SEEDS, st.booleans())


def some(examples: int) -> hypothesis_settings:
    return hypothesis_settings(
        max_examples=examples * (10 if LONG else 1), deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


def as_reading(found: Streak) -> Reading:
    return Reading(
        found.current,
        found.longest,
        found.since,
        found.state,
        found.today,
        found.closes_at,
        found.grace_used,
        (found.weekly.current, found.weekly.longest, found.weekly.days, found.weekly.asked),
        {line.day: line.status for line in found.days},
    )


def evaluated(history: History) -> Reading:
    return as_reading(evaluate(history.sessions, history.settings, history.now))


def reading(history: History) -> Reading:
    return read(history.sessions, history.settings, history.now)


def all_are_as_read(travels: bool, examples: int) -> None:
    """Hypothesis finds no history of so many whose streak differs from the second reading."""

    @some(examples)
    @given(SEEDS)
    def is_as_read(seed: int) -> None:
        history = made(seed, travels)
        assert evaluated(history) == reading(history)

    is_as_read()
