"""What must happen once, for whoever does it: claimed with a lease, so that a dead claimant's work is taken over."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.records import OutboxRow
from server.ledger.engine import Database
from server.ledger.rows import among, padded
from server.ledger.tables import outbox
from server.ledger.writer import GroupCommit, RunOrder, Single, Singles

OUTBOX = Singles(RunOrder.OUTBOX)
MAX_CLAIM = 50

_FREE = (
    select(outbox.c.id)
    .where(outbox.c.done_at.is_(None), outbox.c.lease_until <= bindparam("now"), outbox.c.kind.in_(among("kinds")))
    .order_by(outbox.c.id)
)
_ANY, _SOME = _FREE.limit(1), _FREE.limit(MAX_CLAIM).with_for_update(skip_locked=True)


class Outbox:
    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def claim(self, kinds: Sequence[str], lease_ms: int, now: int) -> list[OutboxRow]:
        """Undone rows that nobody holds, oldest first. Two processes never get the same one within its lease."""
        asked = {"now": now, "kinds": padded(kinds)}
        async with self._database.asking() as connection:
            if await connection.scalar(_ANY, asked) is None:
                return []  # as nearly always, and no write waits for that

        async def write(connection: AsyncConnection) -> list[OutboxRow]:
            ids = (await connection.scalars(_SOME, asked)).all()
            if not ids:
                return []
            claimed = update(outbox).where(outbox.c.id.in_(ids)).returning(outbox)
            values = {"lease_until": now + lease_ms, "attempts": outbox.c.attempts + 1}
            rows = await connection.execute(claimed.values(values))
            return sorted((_record(row) for row in rows), key=lambda row: row.id)

        return await self._writer.submit(OUTBOX, Single(0, write))

    async def done(self, id: int, now: int) -> None:
        async def write(connection: AsyncConnection) -> None:
            await connection.execute(update(outbox).where(outbox.c.id == id).values(done_at=now))

        await self._writer.submit(OUTBOX, Single(id, write))


def _record(row: Row[Any]) -> OutboxRow:
    return OutboxRow(row.id, row.kind, row.subject, json.loads(row.payload), row.attempts, row.created_at)
