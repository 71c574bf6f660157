"""What the live plane asks of the ledger. It is handed one and knows nothing of SQL."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Protocol

from protocol.messages import CommandArgs
from server.core.records import CountRow, Member, OutboxRow, Outcome, Person, RoomState, SignedIn, SprintRecord


class Deletion(Protocol):
    """Of writers; see server/ledger/deletion.py."""

    def finish(self, writer: int, now: int) -> AsyncIterator[int]: ...


class Merges(Protocol):
    """Of histories; see server/ledger/merges.py."""

    async def carry_on(self, id: str) -> None: ...


class Ledger(Protocol):
    """Every method may raise OSError or the driver's error while the database is away; callers keep what they hold.

    Instants are Unix ms on the database's clock. What a method answers is committed.
    """

    @property
    def has_own_clock(self) -> bool:
        """Whether `now_ms` is a clock that all processes follow, rather than this machine's wall clock."""

    async def now_ms(self) -> int:
        """The database's clock."""

    async def signed_in(self, token: str) -> SignedIn | None:
        """Whose session this is; None where it is unknown or has expired."""

    async def still_signed_in(self, sessions: Sequence[str], now: int) -> set[str]:
        """Of these ids of SignedIn's, those that have not ended."""

    async def room_id(self, slug: str) -> int | None: ...

    async def room_state(self, room: int, after_rev: int = -1) -> RoomState | None:
        """The room in one consistent read; members changed after `after_rev` (-1: all, those gone included)."""

    async def revs(self, rooms: Sequence[int]) -> dict[int, int]:
        """id -> rev of these rooms, in one query."""

    async def sprint(self, sprint: int) -> SprintRecord | None: ...

    async def counts(self, sprint: int) -> list[CountRow]:
        """All stored counts of a sprint."""

    async def count_of(self, sprint: int, writer: int) -> CountRow | None:
        """The stored count of one writer. A row with seq 0 holds a start total only."""

    async def join(self, room: int, person: Person, now: int) -> Member:
        """Make the person a writer of the room (the first one is its host), or bring one who left back.

        Bumps the room's rev where it changed something, the refreshed name included. A removed one comes back removed.
        """

    async def command(self, room: int, writer: int, id: str, op: int, args: CommandArgs, now: int) -> Outcome:
        """Run a rare command in one transaction with its id: a repeat answers as before, a refusal is an Outcome.

        Ops: START, CANCEL, EXTEND, END (host), LEAVE, BASELINE (member), REMOVE (host).
        """

    async def checkpoint(self, sprint: int, rows: Iterable[CountRow], now: int) -> dict[int, CountRow]:
        """Store counts by the guard of the greater tuple; slot -> what stands in SQL for it afterwards.

        What stands may be newer than what was given (another process stored it first). Rows of writers who are no
        members are left out of the answer. A sprint that is final gets its rev bumped when a row changed.
        """

    async def close_if_all_in(self, sprint: int, now: int) -> int | None:
        """End the reporting window if every session has reported or its writer left; the new rev, or None."""

    async def finalise(self, sprint: int, now: int) -> int | None:
        """Make the results final once they are due, with the outbox row; the new rev, or None if nothing changed."""

    async def overdue(self, now: int, after_ms: int) -> list[tuple[int, int]]:
        """(room, sprint) whose results should be final for more than `after_ms`, or at all where a next round began."""

    async def claim_outbox(self, kinds: Sequence[str], lease_ms: int, now: int) -> list[OutboxRow]:
        """What must happen once, for whoever gets it: nobody else does for `lease_ms`."""

    async def done_outbox(self, id: int, now: int) -> None: ...

    @property
    def deletion(self) -> Deletion: ...

    @property
    def merges(self) -> Merges: ...

    async def prune(self, now: int) -> int:
        """Delete what has served its time, a bounded number of rows in a transaction; how many in all."""
