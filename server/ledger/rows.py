"""Rows of SQL as the records that the rest of the house knows."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Row, Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.messages import Role
from server.core.board import Register
from server.core.records import CountRow, Member, RoomRecord, SprintRecord
from server.core.sprint import Timeline
from server.ledger.engine import Database
from server.ledger.tables import sprints

Id = TypeVar("Id", int, str, date)

SLICE = 500
ROWS_AT_ONCE = 250
"""Of a long answer, taken in before the event loop gets its turn."""


def room_record(row: Row[Any]) -> RoomRecord:
    return RoomRecord(row.id, row.slug, row.title, row.visibility, row.invite, row.rev, row.created_at)


def member_record(row: Row[Any]) -> Member:
    return Member(
        slot=row.slot,
        writer=row.writer,
        name=row.name,
        role=Role(row.role),
        joined_at=row.joined_at,
        rev=row.rev,
        left=row.has_left,
        removed=row.removed,
    )


def sprint_record(row: Row[Any]) -> SprintRecord:
    timeline = Timeline(row.starts, row.ends, row.reporting_ends, row.cancelled)
    return SprintRecord(
        row.id, row.room, row.round, timeline, final=row.finished_at is not None and row.cancelled is None
    )


def count_row(row: Row[Any]) -> CountRow:
    return CountRow(
        slot=row.slot,
        writer=row.writer,
        register=Register(row.seq, row.words, row.flags),
        active_ms=row.active_ms,
        start_total=row.start_total,
        joined_at=row.started_at,
    )


async def in_slices(
    connection: AsyncConnection, chosen: Select[Any], parameters: Mapping[str, Any]
) -> AsyncIterator[Row[Any]]:
    """The rows of a long answer. Taking in all of them at once would hold the event loop for a tenth of a second.

    On PostgreSQL the connection has to be in a transaction.
    """
    async with connection.stream(chosen, parameters) as answer:
        async for part in answer.partitions(ROWS_AT_ONCE):
            for row in part:
                yield row


def among(name: str) -> BindParameter[Any]:
    """For IN: a list that is given when the statement runs, `padded`."""
    return bindparam(name, expanding=True)


def padded(ids: Sequence[Id]) -> list[Id]:
    """For IN: filled up to a power of two, because PostgreSQL keeps a prepared statement for each length of list."""
    size = 1 << max(0, len(ids) - 1).bit_length()
    return list(ids) + list(ids[-1:]) * (size - len(ids))


def sliced(ids: Sequence[Id]) -> Iterator[list[Id]]:
    """As `padded`, SLICE at a time: PostgreSQL takes no statement with more than 32,767 arguments."""
    for start in range(0, len(ids), SLICE):
        yield padded(ids[start : start + SLICE])


def _latest() -> Select[Any]:
    newest = select(sprints.c.room, func.max(sprints.c.round).label("round")).where(sprints.c.room.in_(among("ids")))
    last = newest.group_by(sprints.c.room).subquery()
    return select(sprints).join(last, (sprints.c.room == last.c.room) & (sprints.c.round == last.c.round))


# What is asked again and again is put together once, here and in the other modules: that takes SQLAlchemy several times
# as long as to run it.
_LATEST = _latest()
_BY_ID = select(sprints).where(sprints.c.id.in_(among("ids")))


async def latest_sprint(connection: AsyncConnection, room: int) -> SprintRecord | None:
    return (await latest_sprints(connection, [room])).get(room)


async def latest_sprints(connection: AsyncConnection, rooms: Sequence[int]) -> dict[int, SprintRecord]:
    found = await connection.execute(_LATEST, {"ids": padded(rooms)})
    return {row.room: sprint_record(row) for row in found}


async def sprints_by_id(connection: AsyncConnection, wanted: Iterable[int]) -> dict[int, Row[Any]]:
    """Their rows, by id."""
    return {row.id: row for row in await connection.execute(_BY_ID, {"ids": padded(sorted(wanted))})}


async def sprint_by_id(database: Database, sprint: int) -> SprintRecord | None:
    async with database.asking() as connection:
        row = (await sprints_by_id(connection, [sprint])).get(sprint)
        return None if row is None else sprint_record(row)
