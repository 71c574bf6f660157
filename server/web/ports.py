"""What HTTP asks of the rest of the house: the live plane, the ledger, the clock, the settings."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from protocol.messages import CommandArgs
from server.core import streak
from server.core.accounts import CHALLENGE_MS, Asked, CodesLeft, Passkey
from server.core.board import Register
from server.core.calendars import WrittenDay
from server.core.imports import ImportRecord, NewProject
from server.core.merges import Meeting
from server.core.records import (
    CountRow,
    Cursor,
    Device,
    Entry,
    Listing,
    Member,
    Noted,
    Outcome,
    Person,
    Profile,
    Result,
    RoomRecord,
    RoomState,
    SessionRecord,
    SignedIn,
    SigningIn,
    SprintRecord,
    Stamp,
)
from server.core.rests import Booked
from server.core.tokens import PersonalToken
from server.core.written import Glance, Written
from server.web.arrivals import Arrivals
from server.web.metrics import Metrics
from server.web.openid_ports import Identities, OpenIdProvider
from server.web.projects_ports import Goals, Mine, Projects
from server.web.ranking import BOARD_S, ROSTER_S, Ranking, Roster
from server.web.seen_tokens import SeenTokens
from server.web.shared import Shared
from server.web.uploads import Uploads


class Clock(Protocol):
    def now(self) -> int:
        """Unix ms, on the database's clock."""


class Settings(Protocol):
    @property
    def public_url(self) -> str | None:
        """The address people use, without a slash at its end; None: whatever Host a request names."""


class Live(Protocol):
    """The live plane. What it is told here, the people in the room see at once."""

    @property
    def healthy(self) -> bool:
        """Whether counts of writers on other processes arrive."""

    @property
    def draining(self) -> bool:
        """Whether this process is about to end and should get no new requests."""

    def board(self, sprint: int) -> Mapping[int, Register] | None:
        """Slot -> count of a sprint whose room is open in this process; None where it is not."""

    def sign_out(self, sessions: Sequence[str], anew: bool = False) -> None:
        """These have ended in SQL: their sockets are closed, in all processes. `anew`: they may come back by another
        session in the same browser."""

    async def join(self, room: int, person: Person) -> Member:
        """As the ledger's `join`, and tells the room. A removed one comes back removed.

        RuleError (CONFLICT): they are new here, and their name may be taken for a host's.
        """

    async def command(self, room: int, person: Person, id: str, op: int, args: CommandArgs) -> Outcome:
        """As the ledger's `command`, and tells the room."""

    async def offer(self, sprint: int, person: Person, seq: int, words: int, flags: int, active_ms: int) -> CountRow:
        """A COUNT from outside the socket, by the same rules; what stands in SQL afterwards.

        Raises RuleError: NO_SUCH_SPRINT, NOT_ALLOWED (no member), CLOCK_AHEAD.
        """


class Links(Protocol):
    """See server/ledger/links.py."""

    async def make(self, writer: int, code: str, now: int, expires_at: int, device: str | None = None) -> None: ...
    async def use(self, code: str, signing: SigningIn, now: int) -> int | None: ...


class Tries(Protocol):
    """See server/ledger/tries.py."""

    async def count(self, what: str, now: int, one: str = "") -> int: ...
    async def give_back(self, what: str, now: int) -> None: ...


class Audit(Protocol):
    """See server/ledger/audit.py."""

    async def of(self, writer: int) -> list[Noted]: ...


class Tokens(Protocol):
    """See server/ledger/tokens.py."""

    async def make(
        self,
        writer: int,
        id: UUID,
        name: str,
        scopes: frozenset[str],
        secret: str,
        expires_at: int | None,
        now: int,
        device: str = "",
    ) -> bool: ...
    async def of(self, writer: int) -> list[PersonalToken]: ...
    async def revoke(self, writer: int, id: str, now: int, device: str = "") -> bool: ...


class Devices(Protocol):
    """See server/ledger/devices.py."""

    async def of(self, writer: int, now: int) -> list[Device]: ...
    async def kept(self, writer: int, issuer: str | None) -> bool: ...
    async def end(self, writer: int, session: str, now: int, elsewhere: str | None = None) -> bool: ...
    async def end_others(self, writer: int, session: str, now: int, device: str = "") -> list[str]: ...
    async def renew(self, writer: int, session: str, now: int) -> None: ...


