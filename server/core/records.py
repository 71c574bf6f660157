"""What the ledger keeps and the live plane reads: plain facts that both sides know."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from protocol.messages import Role
from server.core.board import Register
from server.core.sprint import Timeline

RENEWED_EVERY_MS = 86_400_000
"""A session that is used moves on once a day: a write for each request would be too many."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is at the other end."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is at the other end, and by what. `scopes`: what a personal token may; None: a session, which may do all."""

    person: Person
    session: str
    """The session's id, or the personal token's: no secret."""
    fresh_at: int
    """When they last proved who they are, Unix ms."""
    scopes: frozenset[str] | None = None
    seen_at: int | None = None
    """When the session was last renewed, Unix ms; None: it does not renew itself."""

    def is_to_renew(self, now: int) -> bool:
        return self.seen_at is not None and self.seen_at <= now - RENEWED_EVERY_MS

    def may(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes


@dataclass(frozen=True, slots=True)
class SigningIn:
    """A browser that is about to be somebody's: what it will show, and what it is called."""

    token: str
    device: str
    instead_of: str | None = None
    """The session it had until now. It ends where it is the same writer's; else the two writers met there."""
    issuer: str | None = None
    """The OpenID provider that can be asked who somebody is; None: there is none."""


@dataclass(frozen=True, slots=True)
class Device:
    """Where a writer is signed in. `id`: the session's, no secret. Instants are Unix ms; `seen_at`: to the day."""

    id: str
    name: str
    since: int
    seen_at: int


@dataclass(frozen=True, slots=True)
class RoomRecord:
    id: int
    slug: str
    title: str
    visibility: str
    """public, unlisted or private"""
    invite: str
    """What a private room's link carries."""
    rev: int
    created_at: int


@dataclass(frozen=True, slots=True)
class Member:
    """A writer's place in a room. `slot` is never issued again; `rev` is the room's at the last change of this row."""

    slot: int
    writer: int
    name: str
    role: Role
    joined_at: int
    rev: int
    left: bool = False
    removed: bool = False

    @property
    def shown(self) -> bool:
        return not (self.left or self.removed)


@dataclass(frozen=True, slots=True)
class SprintRecord:
    id: int
    room: int
    round: int
    timeline: Timeline
    final: bool


@dataclass(frozen=True, slots=True)
class RoomState:
    """A room at a rev: its latest sprint, and the members whose rows changed after the rev that was asked from."""

    room: RoomRecord
    sprint: SprintRecord | None
    members: list[Member]


@dataclass(frozen=True, slots=True)
class CountRow:
    """A count on its way into SQL, or out of it. `joined_at`: Unix ms, the writer's start in this sprint if late."""

    slot: int
    writer: int
    register: Register
    active_ms: int = 0
    start_total: int = 0
    joined_at: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a command. `code` is an ErrorCode; a refusal names the field and the rule. `rev`: the room's."""

    code: int
    rev: int = 0
    sprint: SprintRecord | None = None
    field: str = ""
    rule: str = ""


class TakenError(Exception):
    """An id that a client chose is another writer's."""


class Listing(NamedTuple):
    """A room in a list: its latest sprint, and how many writers its board would show."""

    room: RoomRecord
    sprint: SprintRecord | None
    writers: int


class Handle(NamedTuple):
    """`key`: the same for all handles that look alike."""

    handle: str
    key: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A writer's settings as chosen last; those that decide about days hold from the writer's tomorrow on.

    `rollover`: minutes after midnight, local time. `day_minutes` None: minutes do not make a day count.
    """

    id: int
    name: str
    zone: str
    rollover: int
    day_words: int
    day_minutes: int | None
    grace: int
    rest_weekdays: frozenset[int]
    """0 is Monday."""
    weekly_days: int
    week_start: int
    streak_hidden: bool
    created_at: int
    handle: str | None
    """None: they have chosen none."""


class Stamp(NamedTuple):
    """What a session is stamped with when it is first stored, never to be recomputed.

    `local_hour`: 0 to 23, what the clock on the wall showed then.
    """

    local_day: date
    local_hour: int
    zone: str
    rollover: int


@dataclass(frozen=True, slots=True)
class Result:
    """A writer's stored count in a sprint, with their name in the room. Instants are Unix ms."""

    slot: int
    writer: int
    name: str
    register: Register
    active_ms: int
    started_at: int
    """The sprint's start, or the writer's joining if that was later."""
    reported_at: int | None


OF_EXPORT = "wordtide:"
"""Begins the import_key of a session that came in an export of Wordtide's; its original's id follows."""


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One writing session of a writer's history. `room` is the slug; `sprint` and `room` are None outside rooms."""

    id: str
    sprint: int | None
    room: str | None
    room_title: str | None
    local_day: date
    started_at: int
    zone: str
    minutes: float
    words: int
    source: str
    """sprint, manual, solo or import"""
    late: bool
    counts: bool
    """Whether it may count for the streak."""
    project: str | None = None
    amount: int | None = None
    """In its project's unit, where that is pages or lines."""
    note: str = ""
    intention: str = ""
    outcome: str | None = None
    """done, partly or not"""
    edited: bool = False
    """Whether the writer mended what was counted: `words` and `minutes` are as they say."""
    removed: bool = False
    import_key: str | None = None
    """What the entry of a file is known by that it was made of."""

    @property
    def original_id(self) -> str:
        """Where it was written, if it came here in an export of Wordtide's; else its own."""
        key = self.import_key or ""
        return key.removeprefix(OF_EXPORT) if key.startswith(OF_EXPORT) else self.id

    @property
    def millis(self) -> int:
        return round(self.minutes * 60_000)


@dataclass(frozen=True, slots=True)
class Entry:
    """A session written by hand, or run alone offline (`source`: manual or solo). `counts`: whether it may count for
    the streak. `id`: the client's choice."""

    id: UUID
    started_at: int
    minutes: float
    words: int
    counts: bool
    stamp: Stamp
    project: str | None = None
    amount: int | None = None
    note: str = ""
    source: str = "manual"


@dataclass(frozen=True, slots=True)
class Said:
    """What a writer says of a sprint for themselves. `project`: where its words go. `outcome`: done, partly or not."""

    project: str | None = None
    intention: str = ""
    outcome: str | None = None
    note: str = ""


class Cursor(NamedTuple):
    """A session's place in a writer's history, which runs by day, then by start: what never changes."""

    local_day: date
    started_at: int
    id: str


@dataclass(frozen=True, slots=True)
class Noted:
    """A line of what was done with an account. `at`: Unix ms; `device`: where, as the writer knows it."""

    at: int
    what: str
    detail: str
    device: str


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """Something that must happen once. Whoever claimed it says so when it is done, or the lease runs out."""

    id: int
    kind: str
    subject: str
    payload: dict[str, Any]
    attempts: int
    created_at: int
