"""The JSON of what comes into a history from elsewhere and goes out of it. As http.py, which declares the rest."""

from typing import Literal

from msgspec import Struct

from protocol.history import Source
from protocol.http import Day, Instant, Me, Problem, Visibility

ImportKind = Literal["trackbear", "wordtide", "nanowrimo", "csv"]
DateOrder = Literal["dmy", "mdy"]
CountsRead = Literal["daily", "totals"]


class ImportOddity(Struct, frozen=True):
    """`text`: a sentence for a person. `rows`: the first of `n`, from 1. `left_out`: they would not be imported."""

    kind: str
    text: str
    n: int
    rows: list[int]
    left_out: bool


class ImportYear(Struct, frozen=True):
    """`words`: those added."""

    year: int
    sessions: int
    words: int


class ImportProject(Struct, frozen=True):
    """`new`: it would be made."""

    title: str
    unit: str
    sessions: int
    new: bool


class ImportRow(Struct, frozen=True):
    """As it was read from a row of the file. `amount`: in pages or lines, where `unit` says so."""

    row: int
    day: Day
    words: int
    minutes: float | None
    amount: int | None
    unit: str
    project: str
    note: str


class ImportPreview(Struct, frozen=True):
    """What an import of this file would do. Every figure is of what is new; `already` is how many are there.

    `asks`: a date in it that could be two; say `dates` and ask again, until then nothing else is known. `counts`: how
    the counts were read, and whether they could be read otherwise.
    """

    kind: ImportKind
    asks: str | None
    counts: CountsRead
    can_choose_counts: bool
    sessions: int
    already: int
    days: int
    first_day: Day | None
    last_day: Day | None
    words_added: int
    words_removed: int
    minutes: float
    years: list[ImportYear]
    projects: list[ImportProject]
    odd: list[ImportOddity]
    sample: list[ImportRow]


class Import(Struct, frozen=True):
    """`words`: those added."""

    id: str
    kind: ImportKind
    file_name: str
    sessions: int
    words: int
    done_at: Instant


class ImportProgress(Struct, frozen=True):
    """One line of the answer while an import goes on: `done` sessions `of` so many.

    The last line has the import itself, or the problem that ended it; neither: there was nothing new in the file.
    """

    done: int
    of: int
    result: Import | None = None
    problem: Problem | None = None


class Imports(Struct, frozen=True):
    """Newest first."""

    imports: list[Import]


class ExportSession(Struct, frozen=True):
    """A line of the CSV, too, whose columns are these fields in this order: tools rely on the first nine.

    `project`: its title. `amount`: in its `unit`, where that is pages or lines. `counts`: for the streak.
    `original_id`: the `session_id` where it was written, if it came here in such a file: an import knows it by that.
    """

    session_id: str
    local_day: Day
    started_at: Instant
    zone: str
    minutes: float
    words_added: int
    words_net: int
    project: str | None
    source: Source
    unit: str | None
    amount: int | None
    counts: bool
    room: str | None
    intention: str
    outcome: str | None
    note: str
    original_id: str


class ExportZone(Struct, frozen=True):
    """The time zone from an instant on; the first one also held before it."""

    held_from: Instant
    zone: str


class ExportSettings(Struct, frozen=True):
    """What days were judged by, from a day on; None: from the beginning."""

    from_day: Day | None
    rollover: str
    day_words: int
    day_minutes: int | None
    grace: int
    rest_weekdays: list[int]
    weekly_days: int
    week_start: int


class ExportRest(Struct, frozen=True):
    """Days of rest that were booked, both ends included."""

    id: str
    first: Day
    last: Day


class ExportProject(Struct, frozen=True):
    """Amounts are in the unit. `weights`: how much of the work each weekday takes, Monday first."""

    id: str
    title: str
    unit: str
    start_total: int
    target: int | None
    first_day: Day
    deadline: Day | None
    weights: str
    chosen_at: Instant | None
    archived_at: Instant | None
    created_at: Instant


class ExportGoal(Struct, frozen=True):
    """From a day on; without a target there is none from that day on."""

    period: str
    from_day: Day
    unit: str
    target: int | None


