"""Days that the operator declares neutral for everybody (rule 13 in docs/streaks.md). A server only reads them."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import delete, select

from server.ledger.engine import Database
from server.ledger.tables import amnesty_days

MOST_NOTE = 200


class Neutral(NamedTuple):
    """`note`: the operator's own, of at most MOST_NOTE characters. `declared_at`: Unix ms."""

    day: date
    note: str
    declared_at: int


class Amnesty:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def days(self) -> list[Neutral]:
        async with self._database.asking() as connection:
            chosen = select(amnesty_days).order_by(amnesty_days.c.day)
            return [Neutral(row.day, row.note, row.declared_at) for row in await connection.execute(chosen)]

    async def declare(self, neutral: Neutral) -> bool:
        """Whether the day was not neutral before. If it was, it has the new note."""
        async with self._database.writing() as connection:
            stored = self._database.insert(amnesty_days).values(**neutral._asdict())
            once = stored.on_conflict_do_nothing(index_elements=["day"]).returning(amnesty_days.c.day)
            if await connection.scalar(once) is not None:
                return True
            await connection.execute(
                amnesty_days.update().where(amnesty_days.c.day == neutral.day).values(note=neutral.note)
            )
            return False

    async def withdraw(self, day: date) -> bool:
        """Whether it was neutral."""
        async with self._database.writing() as connection:
            gone = await connection.execute(delete(amnesty_days).where(amnesty_days.c.day == day))
            return gone.rowcount > 0