class Deletion(Protocol):
    """See server/ledger/deletion.py."""

    async def begin(self, writer: int, now: int) -> list[str]: ...


class Challenges(Protocol):
    """See server/ledger/challenges.py."""

    async def make(
        self,
        id: str,
        purpose: str,
        writer: int | None,
        challenge: str,
        now: int,
        kept: str = "",
        keep_ms: int = CHALLENGE_MS,
    ) -> None: ...
    async def take(self, id: str, purpose: str, writer: int | None, now: int) -> str | None: ...
    async def take_kept(self, id: str, purpose: str, now: int) -> Asked | None: ...


class Passkeys(Protocol):
    """See server/ledger/passkeys.py."""

    async def of(self, writer: int) -> list[Passkey]: ...
    async def by_id(self, id: str) -> Passkey | None: ...
    async def can_confirm(self, writer: int, issuer: str | None) -> bool: ...
    async def add(self, passkey: Passkey, device: str) -> bool: ...
    async def rename(self, writer: int, id: str, name: str, device: str, now: int) -> bool: ...
    async def remove(
        self, writer: int, id: str, issuer: str | None, also_last: bool, device: str, now: int
    ) -> bool: ...
    async def sign_in(self, passkey: Passkey, sign_count: int, signing: SigningIn, now: int) -> bool: ...
    async def confirm(self, passkey: Passkey, sign_count: int, session: str, device: str, now: int) -> bool: ...


class Recovery(Protocol):
    """See server/ledger/recovery.py."""

    async def left(self, writer: int) -> CodesLeft | None: ...
    async def make(self, writer: int, codes: Sequence[str], device: str, now: int) -> None: ...
    async def sign_in(self, code: str, signing: SigningIn, now: int) -> int | None: ...


class Merges(Protocol):
    """Histories that met in one browser; see server/ledger/merges.py."""

    async def of(self, writer: int, session: str) -> list[Meeting]: ...
    async def merge(self, writer: int, id: str, session: str, now: int, issuer: str | None = None) -> Meeting: ...
    async def part(self, writer: int, id: str, now: int) -> Meeting: ...
    async def guest(self, writer: int, id: str, session: str, issuer: str | None = None) -> Person: ...


class Rests(Protocol):
    """The rest that writers booked; see server/ledger/rests.py."""

    async def of(self, writer: int) -> list[Booked]: ...
    async def book(self, writer: int, id: UUID, first: date, last: date, now: int) -> tuple[Booked, bool]: ...
    async def call_off(self, writer: int, id: str, now: int) -> None: ...


class History(Protocol):
    """A writer's sessions; see server/ledger/history.py."""

    async def page(
        self,
        writer: int,
        limit: int,
        *,
        before: Cursor | None = None,
        project: str | None = None,
        text: str = "",
        removed: bool = False,
        begun_by: int | None = None,
        first: date | None = None,
        last: date | None = None,
    ) -> list[SessionRecord]: ...
    async def session(self, writer: int, id: str) -> SessionRecord | None: ...
    async def on_days(self, writer: int, days: Collection[date]) -> list[SessionRecord]: ...
    async def of_sprint(self, writer: int, sprint: int) -> SessionRecord | None: ...
    async def glance(self, writer: int, newest: int, begun_by: int) -> Glance: ...
    async def written(self, writer: int, begun_by: int | None = None) -> Written: ...


class Imports(Protocol):
    """See server/ledger/imports.py."""

    async def known(self, writer: int) -> set[str]: ...
    async def session_ids(self, writer: int) -> set[str]: ...
    async def projects(self, writer: int) -> list[tuple[str, str, str]]: ...
    async def of(self, writer: int) -> list[ImportRecord]: ...
    async def done(self, id: UUID, writer: int) -> ImportRecord | None: ...
    async def begin(self, id: UUID, writer: int, kind: str, file_name: str, now: int) -> None: ...
    async def store(self, id: UUID, writer: int, zone: str, rows: str, now: int) -> int: ...
    async def finish(self, id: UUID, writer: int, made: Sequence[NewProject], now: int) -> ImportRecord: ...
    async def undo(self, id: str, writer: int) -> bool: ...


class Exports(Protocol):
    """See server/ledger/exports.py."""

    async def taken(self, writer: int, device: str, now: int) -> None: ...
    async def of(self, writer: int) -> dict[str, list[dict[str, Any]]]: ...