class ExportRoom(Struct, frozen=True):
    """A room that the writer is or was in, under `name`. `made`: by the writer."""

    slug: str
    title: str
    visibility: Visibility
    made: bool
    joined_at: Instant
    name: str
    role: Literal["writer", "host"]
    has_left: bool
    removed: bool


class ExportSprint(Struct, frozen=True):
    """A sprint with the writer's own result, as it stands there, and what they said of it. `room`: its slug."""

    sprint: int
    room: str
    round: int
    starts: Instant
    ends: Instant
    started: bool
    """By the writer."""
    joined_at: Instant
    words: int
    active_ms: int
    reported_at: Instant | None
    intention: str
    outcome: str | None
    note: str


class ExportDevice(Struct, frozen=True):
    """A session that is signed in."""

    created_at: Instant
    device: str
    seen_at: Instant
    expires_at: Instant


class ExportPasskey(Struct, frozen=True):
    created_at: Instant
    name: str
    used_at: Instant | None


class ExportIdentity(Struct, frozen=True):
    """Who the writer is to an OpenID provider."""

    created_at: Instant
    issuer: str
    subject: str


class ExportCode(Struct, frozen=True):
    """A recovery code; the code itself is not kept."""

    created_at: Instant
    used_at: Instant | None


class ExportToken(Struct, frozen=True):
    """A personal token; the token itself is not kept. `scopes`: separated by spaces."""

    created_at: Instant
    name: str
    scopes: str
    used_at: Instant | None
    expires_at: Instant | None


class ExportLink(Struct, frozen=True):
    """A link to sign in with that nobody has used yet; the link itself is not kept."""

    created_at: Instant
    expires_at: Instant


class ExportCalendar(Struct, frozen=True):
    """That there is a calendar's address; the address itself is not kept."""

    created_at: Instant


class ExportMerge(Struct, frozen=True):
    """A guest in whose browser the writer signed in. `merged_at`: since when their history is part of this one."""

    met_at: Instant
    merged_at: Instant | None


class ExportAudit(Struct, frozen=True):
    """What was done with the account."""

    at: Instant
    what: str
    detail: str
    device: str


class Export(Struct, frozen=True):
    """Everything that is kept of a writer. `sessions` come last, newest first; so are those that the writer removed and
    can bring back.

    A personal token gets `rooms` only with `rooms:read`, and `devices` to `audit` not at all: they are empty.
    """

    exported_at: Instant
    writer: Me
    zones: list[ExportZone]
    settings: list[ExportSettings]
    rests: list[ExportRest]
    projects: list[ExportProject]
    goals: list[ExportGoal]
    imports: list[Import]
    rooms: list[ExportRoom]
    sprints: list[ExportSprint]
    devices: list[ExportDevice]
    passkeys: list[ExportPasskey]
    identities: list[ExportIdentity]
    recovery_codes: list[ExportCode]
    tokens: list[ExportToken]
    links: list[ExportLink]
    calendars: list[ExportCalendar]
    merges: list[ExportMerge]
    audit: list[ExportAudit]
    removed_sessions: list[ExportSession]
    sessions: list[ExportSession]


class Calendar(Struct, frozen=True):
    """`since`: when its address was made; None: there is none."""

    since: Instant | None


class NewCalendar(Struct, frozen=True):
    """`url` is shown this once: only its digest is kept."""

    since: Instant
    url: str


SHAPES: tuple[type[Struct], ...] = (
    ImportOddity,
    ImportYear,
    ImportProject,
    ImportRow,
    ImportPreview,
    Import,
    ImportProgress,
    Imports,
    ExportSession,
    ExportZone,
    ExportSettings,
    ExportRest,
    ExportProject,
    ExportGoal,
    ExportRoom,
    ExportSprint,
    ExportDevice,
    ExportPasskey,
    ExportIdentity,
    ExportCode,
    ExportToken,
    ExportLink,
    ExportCalendar,
    ExportMerge,
    ExportAudit,
    Export,
    Calendar,
    NewCalendar,
)
