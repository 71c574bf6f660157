"""A writer's goals, each with the day from which it holds."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.goals import Goal
from server.ledger.engine import Database
from server.ledger.people import WRITERS, locked
from server.ledger.tables import goals
from server.ledger.writer import GroupCommit, Single


class Goals:
    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def of(self, writer: int) -> list[Goal]:
        """All that a writer ever set, the oldest first."""
        own = select(goals).where(goals.c.writer == writer).order_by(goals.c.from_day)
        async with self._database.asking() as connection:
            return [Goal(row.period, row.from_day, row.unit, row.target) for row in await connection.execute(own)]

    async def set(self, writer: int, goal: Goal) -> None:
        """In place of one that holds from the same day, or beside those from other days. KeyError: no such writer."""

        async def write(connection: AsyncConnection) -> None:
            await locked(connection, writer)
            said = {"unit": goal.unit, "target": goal.target}
            key = {"writer": writer, "period": goal.period, "from_day": goal.from_day}
            stored = self._database.insert(goals).values(key | said)
            await connection.execute(stored.on_conflict_do_update(index_elements=list(key), set_=said))

        await self._writer.submit(WRITERS, Single(writer, write))
