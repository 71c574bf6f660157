"""The JSON of the streak, and of the rest that is booked ahead. As http.py, which declares the rest."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from protocol.history import DayStatus
from protocol.http import Day, Instant, Rollover, Weekdays

StreakState = Literal["done", "must_write", "grace_left", "resting", "broken", "none"]
RestState = Literal["ahead", "running", "over"]


class StreakDay(Struct, frozen=True):
    day: Day
    status: DayStatus
    words: int
    minutes: float


class Weekly(Struct, frozen=True):
    """In weeks. `days`: written in this week so far; `asked`: how many make it count."""

    current: int
    longest: int
    days: int
    asked: int


class HeldRules(Struct, frozen=True):
    """What a day is judged by, from a day on; the first ones also hold before it."""

    from_day: Day
    rollover: Rollover
    day_words: int
    day_minutes: int | None
    """None: minutes do not make a day count."""
    grace: int
    rest_weekdays: Weekdays


class Stretch(Struct, frozen=True):
    """Days, both ends included."""

    first: Day
    last: Day


class Streak(Struct, frozen=True):
    """`closes_at`: when today ends, by the writer's zone and rollover. `grace`: how many misses in seven days are held
    today; `grace_used`: how many of the seven that end with today are misses that are held."""

    current: int
    longest: int
    since: Day | None
    state: StreakState
    today: Day
    closes_at: Instant
    grace: int
    grace_used: int
    weekly: Weekly
    days: list[StreakDay]
    """Oldest first, at most 400. Today is the last, but for a day that was written where it had already begun."""
    rules: list[HeldRules]
    """Oldest first, those of tomorrow too."""
    rests: list[Stretch]
    """All that were booked, by their first day."""


class NewRest(Struct, frozen=True):
    """Days on which nothing will be asked, both ends included: at most 60, the first one tomorrow or later.

    `id` makes a repeat harmless.
    """

    id: UUID
    first: Annotated[date, Meta(description="a date, as 2026-11-23")]
    last: Annotated[date, Meta(description="a date, as 2026-11-23")]


class Rest(Struct, frozen=True):
    id: str
    first: Day
    last: Day
    state: RestState
    """By the writer's today."""


class Rests(Struct, frozen=True):
    rests: list[Rest]
    """By their first day, those that are over too."""
    today: Day
    """The writer's own; rest can be booked from the day after it on."""
    closes_at: Instant
    """When today ends."""


SHAPES: tuple[type[Struct], ...] = (
    StreakDay,
    Weekly,
    HeldRules,
    Stretch,
    Streak,
    NewRest,
    Rest,
    Rests,
)
