"""How much one writer may keep: generous, so that only a script or a mistake comes near it. A sprint's count is never
refused for it."""

from sqlalchemy import Table, func, select

from protocol.codes import ErrorCode
from server.core.sprint import Limits, RuleError
from server.ledger import tables
from server.ledger.engine import Database


class Bounds:
    """What is read is not locked: writes of the same writer at once may go over the bound by a few."""

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database, self._limits = database, limits

    async def check(
        self, writer: int, *, sessions: int = 0, projects: int = 0, rooms: int = 0, beside: str = ""
    ) -> None:
        """RuleError (CONFLICT): with so many more there would be too many. `beside`: the id of one that is not counted,
        of a room the key by which it is made, so that a repeat is no further one."""
        most = self._limits
        if sessions and await self._kept(tables.writing_sessions, writer, beside) + sessions > most.sessions_each:
            raise _full(f"{most.sessions_each:,} sessions, with the removed ones: undo an import, or leave some out")
        if projects and await self._kept(tables.projects, writer, beside) + projects > most.projects_each:
            raise _full(f"{most.projects_each:,} projects, with the archived ones: give one of them another title")
        if rooms and await self._made(writer, beside) + rooms > most.rooms_each:
            raise _full(f"{most.rooms_each:,} rooms: write on in one of them, it serves for any number of sprints")

    async def _made(self, writer: int, key: str) -> int:
        of = tables.rooms.c
        chosen = select(func.count()).where(of.created_by == writer, of.create_key.is_distinct_from(key))
        async with self._database.asking() as connection:
            return await connection.scalar(chosen) or 0

    async def _kept(self, table: Table, writer: int, beside: str) -> int:
        chosen = select(func.count()).select_from(table).where(table.c.writer == writer, table.c.id != beside)
        async with self._database.asking() as connection:
            return await connection.scalar(chosen) or 0


def _full(rule: str) -> RuleError:
    return RuleError(ErrorCode.CONFLICT, "", f"you can keep {rule}")
