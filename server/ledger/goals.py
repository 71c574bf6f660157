"""A writer's goals, each with the day from which it holds."""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.goals import Goal
from server.ledger.engine import Database
from server.ledger.people import locked
from server.ledger.tables import goals
from server.ledger.writer import WRITERS, GroupCommit, Single


class Goals:
    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def of(self, writer: int) -> list[Goal]:
        """All that a writer ever set, the oldest first."""
        own = select(goals).where(goals.c.writer == writer).order_by(goals.c.from_day)
        async with self._database.asking() as connection:
            return [Goal(row.period, row.from_day, row.unit, row.target) for row in await connection.execute(own)]

    async def set(self, writer: int, goal: Goal) -> None:
        """Beside those from days before, in place of the others. KeyError: no such writer.

        Others may be from a later day: a week that began on a Monday begins on the Sunday before, once weeks begin so.
        """

        async def write(connection: AsyncConnection) -> None:
            await locked(connection, writer)
            own = (goals.c.writer == writer, goals.c.period == goal.period)
            await connection.execute(delete(goals).where(*own, goals.c.from_day >= goal.from_day))
            values = {"period": goal.period, "from_day": goal.from_day, "unit": goal.unit, "target": goal.target}
            await connection.execute(insert(goals).values(writer=writer, **values))

        await self._writer.submit(WRITERS, Single(writer, write))
