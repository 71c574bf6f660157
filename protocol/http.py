"""The JSON of the HTTP API, declared once: requests with their bounds, and answers. Of histories: history.py.

Answers carry times as ISO 8601 UTC with ms; requests take any ISO 8601 time that names its offset. Durations say their
unit. `protocol/generate.py` turns this file into the client's TypeScript, `server/web/openapi.py` into the OpenAPI
document.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from protocol.messages import CountFlagBits, DurationMs, Ms, Words

Instant = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Day = Annotated[str, Meta(extra_json_schema={"format": "date"})]
Name = Annotated[str, Meta(min_length=1, max_length=160, description="at most 40 characters, as a reader counts them")]
Title = Annotated[str, Meta(min_length=1, max_length=320, description="at most 80 characters, as a reader counts them")]
Zone = Annotated[str, Meta(min_length=1, max_length=64, description="an IANA time zone, as Europe/London")]
# The length too: "$" alone lets a line break follow.
Rollover = Annotated[
    str,
    Meta(pattern=r"^0([0-5]:[0-5][0-9]|6:00)$", max_length=5, description="a local time from 00:00 to 06:00, as 03:00"),
]
Handle = Annotated[str, Meta(min_length=3, max_length=30, description="3 to 30 of a-z, 0-9, _ and -")]
Weekday = Annotated[int, Meta(ge=0, le=6)]
"""0 is Monday, as in ISO 8601's order."""
Weekdays = Annotated[
    list[Weekday], Meta(max_length=7, description="a list of weekdays, from 0 for Monday to 6 for Sunday")
]
When = Annotated[datetime, Meta(tz=True)]
Visibility = Literal["public", "unlisted", "private"]
PhaseName = Literal["lobby", "countdown", "writing", "reporting", "results", "cancelled"]
How = Literal["typed", "reported", "followed"]


# People -----------------------------------------------------------------------------------------------------------


class NewSession(Struct, frozen=True):
    """A guest with a name. With a valid cookie the same writer gets the name; without one a new writer begins."""

    name: Name
    zone: Zone = "UTC"


class SignIn(Struct, frozen=True):
    """`code`: the part after # in a link to sign in with, or the eight signs of a short one as somebody typed them."""

    code: Annotated[str, Meta(min_length=8, max_length=128, description="the code, or the part after # in the link")]


class Me(Struct, frozen=True):
    id: int
    name: str
    zone: str
    rollover: str
    day_words: int
    day_minutes: int | None
    """None: minutes do not make a day count."""
    grace: int
    rest_weekdays: Weekdays
    weekly_days: int
    week_start: Weekday
    streak_hidden: bool
    created_at: Instant
    handle: str | None
    """A name that nobody else has, of those who keep an account and chose one."""


class ChangeMe(Struct, frozen=True):
    """What is not said stays. What decides about days holds from tomorrow on. `handle` None gives it up."""

    name: Name | UnsetType = UNSET
    zone: Zone | UnsetType = UNSET
    rollover: Rollover | UnsetType = UNSET
    day_words: Annotated[int, Meta(ge=1, le=100_000)] | UnsetType = UNSET
    day_minutes: Annotated[int, Meta(ge=1, le=1440)] | UnsetType | None = UNSET
    grace: Annotated[int, Meta(ge=0, le=2)] | UnsetType = UNSET
    rest_weekdays: Weekdays | UnsetType = UNSET
    weekly_days: Annotated[int, Meta(ge=1, le=7)] | UnsetType = UNSET
    week_start: Weekday | UnsetType = UNSET
    streak_hidden: bool | UnsetType = UNSET
    handle: Handle | UnsetType | None = UNSET


class DeleteMe(Struct, frozen=True):
    """Everything goes, for good. `confirm`: the writer's name, as it stands."""

    confirm: Annotated[str, Meta(max_length=80, description="your name, as others see it")]


class Session(Struct, frozen=True):
    """Who is signed in on this device; `me` None where nobody is. For pages: it is no error to be nobody yet."""

    me: Me | None