class Calendars(Protocol):
    """See server/ledger/calendars.py."""

    async def since(self, writer: int) -> int | None: ...
    async def make(self, writer: int, secret: str, now: int, device: str = "") -> None: ...
    async def revoke(self, writer: int, now: int, device: str = "") -> None: ...
    async def writer_of(self, secret: str) -> int | None: ...
    async def days(self, writer: int, first: date, begun_by: int) -> list[WrittenDay]: ...


class Bounds(Protocol):
    """See server/ledger/bounds.py."""

    async def check(self, writer: int, *, sessions: int = 0, projects: int = 0, beside: str = "") -> None: ...


class Ledger(Protocol):
    """What is kept; see server/ledger/ledger.py, which answers all of this. Instants are Unix ms."""

    @property
    def links(self) -> Links: ...
    @property
    def tries(self) -> Tries: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def tokens(self) -> Tokens: ...
    @property
    def devices(self) -> Devices: ...
    @property
    def deletion(self) -> Deletion: ...
    @property
    def challenges(self) -> Challenges: ...
    @property
    def passkeys(self) -> Passkeys: ...
    @property
    def recovery(self) -> Recovery: ...
    @property
    def identities(self) -> Identities: ...

    async def signed_in(self, token: str) -> SignedIn | None: ...
    async def new_guest(self, name: str, zone: str, token: str, now: int, device: str = "") -> Person: ...
    async def profile(self, writer: int) -> Profile | None: ...
    async def change_profile(
        self, writer: int, changes: Mapping[str, Any], now: int, device: str = "", issuer: str | None = None
    ) -> Profile: ...
    async def stamp(self, writer: int, started_at: int) -> Stamp: ...

    async def create_room(
        self, writer: Person, title: str, visibility: str, key: str | None, now: int
    ) -> RoomRecord: ...
    async def room(self, room: int) -> RoomRecord | None: ...
    async def room_by_slug(self, slug: str) -> RoomRecord | None: ...
    async def room_state(self, room: int, after_rev: int = -1) -> RoomState | None: ...
    async def member(self, room: int, writer: int) -> Member | None: ...
    async def writers_in(self, room: int) -> int: ...
    async def public_rooms(self, now: int) -> list[Listing]: ...

    async def sprint(self, sprint: int) -> SprintRecord | None: ...
    async def results(self, sprint: int) -> list[Result]: ...
    async def results_by_sprint(self, sprints: Sequence[int]) -> dict[int, list[Result]]: ...

    @property
    def bounds(self) -> Bounds: ...
    @property
    def imports(self) -> Imports: ...
    @property
    def exports(self) -> Exports: ...
    @property
    def calendars(self) -> Calendars: ...
    @property
    def merges(self) -> Merges: ...
    @property
    def rests(self) -> Rests: ...
    @property
    def history(self) -> History: ...
    async def add_manual(self, writer: int, entry: Entry, now: int) -> bool: ...
    async def change_session(
        self, writer: int, id: str, changes: Mapping[str, Any], now: int
    ) -> SessionRecord | None: ...
    @property
    def projects(self) -> Projects: ...
    @property
    def goals(self) -> Goals: ...
    @property
    def mine(self) -> Mine: ...
    async def streak_settings(self, writer: int) -> streak.Settings: ...


@dataclass(frozen=True, slots=True)
class Services:
    """All that handlers work with."""

    ledger: Ledger
    live: Live
    clock: Clock
    settings: Settings
    metrics: Metrics
    openid: OpenIdProvider | None
    """None: none is set up here."""
    passes: Callable[[Exception], bool]
    """Whether a failure is of something that is away or busy for now, so that the same request may do well later."""
    uploads: Uploads = field(default_factory=Uploads)
    arrivals: Arrivals = field(default_factory=Arrivals)
    seen_tokens: SeenTokens = field(default_factory=SeenTokens)
    boards: Shared[tuple[int, int | None], Ranking] = field(default_factory=lambda: Shared(BOARD_S))
    """By sprint and the room's rev."""
    rosters: Shared[tuple[int, int], Roster] = field(default_factory=lambda: Shared(ROSTER_S))
    """By room and its rev."""

    @property
    def issuer(self) -> str | None:
        """The OpenID provider's address."""
        return None if self.openid is None else self.openid.issuer
