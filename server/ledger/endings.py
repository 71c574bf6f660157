"""How a sprint comes to its end in SQL: everybody is in, the results become final, each exactly once."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, case, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.records import SprintRecord
from server.core.sprint import FINAL_DELAY_MS, all_in_due, is_final_due
from server.ledger.engine import Database
from server.ledger.rows import sprint_record, sprints_by_id
from server.ledger.tables import members, outbox, rooms, sprints, writing_sessions
from server.ledger.writer import Kind, RunOrder

SPRINT_FINAL = "sprint.final"
"""The outbox's kind for a sprint whose results became final; its payload names the sprint and the room."""


@dataclass(frozen=True, slots=True)
class Ending:
    sprint: int
    now: int


class _Endings(Kind[Ending, int | None]):
    """Answers the room's new rev, or None where there was nothing to do."""

    changes_sprints = True

    async def rooms(self, connection: AsyncConnection, items: Sequence[Ending]) -> Iterable[int]:
        found = await sprints_by_id(connection, {item.sprint for item in items})
        return {row.room for row in found.values()}

    async def sprints(self, connection: AsyncConnection, items: Sequence[Ending]) -> Iterable[int]:
        return {item.sprint for item in items}

    async def run(self, connection: AsyncConnection, items: Sequence[Ending]) -> Sequence[int | None]:
        found = await sprints_by_id(connection, {item.sprint for item in items})
        revs: dict[int, int | None] = {}
        for item in sorted(items, key=lambda item: item.sprint):
            row = found.get(item.sprint)
            if item.sprint not in revs and row is not None and row.finished_at is None:
                ended = await self._end(connection, sprint_record(row), item.now)
                revs[item.sprint] = await bump(connection, row.room) if ended else None
        return [revs.get(item.sprint) for item in items]

    async def _end(self, connection: AsyncConnection, sprint: SprintRecord, now: int) -> bool:
        raise NotImplementedError


class Closings(_Endings):
    """Moves the end of the reporting window to now once every writer has reported."""

    order = RunOrder.CLOSINGS

    async def _end(self, connection: AsyncConnection, sprint: SprintRecord, now: int) -> bool:
        if not all_in_due(sprint.timeline, now):
            return False
        closed = update(sprints).where(sprints.c.id == sprint.id, _someone_is_in(sprint), ~_someone_is_out(sprint))
        return (await connection.execute(closed.values(reporting_ends=now))).rowcount > 0


class Finals(_Endings):
    """Makes results final once they are due."""

    order = RunOrder.FINALS

    async def _end(self, connection: AsyncConnection, sprint: SprintRecord, now: int) -> bool:
        if not is_final_due(sprint.timeline, now):
            return False
        await connection.execute(_FINISH, {"of_sprint": sprint.id, "finished_at": now})
        payload = json.dumps({"sprint": sprint.id, "room": sprint.room})
        subject = f"sprint:{sprint.id}"
        row = {"kind": SPRINT_FINAL, "subject": subject, "payload": payload, "attempts": 0}
        await connection.execute(_TELL, {**row, "created_at": now, "lease_until": 0})
        return True


_FINISH = update(sprints).where(sprints.c.id == bindparam("of_sprint"))
_TELL = insert(outbox)
_BUMP = update(rooms).where(rooms.c.id == bindparam("of_room")).values(rev=rooms.c.rev + 1).returning(rooms.c.rev)


async def bump(connection: AsyncConnection, room: int) -> int:
    """The room's next rev. The caller holds its lock, or takes it hereby."""
    return int((await connection.execute(_BUMP, {"of_room": room})).scalar_one())


# Rooms keep time for their current sprint only, so nobody else will finish one that the next round superseded.
_PATIENCE = case((sprints.c.superseded_at.is_(None), bindparam("after_ms", type_=BigInteger)), else_=0)
_OVERDUE = (
    select(sprints.c.room, sprints.c.id)
    .where(sprints.c.finished_at.is_(None))
    .where(sprints.c.reporting_ends + FINAL_DELAY_MS + _PATIENCE < bindparam("now"))
    .order_by(sprints.c.id)
)


async def overdue(database: Database, now: int, after_ms: int) -> list[tuple[int, int]]:
    async with database.asking() as connection:
        found = await connection.execute(_OVERDUE, {"now": now, "after_ms": after_ms})
        return [(row.room, row.id) for row in found]


def _someone_is_in(sprint: SprintRecord) -> ColumnElement[bool]:
    """Where nobody has counted at all, whoever comes next may still report."""
    return select(writing_sessions.c.id).where(_counted(sprint)).exists()


def _someone_is_out(sprint: SprintRecord) -> ColumnElement[bool]:
    """Whether a writer who is still there has not reported."""
    waited_for = and_(
        _counted(sprint),
        writing_sessions.c.reported_at.is_(None),
        members.c.room == sprint.room,
        members.c.slot == writing_sessions.c.slot,
        ~members.c.has_left,
        ~members.c.removed,
    )
    return select(writing_sessions.c.id).where(waited_for).exists()


def _counted(sprint: SprintRecord) -> ColumnElement[bool]:
    """A row of seq 0 only holds a start total: whoever sent no count is not in the sprint."""
    return and_(writing_sessions.c.sprint == sprint.id, writing_sessions.c.seq > 0)
