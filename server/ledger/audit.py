"""What was done with an account, for its writer to see: each line is written with what it tells of, or not at all."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.records import Noted
from server.ledger.engine import Database
from server.ledger.tables import audit

MOST = 200
"""Lines that are shown."""


class Audit:
    """Instants are Unix ms."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, writer: int) -> list[Noted]:
        """The newest first, at most MOST."""
        chosen = select(audit).where(audit.c.writer == writer).order_by(audit.c.at.desc(), audit.c.id.desc())
        async with self._database.asking() as connection:
            found = await connection.execute(chosen.limit(MOST))
            return [Noted(row.at, row.what, row.detail, row.device) for row in found]


async def note(
    connection: AsyncConnection, writer: int, what: str, now: int, detail: str = "", device: str = ""
) -> None:
    """Within the write that it tells of. `what`: one of protocol/account.py's; `detail`: a name that the writer gave;
    what is too long of it and of `device` is cut off."""
    line = {"writer": writer, "what": what, "at": now, "detail": detail[:200], "device": device[:120]}
    await connection.execute(insert(audit).values(line))
