"""The JSON of a writer's history: sessions, days, sums. As http.py, which declares the rest."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from protocol.http import Day, Instant, When
from protocol.messages import Words

MAX_AMOUNT = 1_000_000

Minutes = Annotated[float, Meta(ge=0, le=1440)]
Amount = Annotated[int, Meta(ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
"""Pages or lines, as the project has it; below 0 where more were taken out than added."""
Note = Annotated[str, Meta(max_length=2000)]
Intention = Annotated[str, Meta(max_length=280)]
Outcome = Literal["done", "partly", "not"]
Source = Literal["sprint", "manual", "solo", "import"]
DayStatus = Literal["written", "open", "missed", "grace", "rest", "travel", "amnesty"]


class ManualSession(Struct, frozen=True):
    """Written by hand, or run alone offline. `id` makes a repeat harmless.

    `source`: "solo" for a sprint that was run alone with no server: it counts for the streak if it comes within 7 days
    of its start. What is entered by hand counts for today and yesterday.
    """

    id: UUID
    started_at: When
    minutes: Minutes
    words: Words
    project: UUID | None = None
    amount: Amount | None = None
    note: Note = ""
    source: Literal["manual", "solo"] = "manual"


class ChangeSession(Struct, frozen=True):
    """What is not said stays. Words and minutes are what they should have been; what was counted undoes a correction.

    A correction later than the day after adds to totals, and nothing to the streak. A removed session is in no list, no
    sum and no streak until `removed` is false again. The results of its sprint keep what was counted.
    """

    words: Words | UnsetType = UNSET
    minutes: Minutes | UnsetType = UNSET
    project: UUID | UnsetType | None = UNSET
    amount: Amount | UnsetType | None = UNSET
    note: Note | UnsetType = UNSET
    intention: Intention | UnsetType = UNSET
    outcome: Outcome | UnsetType | None = UNSET
    removed: bool | UnsetType = UNSET


class HistorySession(Struct, frozen=True):
    """`local_day`, `zone` and `started_at` were stamped when it began and never change. `counts`: for the streak.

    Words and minutes are as the writer mended them, where `edited`.
    """

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
    words_removed: int
    """One of the two is 0: a session adds, or takes away."""
    wpm: float | None
    source: Source
    late: bool
    counts: bool
    project: str | None
    amount: int | None
    note: str
    intention: str
    outcome: Outcome | None
    edited: bool
    removed: bool


class Sessions(Struct, frozen=True):
    """A page of a history: newest day first, of a day the newest first."""

    sessions: list[HistorySession]
    next: str | None
    """What `before` says to get those that follow; None: there are no more."""


class HistoryDay(Struct, frozen=True):
    """`words`: those added, as the streak counts them; `removed`: those taken out, which are not set against them."""

    day: Day
    words: int
    removed: int
    minutes: float
    sessions: int
    status: DayStatus | None
    """None: outside what the streak looks at (in the future, or before the first session)."""


class Totals(Struct, frozen=True):
    """`words`: those added, the sum of the days'; `removed`: those taken out."""

    words: int
    removed: int
    minutes: float
    sessions: int
    days: int


class History(Struct, frozen=True):
    days: list[HistoryDay]
    """Oldest first; only days with a session."""
    totals: Totals
    """Of all that was asked for."""
    sessions: list[HistorySession]
    """Newest day first, of a day the newest first."""


SHAPES: tuple[type[Struct], ...] = (
    ManualSession,
    ChangeSession,
    HistorySession,
    Sessions,
    HistoryDay,
    Totals,
    History,
)
