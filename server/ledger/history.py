"""A writer's history: every session they ever wrote, stamped once."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.messages import CountFlags
from server.core import streak
from server.core.records import SessionRecord, Stamp, TakenError
from server.ledger.engine import Database
from server.ledger.people import WRITERS
from server.ledger.tables import rooms, sprints, writing_sessions
from server.ledger.writer import GroupCommit, Single

# Who was only there has a row on the board, but wrote no session; nor did who counted in one that was called off before
# it began.
_WRITTEN = or_(
    writing_sessions.c.source != "sprint",
    and_(
        or_(
            writing_sessions.c.words != 0,
            writing_sessions.c.active_ms > 0,
            writing_sessions.c.reported_at.is_not(None),
        ),
        or_(sprints.c.cancelled.is_(None), sprints.c.cancelled >= sprints.c.starts),
    ),
)


class History:
    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def sessions(
        self, writer: int, from_day: date | None, to_day: date | None, begun_by: int | None
    ) -> list[SessionRecord]:
        of = writing_sessions.c
        wanted = [of.writer == writer, _WRITTEN]
        if begun_by is not None:
            wanted.append(of.started_at <= begun_by)
        if from_day is not None:
            wanted.append(of.local_day >= from_day)
        if to_day is not None:
            wanted.append(of.local_day <= to_day)
        chosen = (
            select(writing_sessions, rooms.c.slug, rooms.c.title)
            .join_from(writing_sessions, sprints, of.sprint == sprints.c.id, isouter=True)
            .join(rooms, sprints.c.room == rooms.c.id, isouter=True)
            .where(and_(*wanted))
            .order_by(of.started_at.desc(), of.id)
        )
        async with self._database.asking() as connection:
            return [_session(row) for row in await connection.execute(chosen)]

    async def add_manual(
        self, writer: int, id: UUID, started_at: int, minutes: float, words: int, counts: bool, stamp: Stamp, now: int
    ) -> bool:
        async def write(connection: AsyncConnection) -> bool:
            insert = self._database.insert(writing_sessions).values(
                id=str(id),
                writer=writer,
                sprint=None,
                source="manual",
                started_at=started_at,
                **stamp._asdict(),
                seq=now,
                words=words,
                flags=CountFlags.REPORTED,
                active_ms=0,
                start_total=0,
                minutes=minutes,
                counts=counts,
                stored_at=now,
            )
            once = insert.on_conflict_do_nothing(index_elements=["id"]).returning(writing_sessions.c.id)
            if await connection.scalar(once) is not None:
                return True
            owner = select(writing_sessions.c.writer).where(writing_sessions.c.id == str(id))
            if await connection.scalar(owner) != writer:
                raise TakenError("this id is another writer's session")
            return False

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def streak_sessions(self, writer: int, begun_by: int | None) -> list[streak.Session]:
        sessions = await self.sessions(writer, None, None, begun_by)
        return [streak.Session(each.local_day, each.words, each.minutes, each.counts) for each in sessions]


def _session(row: Row[Any]) -> SessionRecord:
    # A sprint's minutes are the writer's own active ones.
    minutes = row.minutes if row.minutes is not None else row.active_ms / 60_000
    return SessionRecord(
        id=row.id,
        sprint=row.sprint,
        room=row.slug,
        room_title=row.title,
        local_day=row.local_day,
        started_at=row.started_at,
        zone=row.zone,
        minutes=minutes,
        words=row.words,
        source=row.source,
        late=bool(row.flags & CountFlags.LATE),
        counts=row.counts,
    )
