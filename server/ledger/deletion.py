"""A writer goes, with everything that is theirs. What others need of it stays, and is nobody's.

First, in one transaction: nobody is signed in as them any more, nor can be again, and the outbox says what is to be
done. Then, in slices, by whichever process claims it: what is theirs alone, and room by room what is not. Every step
can be repeated, so a process that dies in it leaves work that the next one finishes.

In a room with others their counts stay, because ranks and totals are the others' too: a stand-in takes the place, one
for each room, so that nothing tells that two of them were the same person.
"""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from sqlalchemy import ColumnElement, Table, and_, delete, exists, insert, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.messages import Role
from server.ledger import handles, moving
from server.ledger.endings import bump
from server.ledger.engine import Database
from server.ledger.joins import ensure_host
from server.ledger.pruning import delete_in_slices
from server.ledger.tables import (
    audit,
    auth_sessions,
    calendars,
    challenges,
    commands,
    goals,
    identities,
    imports,
    members,
    merges,
    outbox,
    passkeys,
    personal_tokens,
    projects,
    recovery_codes,
    rests,
    rooms,
    sign_in_links,
    sprints,
    writer_settings,
    writer_zones,
    writers,
    writing_sessions,
)
from server.ledger.writer import GroupCommit, Kind, RunOrder, Single, Singles

WRITER_GOES = "writer.goes"
"""The outbox's kind of a writer to be deleted; its payload names them."""
NOBODY = "A writer"
"""The name of who is gone, in the results of others."""
_LONG_AGO = date(1970, 1, 1)
_WAYS_IN: Sequence[Table] = (
    auth_sessions,
    passkeys,
    challenges,
    recovery_codes,
    identities,
    personal_tokens,
    sign_in_links,
    calendars,
)
_OWN: Sequence[Table] = (
    *_WAYS_IN,
    commands,
    audit,
    rests,
    goals,
    projects,
    imports,
    writer_settings,
    writer_zones,
)
"""Theirs alone."""
_NAMES = ((members.c.room, members.c.writer), (rooms.c.id, rooms.c.created_by), (sprints.c.room, sprints.c.started_by))
"""Where rooms name writers. Whose place went to another by a merge still made the room, and began sprints in it."""
_DELETION = Singles(RunOrder.DELETIONS)


class Deletion:
    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer
        self._rooms = _Rooms()

    async def begin(self, writer: int, now: int) -> list[str]:
        """From now on nobody is signed in as them. Who was merged into them goes with them, and who was merged into
        those. Answers the ids of the sessions and personal tokens that so came to an end."""

        while True:
            async with self._database.asking() as connection:
                known = await moving.came_with(connection, writer)
            write = partial(self._begin, writer, known, now)
            ended: list[str] | None = await self._writer.submit(_DELETION, Single(writer, write))
            if ended is not None:
                return ended

    async def _begin(self, writer: int, known: set[int], now: int, connection: AsyncConnection) -> list[str] | None:
        """None: somebody was merged into one of them, or parted, since it was known who goes; then nothing changes."""
        # A merge on its way into one of them ends before, and its guest goes, too; or it comes later, and finds that
        # they go. All are locked at once, in the order in which merges do: whoever was found later would be too late.
        await moving.lock_writers(connection, known)
        if await moving.came_with(connection, writer) != known:
            return None
        ended: list[str] = []
        for each in sorted(known):
            for table in (auth_sessions, personal_tokens):
                ended += await connection.scalars(select(table.c.id).where(table.c.writer == each))
            for table in _WAYS_IN:
                await connection.execute(delete(table).where(table.c.writer == each))
            row = {"kind": WRITER_GOES, "subject": f"writer:{each}", "payload": json.dumps({"writer": each})}
            asked = self._database.insert(outbox).values(**row, attempts=0, created_at=now, lease_until=0)
            await connection.execute(asked.on_conflict_do_nothing(index_elements=["kind", "subject"]))
        return ended

    async def finish(self, writer: int, now: int) -> AsyncIterator[int]:
        """Delete what is left of them; yields each room that changed by it, once that is committed."""
        # What two histories have parted is the other's, and what they have brought together, too.
        for merge in await self._moves_of(writer):
            await moving.go_on(self._writer, merge)
        while True:
            for room in await self._rooms_of(writer):
                await self._delete(commands, commands.c.room == room, commands.c.writer == writer)
                if await self._writer.submit(self._rooms, _Place(room, writer, now)):
                    yield room
            for table in _OWN:
                await self._delete(table, table.c.writer == writer)
            await self._delete(writing_sessions, writing_sessions.c.writer == writer)
            await self._delete(merges, or_(merges.c.writer == writer, merges.c.other == writer))
            if await self._end(writer, now):
                return

    async def _moves_of(self, writer: int) -> Sequence[str]:
        async with self._database.reading() as connection:
            return await moving.under_way(connection, writer)

    async def _rooms_of(self, writer: int) -> Sequence[int]:
        async with self._database.reading() as connection:
            named = union(*(select(room).where(whose == writer) for room, whose in _NAMES))
            return sorted(await connection.scalars(named))

    async def _delete(self, table: Table, *which: ColumnElement[bool]) -> None:
        await delete_in_slices(self._writer, table, and_(*which))

    async def _end(self, writer: int, now: int) -> bool:
        """Whether they are gone; not yet where a request that was on its way has taken a place in a room since, or a
        sign-in has met them."""

        async def write(connection: AsyncConnection) -> bool:
            # Whoever is about to store something of theirs waits for this, and then finds no such writer.
            await connection.execute(select(writers.c.id).where(writers.c.id == writer).with_for_update())
            met = or_(merges.c.writer == writer, merges.c.other == writer)
            held = or_(exists().where(members.c.writer == writer), exists().where(met))
            if await connection.scalar(select(held)):
                return False
            for table in (*_OWN, writing_sessions):
                await connection.execute(delete(table).where(table.c.writer == writer))
            await handles.free(self._database, connection, writer, now)
            await connection.execute(delete(writers).where(writers.c.id == writer))
            done = and_(outbox.c.kind == WRITER_GOES, outbox.c.subject == f"writer:{writer}")
            await connection.execute(delete(outbox).where(done))
            return True

        return await self._writer.submit(_DELETION, Single(writer, write))


