"""The JSON of a writer's history: sessions, days, sums. As http.py, which declares the rest."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from protocol.http import Day, Instant, When
from protocol.messages import Words

Source = Literal["sprint", "manual", "solo", "import"]
DayStatus = Literal["written", "open", "missed", "grace", "rest", "travel", "amnesty"]


class ManualSession(Struct, frozen=True):
    """Written by hand, or run alone offline. `id` makes a repeat harmless."""

    id: UUID
    started_at: When
    minutes: Annotated[float, Meta(ge=0, le=1440)]
    words: Words


class HistorySession(Struct, frozen=True):
    """`local_day`, `zone` and `started_at` were stamped when it began and never change. `counts`: for the streak."""

    id: str
    sprint: int | None
    room: str | None
    room_title: str | None
    local_day: Day
    started_at: Instant
    zone: str
    minutes: float
    words_net: int
    words_added: int
    wpm: float | None
    source: Source
    late: bool
    counts: bool


class HistoryDay(Struct, frozen=True):
    """`words`: those added, as the streak counts them; what was taken out is not set against them."""

    day: Day
    words: int
    minutes: float
    sessions: int
    status: DayStatus | None
    """None: outside what the streak looks at (in the future, or before the first session)."""


class Totals(Struct, frozen=True):
    """`words`: those added, the sum of the days'."""

    words: int
    minutes: float
    sessions: int
    days: int


class History(Struct, frozen=True):
    sessions: list[HistorySession]
    """Newest first."""
    days: list[HistoryDay]
    """Oldest first; only days with a session."""
    totals: Totals
    """Of all that was asked for."""


SHAPES: tuple[type[Struct], ...] = (
    ManualSession,
    HistorySession,
    HistoryDay,
    Totals,
    History,
)
