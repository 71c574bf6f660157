"""Secret addresses of calendars: one a writer, of which only the SHA-256 is kept; and the days that they tell."""

from datetime import date

from sqlalchemy import case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.calendars import WrittenDay
from server.ledger.amounts import IN_HISTORY, MILLIS, WORDS
from server.ledger.audit import note
from server.ledger.digest import digest
from server.ledger.engine import Database
from server.ledger.tables import calendars, writing_sessions
from server.ledger.writer import WRITERS, GroupCommit, Single

_OF = writing_sessions.c
_ADDED = func.sum(case((WORDS > 0, WORDS), else_=0))
_SPRINTS = func.sum(case((_OF.source.in_(("sprint", "solo")), 1), else_=0))


class Calendars:
    """Instants are Unix ms."""

    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def since(self, writer: int) -> int | None:
        """When the writer's address was made; None: there is none."""
        chosen = select(calendars.c.created_at).where(calendars.c.writer == writer)
        async with self._database.asking() as connection:
            return await connection.scalar(chosen)

    async def make(self, writer: int, secret: str, now: int, device: str = "") -> None:
        """From now on the secret leads to this writer's days, and one of before leads nowhere. `device`: where that is
        asked for."""
        values = {"secret_sha256": digest(secret), "created_at": now}

        async def write(connection: AsyncConnection) -> None:
            made = self._database.insert(calendars).values(writer=writer, **values)
            await connection.execute(made.on_conflict_do_update(index_elements=["writer"], set_=values))
            await note(connection, writer, "calendar_made", now, device=device)

        await self._writer.submit(WRITERS, Single(writer, write))

    async def revoke(self, writer: int, now: int, device: str = "") -> None:
        """Nothing happens where there is none. `device`: as with `make`."""

        async def write(connection: AsyncConnection) -> None:
            gone = await connection.execute(delete(calendars).where(calendars.c.writer == writer))
            if gone.rowcount:
                await note(connection, writer, "calendar_revoked", now, device=device)

        await self._writer.submit(WRITERS, Single(writer, write))

    async def writer_of(self, secret: str) -> int | None:
        """Found by its digest in an index: how long that takes tells nothing of the secret."""
        chosen = select(calendars.c.writer).where(calendars.c.secret_sha256 == digest(secret))
        async with self._database.asking() as connection:
            return await connection.scalar(chosen)

    async def days(self, writer: int, first: date, begun_by: int) -> list[WrittenDay]:
        """From `first` on, the oldest first; only those with a session that had begun by then."""
        chosen = (
            select(_OF.local_day, _ADDED, func.sum(MILLIS), _SPRINTS)
            .where(_OF.writer == writer, IN_HISTORY, _OF.local_day >= first, _OF.started_at <= begun_by)
            .group_by(_OF.local_day)
            .order_by(_OF.local_day)
        )
        async with self._database.asking() as connection:
            return [
                WrittenDay(day, int(words), float(ms) / 60_000, int(sprints))
                for day, words, ms, sprints in await connection.execute(chosen)
            ]
