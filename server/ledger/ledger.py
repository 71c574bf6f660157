"""What is kept: rooms, sprints, counts, people and their histories, in SQLite or PostgreSQL."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Self

from protocol.messages import CommandArgs
from server.core import streak
from server.core.records import (
    CountRow,
    Entry,
    Listing,
    Member,
    OutboxRow,
    Outcome,
    Person,
    Profile,
    Result,
    RoomRecord,
    RoomState,
    SessionRecord,
    SignedIn,
    SprintRecord,
    Stamp,
)
from server.core.sprint import Limits
from server.core.tokens import is_personal
from server.ledger.audit import Audit
from server.ledger.bounds import Bounds
from server.ledger.calendars import Calendars
from server.ledger.challenges import Challenges
from server.ledger.commands import Commands, Order
from server.ledger.counts import Counts, Offer
from server.ledger.deletion import Deletion
from server.ledger.devices import Devices
from server.ledger.endings import Closings, Ending, Finals, overdue
from server.ledger.engine import Database, connect
from server.ledger.entries import Entries
from server.ledger.exports import Exports
from server.ledger.goals import Goals
from server.ledger.history import History
from server.ledger.identities import Identities
from server.ledger.imports import Imports
from server.ledger.joins import Join, Joins
from server.ledger.links import Links
from server.ledger.merges import Merges
from server.ledger.migrations import migrate
from server.ledger.mine import Mine
from server.ledger.outbox import Outbox
from server.ledger.passkeys import Passkeys
from server.ledger.people import People
from server.ledger.projects import Projects
from server.ledger.pruning import Pruning
from server.ledger.reader import GroupRead
from server.ledger.recovery import Recovery
from server.ledger.rests import Rests
from server.ledger.results import counts_by_writer, counts_of, results_of
from server.ledger.rooms import Rooms
from server.ledger.rows import sprint_by_id
from server.ledger.tokens import Tokens
from server.ledger.tries import Tries
from server.ledger.writer import GroupCommit

log = logging.getLogger("wordtide.ledger")

CLOSE_S = 3
"""How long the end of a process waits for a database that says nothing; twice, and what asyncpg takes to let go."""


class SqlLedger:
    """All instants are Unix ms. Whatever a writing method answers is committed.

    Every method may raise OSError or SQLAlchemyError while the database is away or full; later calls work again.
    """

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._writer = writer = GroupCommit(database)
        self.bounds = Bounds(database, limits)
        self._people, self._rooms = People(database, writer), Rooms(database, writer, self.bounds)
        self.rests = Rests(database, writer)
        self.history, self._outbox = History(database), Outbox(database, writer)
        self._entries = Entries(database, writer, self.bounds)
        self.projects, self.goals = Projects(database, writer, self.bounds), Goals(database, writer)
        self._pruning = Pruning(writer)
        self.links, self.tokens = Links(database, writer), Tokens(database, writer)
        self.devices = Devices(database, writer)
        self.tries, self.audit = Tries(database, writer), Audit(database)
        self.deletion = Deletion(database, writer)
        self.challenges, self.passkeys = Challenges(writer), Passkeys(database, writer)
        self.recovery, self.identities = Recovery(database, writer), Identities(database, writer)
        self.imports, self.exports = Imports(database, writer), Exports(database, writer)
        self.calendars = Calendars(database, writer)
        self.merges = Merges(database, writer)
        self._joins, self._counts = Joins(), Counts(database)
        self.mine = Mine(database, writer, self._counts)
        self._count_of = GroupRead(partial(counts_by_writer, database))
        self._commands = Commands(limits, self._counts)
        self._closings, self._finals = Closings(), Finals()

    @classmethod
    async def open(cls, url: str | None, data: Path, limits: Limits) -> Self:
        """`url` None: SQLite in the folder `data`, which is locked against a second process (DataFolderInUse)."""
        database = connect(url, data)
        try:
            await migrate(database)
        except BaseException:
            await database.close()
            raise
        return cls(database, limits)

    async def close(self) -> None:
        """Write what waits, and let go of the database: within twice CLOSE_S, also where it does not answer."""
        await self._writer.close(CLOSE_S)
        try:
            async with asyncio.timeout(CLOSE_S):
                await self.devices.close()
                await self.tokens.close()
                await self._count_of.close()
                await self._database.close()
        except TimeoutError:
            log.warning("the database did not answer while it was closed")

    @property
    def has_own_clock(self) -> bool:
        """Whether the database has a clock that all processes follow. SQLite's is this machine's wall clock."""
        return self._database.has_own_clock

    async def now_ms(self) -> int:
        """The database's clock."""
        return await self._database.now_ms()

    # People

    async def new_guest(self, name: str, zone: str, token: str, now: int, device: str = "") -> Person:
        """A new writer, and a session of theirs. Of the token only the SHA-256 is kept."""
        return await self._people.new_guest(name, zone, token, now, device)

    async def signed_in(self, token: str) -> SignedIn | None:
        """By a session's token or a personal one. None: it is unknown, or holds no longer."""
        return await (self.tokens if is_personal(token) else self.devices).signed_in(token)

    async def still_signed_in(self, sessions: Sequence[str], now: int) -> set[str]:
        """Of these ids of SignedIn's, those that have not ended."""
        return await self.devices.standing(sessions, now)

    async def profile(self, writer: int) -> Profile | None:
        return await self._people.profile(writer)

    async def change_profile(
        self, writer: int, changes: Mapping[str, Any], now: int, device: str = "", issuer: str | None = None
    ) -> Profile:
        """`changes`: any of Profile's fields but id and created_at. The zone holds at once, the name and
        streak_hidden and handle (a Handle, or None) too; the rest from the writer's tomorrow on. `device`: where it is
        done, for the audit list. `issuer`: as in keeps_an_account.

        KeyError: no such writer, or no such field. RuleError: see handles.py; or the zone was chosen too often.
        """
        return await self._people.change_profile(writer, changes, now, device, issuer)

    async def stamp(self, writer: int, started_at: int) -> Stamp:
        """The local day of a session of this writer that started then, by the writer's zone and rollover."""
        return await self._people.stamp(writer, started_at)

    # Rooms

    async def create_room(self, writer: Person, title: str, visibility: str, key: str | None, now: int) -> RoomRecord:
        """A room with the writer as its host. A second call with the same `key` of this writer answers the first.
        RuleError (CONFLICT): they have too many; see bounds.py."""
        return await self._rooms.create(writer, title, visibility, key, now)

    async def room_by_slug(self, slug: str) -> RoomRecord | None:
        return await self._rooms.by_slug(slug)

    async def room(self, room: int) -> RoomRecord | None:
        return await self._rooms.by_id(room)

    async def room_id(self, slug: str) -> int | None:
        found = await self._rooms.by_slug(slug)
        return None if found is None else found.id

    async def room_state(self, room: int, after_rev: int = -1) -> RoomState | None:
        return await self._rooms.state(room, after_rev)

    async def revs(self, rooms: Sequence[int]) -> dict[int, int]:
        return await self._rooms.revs(rooms)

    async def member(self, room: int, writer: int) -> Member | None:
        """The writer's place in the room, also where they left or were removed."""
        return await self._rooms.member(room, writer)

    async def writers_in(self, room: int) -> int:
        return await self._rooms.writers_in(room)

    async def public_rooms(self, now: int, limit: int = 100) -> list[Listing]:
        """Public rooms used within 24 h or with an unfinished sprint, the last used first."""
        return await self._rooms.public(now, limit)

    async def join(self, room: int, person: Person, now: int) -> Member:
        """LookupError: there is no such room."""
        member = await self._writer.submit(self._joins, Join(room, person, now))
        if member is None:
            raise LookupError(f"there is no room {room}")
        return member

    # Sprints

    async def command(self, room: int, writer: int, id: str, op: int, args: CommandArgs, now: int) -> Outcome:
        """A refusal changes nothing and is not kept: its repeat is judged anew."""
        return await self._writer.submit(self._commands, Order(room, writer, id, op, args, now))

    async def sprint(self, sprint: int) -> SprintRecord | None:
        return await sprint_by_id(self._database, sprint)

    async def close_if_all_in(self, sprint: int, now: int) -> int | None:
        return await self._writer.submit(self._closings, Ending(sprint, now))

    async def finalise(self, sprint: int, now: int) -> int | None:
        return await self._writer.submit(self._finals, Ending(sprint, now))

    async def overdue(self, now: int, after_ms: int) -> list[tuple[int, int]]:
        """(room, sprint) whose results should be final for more than `after_ms`, or at all where a next round began."""
        return await overdue(self._database, now, after_ms)

    # Counts

    async def counts(self, sprint: int) -> list[CountRow]:
        """A row with seq 0 holds a start total only: no count was offered yet."""
        return await counts_of(self._database, sprint)

    async def count_of(self, sprint: int, writer: int) -> CountRow | None:
        """A row with seq 0 holds a start total only, as with `counts`."""
        return await self._count_of.ask((sprint, writer))

    async def checkpoint(self, sprint: int, rows: Iterable[CountRow], now: int) -> dict[int, CountRow]:
        return await self._writer.submit(self._counts, Offer(sprint, tuple(rows), now))

    async def results(self, sprint: int) -> list[Result]:
        """Counts of all writers but those that were removed, by slot."""
        return (await self.results_by_sprint([sprint]))[sprint]

    async def results_by_sprint(self, sprints: Sequence[int]) -> dict[int, list[Result]]:
        """The same of many sprints in one reading."""
        return await results_of(self._database, sprints)

    # History; to read its sessions: `history`

    async def streak_settings(self, writer: int) -> streak.Settings:
        """With the rest that is booked and the days declared neutral for everybody. KeyError: no such writer."""
        return await self._people.streak_settings(writer)

    async def add_manual(self, writer: int, entry: Entry, now: int) -> bool:
        """Whether it was new: the same id again changes nothing. TakenError: the id is another writer's.

        RuleError: its project is not the writer's, or counts by itself what `amount` says.
        """
        return await self._entries.add(writer, entry, now)

    async def change_session(self, writer: int, id: str, changes: Mapping[str, Any], now: int) -> SessionRecord | None:
        """Mend or remove a session, bring it back, say something of it: the session then; None: the writer has none
        with this id. `changes`: words, minutes, removed, project, amount, note, intention, outcome; what is not among
        them stays. RuleError as with add_manual.
        """
        return await self._entries.change(writer, id, changes, now)

    # What must happen once

    async def claim_outbox(self, kinds: Sequence[str], lease_ms: int, now: int) -> list[OutboxRow]:
        return await self._outbox.claim(kinds, lease_ms, now)

    async def done_outbox(self, id: int, now: int) -> None:
        await self._outbox.done(id, now)

    # Upkeep

    async def prune(self, now: int) -> int:
        """Delete answers of commands older than 2 days, outbox rows done over 7 days ago, expired sessions, links and
        challenges, what imports left behind that were given up over an hour ago, counted tries that no longer matter,
        and what was done with an account over 400 days ago; how many.

        In transactions of a bounded size, so that nobody waits long behind it.
        """
        return await self._pruning.prune(now)
