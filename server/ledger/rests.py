"""The rest that writers booked ahead."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core import rests as rules
from server.core.records import TakenError
from server.core.rests import Booked
from server.ledger.engine import Database
from server.ledger.people import locked
from server.ledger.stamps import Held, stamp_of
from server.ledger.tables import rests
from server.ledger.writer import WRITERS, GroupCommit, Single


class Rests:
    """Instants are Unix ms."""

    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def of(self, writer: int) -> list[Booked]:
        """By their first day, those that are over too."""
        async with self._database.asking() as connection:
            return await _of(connection, writer)

    async def book(self, writer: int, id: UUID, first: date, last: date, now: int) -> tuple[Booked, bool]:
        """What stands under the id, and whether it was new: the same id again changes nothing.

        Raises RuleError where it may not be booked, TakenError where the id is another writer's, KeyError: no writer.
        """

        async def write(connection: AsyncConnection) -> tuple[Booked, bool]:
            held = await locked(connection, writer)
            asked = Booked(str(id), first, last)
            mine = await _of(connection, writer)
            stands = next((each for each in mine if each.id == asked.id), None)
            if stands is not None:
                return stands, False
            rules.check(first, last, _today(held, now), mine)
            stored = self._database.insert(rests).values(**asked._asdict(), writer=writer, booked_at=now)
            once = stored.on_conflict_do_nothing(index_elements=["id"]).returning(rests.c.id)
            if await connection.scalar(once) is None:
                raise TakenError("this id is another writer's rest")
            return asked, True

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def call_off(self, writer: int, id: str, now: int) -> None:
        """All of it that has not begun. Raises LookupError: the writer has none with this id; RuleError: it is over."""

        async def write(connection: AsyncConnection) -> None:
            held = await locked(connection, writer)
            rest = next((each for each in await _of(connection, writer) if each.id == id), None)
            if rest is None:
                raise LookupError(f"writer {writer} has no rest {id}")
            left = rules.called_off(rest, _today(held, now))
            if left is None:
                await connection.execute(delete(rests).where(rests.c.id == id))
            else:
                await connection.execute(update(rests).where(rests.c.id == id).values(last=left.last))

        await self._writer.submit(WRITERS, Single(writer, write))


async def _of(connection: AsyncConnection, writer: int) -> list[Booked]:
    chosen = select(rests).where(rests.c.writer == writer).order_by(rests.c.first)
    return [_booked(row) for row in await connection.execute(chosen)]


def _booked(row: Row[Any]) -> Booked:
    return Booked(row.id, row.first, row.last)


def _today(held: Held, now: int) -> date:
    return stamp_of(held, now).local_day