async def goes(connection: AsyncConnection, any_of: Iterable[int]) -> bool:
    """Whether one of these writers is being deleted."""
    subjects = [f"writer:{each}" for each in any_of]
    asked = exists().where(outbox.c.kind == WRITER_GOES, outbox.c.subject.in_(subjects))
    return await connection.scalar(select(asked)) or False


@dataclass(frozen=True, slots=True)
class _Place:
    room: int
    writer: int
    now: int


class _Rooms(Kind[_Place, bool]):
    """Takes writers out of rooms; answers whether there is anybody left to be told."""

    order = RunOrder.DEPARTURES
    changes_sprints = True  # counts on their way write the same rows, in an order of their own

    async def rooms(self, connection: AsyncConnection, items: Sequence[_Place]) -> Iterable[int]:
        return {item.room for item in items}

    async def sprints(self, connection: AsyncConnection, items: Sequence[_Place]) -> Iterable[int]:
        """Counts of those that are final lock the room."""
        unfinished = and_(sprints.c.room.in_({item.room for item in items}), sprints.c.finished_at.is_(None))
        return (await connection.scalars(select(sprints.c.id).where(unfinished))).all()

    async def run(self, connection: AsyncConnection, items: Sequence[_Place]) -> Sequence[bool]:
        return [await self._leave(connection, item) for item in items]

    async def _leave(self, connection: AsyncConnection, item: _Place) -> bool:
        named = union(*(select(room).where(room == item.room, whose == item.writer) for room, whose in _NAMES))
        if await connection.scalar(named) is None:
            return False  # another process was quicker
        others = and_(members.c.room == item.room, members.c.writer != item.writer, ~writers.c.stand_in)
        somebody = select(writers.c.id).join_from(members, writers, members.c.writer == writers.c.id).where(others)
        if await connection.scalar(somebody.limit(1)) is None:
            await _close(connection, item)
            return False
        await _stand_in(connection, item)
        return True


async def _close(connection: AsyncConnection, item: _Place) -> None:
    """The room goes, with the stand-ins in it: nobody is left who ever was there."""
    named = union(*(select(whose).where(room == item.room) for room, whose in _NAMES))
    stand_ins = (
        await connection.scalars(select(writers.c.id).where(writers.c.stand_in, writers.c.id.in_(named)))
    ).all()
    of_room = select(sprints.c.id).where(sprints.c.room == item.room)
    await connection.execute(delete(writing_sessions).where(writing_sessions.c.sprint.in_(of_room)))
    for table in (sprints, commands, members):
        await connection.execute(delete(table).where(table.c.room == item.room))
    await connection.execute(delete(rooms).where(rooms.c.id == item.room))
    await connection.execute(delete(writers).where(writers.c.id.in_(stand_ins)))


async def _stand_in(connection: AsyncConnection, item: _Place) -> None:
    """Of the counts all stays that ranks, totals and words a minute are made of, and nothing else."""
    made = insert(writers).values(name=NOBODY, streak_hidden=True, created_at=item.now, stand_in=True)
    nobody = (await connection.execute(made.returning(writers.c.id))).scalar_one()
    rev = await bump(connection, item.room)
    place = (members.c.room == item.room) & (members.c.writer == item.writer)
    gone = {"writer": nobody, "name": NOBODY, "role": Role.WRITER, "has_left": True, "rev": rev}
    await connection.execute(update(members).where(place).values(gone))
    room = (rooms.c.id == item.room) & (rooms.c.created_by == item.writer)
    await connection.execute(update(rooms).where(room).values(created_by=nobody, create_key=None))
    started = (sprints.c.room == item.room) & (sprints.c.started_by == item.writer)
    await connection.execute(update(sprints).where(started).values(started_by=nobody))
    of_room = select(sprints.c.id).where(sprints.c.room == item.room)
    theirs = (writing_sessions.c.writer == item.writer) & writing_sessions.c.sprint.in_(of_room)
    await connection.execute(update(writing_sessions).where(theirs).values(writer=nobody, **_NOTHING_OF_THEIRS))
    await ensure_host(connection, item.room, rev)


_NOTHING_OF_THEIRS = {
    "zone": "UTC",
    "rollover": 0,
    "local_day": _LONG_AGO,
    "local_hour": 0,
    "start_total": 0,
    "counts": False,
    **dict.fromkeys(("intention", "note"), ""),
    **dict.fromkeys(
        (
            *("project", "amount", "outcome", "minutes", "removed_at", "imported_by", "import_key"),
            *("corrected_words", "corrected_minutes", "streak_words", "streak_minutes", "came_from"),
        )
    ),
}