# Rooms and sprints ------------------------------------------------------------------------------------------------


class NewRoom(Struct, frozen=True):
    title: Title
    visibility: Visibility = "unlisted"


class JoinRoom(Struct, frozen=True):
    """Become a member. `invite` is asked of a private room: the part after ?invite= in its link."""

    invite: Annotated[str, Meta(max_length=64)] = ""


class BoardRow(Struct, frozen=True):
    """A writer's place. `rank`: 1 + how many have strictly more words. `minutes`: the writer's own time in it."""

    slot: int
    name: str
    words: int
    rank: int
    wpm: float | None
    """Words a minute over the writer's own minutes; None under one minute, or with no words added."""
    minutes: float
    how: How
    reported: bool
    late: bool
    joined_late: bool


class Sprint(Struct, frozen=True):
    id: int
    room: str
    """The room's slug."""
    round: int
    starts_at: Instant
    ends_at: Instant
    reporting_ends_at: Instant
    cancelled_at: Instant | None
    phase: PhaseName
    final: bool
    now: Instant
    minutes: float
    writers: int
    words: int


class SprintWithBoard(Sprint, frozen=True, kw_only=True):
    """`board`: most words first; with `first` in the question, not all of it."""

    board: list[BoardRow]


class Room(Struct, frozen=True):
    id: int
    slug: str
    url: str
    """The link to share; of a private room, with the invite in it."""
    title: str
    visibility: Visibility
    role: Literal["viewer", "writer", "host"]
    writers: int
    sprint: Sprint | None
    created_at: Instant


class ListedWriter(Struct, frozen=True):
    """`words`: in the room's current sprint, as of a moment ago; None: no count in it."""

    slot: int
    name: str
    host: bool
    words: int | None


class Writers(Struct, frozen=True):
    """A page of a room's writers, by slot. `after`: what to say for the next page; None: this is the last."""

    writers: list[ListedWriter]
    n: int
    """In the whole room, whatever was asked for."""
    after: int | None


class Rooms(Struct, frozen=True):
    rooms: list[Room]


class NewSprint(Struct, frozen=True):
    """When and how long. Say `minutes` or `ends_at`; say `starts_at` (a clock start) or `delay_s` (default 60)."""

    minutes: Annotated[float, Meta(gt=0, le=1440)] | None = None
    ends_at: When | None = None
    delay_s: Annotated[float, Meta(ge=0, le=86_400)] | None = None
    starts_at: When | None = None


class NewCount(Struct, frozen=True):
    """A COUNT from outside the socket; see there."""

    seq: Ms
    words: Words
    flags: CountFlagBits = 0
    active_ms: DurationMs = 0


class StoredCount(Struct, frozen=True):
    """What is stored after the merge: the greater of (seq, words, flags)."""

    sprint: int
    seq: int
    words: int
    flags: int
    active_ms: int


# The server itself ------------------------------------------------------------------------------------------------


class Health(Struct, frozen=True):
    status: Literal["ok"]
    pid: int
    version: str
    now: Instant


class Readiness(Struct, frozen=True):
    ready: bool
    database: bool
    relay: bool
    draining: bool


class Problem(Struct, frozen=True, omit_defaults=True):
    """RFC 9457. `code` as in protocol/codes.py; `field` and `rule` where one field is to be mended."""

    title: str
    status: int
    code: int
    detail: str = ""
    field: str = ""
    rule: str = ""
    type: str = "about:blank"


SHAPES: tuple[type[Struct], ...] = (
    NewSession,
    SignIn,
    Me,
    ChangeMe,
    DeleteMe,
    Session,
    NewRoom,
    JoinRoom,
    BoardRow,
    Sprint,
    SprintWithBoard,
    Room,
    ListedWriter,
    Writers,
    Rooms,
    NewSprint,
    NewCount,
    StoredCount,
    Health,
    Readiness,
    Problem,
)
"""All of them, in the order in which the generated TypeScript declares them."""
