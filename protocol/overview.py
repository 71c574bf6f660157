"""The JSON of what a writer looks back on: the history at a glance, a year in review, a sprint for oneself."""

from typing import Literal

from msgspec import Struct

from protocol.history import HistoryDay, HistorySession, Totals
from protocol.http import Day
from protocol.projects import Said, Unit
from protocol.streak import Streak

BestKind = Literal["sprint", "rate", "day", "week"]


class Month(Totals, frozen=True):
    """`month`: as 2026-11."""

    month: str


class Sums(Struct, frozen=True):
    """By the writer's own today and start of the week."""

    today: Totals
    week: Totals
    month: Totals
    year: Totals
    all: Totals


class Best(Struct, frozen=True):
    """Words added on a day, or in a week of which these are the days within what was asked for."""

    first: Day
    last: Day
    words: int


class Bests(Struct, frozen=True):
    """None: there is none yet. Of several that are equal the first one."""

    sprint: HistorySession | None
    """The session that added most words."""
    rate: HistorySession | None
    """The one with most words a minute, of those of 5 minutes or more."""
    day: Best | None
    week: Best | None


class BestHour(Struct, frozen=True):
    """The hour of the day whose sessions added most words, by the clock where each began; from 10 sessions on."""

    hour: int
    words: int
    sessions: int


class Overview(Struct, frozen=True):
    """Everything that the page of a history shows at first."""

    streak: Streak
    sums: Sums
    days: list[HistoryDay]
    """Of the past 53 weeks and of days to come where it is tomorrow already; only those with a session."""
    months: list[Month]
    """All with a session, oldest first."""
    bests: Bests
    wpm: float | None
    """Words a minute over all sessions of a minute or more that added words."""
    hour: BestHour | None
    sessions: list[HistorySession]
    """The newest 30."""
    next: str | None
    """For GET /api/me/sessions?before=, which has those that follow; None: there are no more."""


class OfProject(Struct, frozen=True):
    """What a year brought to a project, in its unit."""

    id: str
    title: str
    unit: Unit
    amount: int


class Year(Struct, frozen=True):
    """A year in review, for the writer alone."""

    year: int
    years: list[int]
    """Those with a session, oldest first."""
    totals: Totals
    longest: int
    """The longest streak of this year's days alone."""
    days: list[HistoryDay]
    """Only those with a session, oldest first; without a status."""
    months: list[Month]
    bests: Bests
    wpm: float | None
    """Words a minute over all sessions of a minute or more that added words."""
    hour: BestHour | None
    projects: list[OfProject]
    """Those with most sessions first."""


class NewBest(Struct, frozen=True):
    """What a sprint has beaten. `value`, `before`: words, or words a minute of a `rate`."""

    kind: BestKind
    value: float
    before: float


class Mine(Struct, frozen=True):
    """What a sprint was for whoever asks, and for nobody else."""

    session: HistorySession | None
    """None: the asker wrote none in it."""
    bests: list[NewBest]
    said: Said


SHAPES: tuple[type[Struct], ...] = (
    Month,
    Sums,
    Best,
    Bests,
    BestHour,
    Overview,
    OfProject,
    Year,
    NewBest,
    Mine,
)
