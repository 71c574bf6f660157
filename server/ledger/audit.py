"""What was done with an account, for its writer to see: each line is written with what it tells of, or not at all."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.records import Noted
from server.ledger.engine import Database
from server.ledger.people import WRITERS
from server.ledger.tables import audit
from server.ledger.writer import GroupCommit, Single

MOST = 200
"""Lines that are shown."""


class Audit:
    """Instants are Unix ms."""

    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def of(self, writer: int) -> list[Noted]:
        """The newest first, at most MOST."""
        chosen = select(audit).where(audit.c.writer == writer).order_by(audit.c.at.desc(), audit.c.id.desc())
        async with self._database.asking() as connection:
            found = await connection.execute(chosen.limit(MOST))
            return [Noted(row.at, row.what, row.detail, row.device) for row in found]

    async def add(self, writer: int, what: str, now: int, detail: str = "", device: str = "") -> None:
        """A line about what no other write goes with."""

        async def write(connection: AsyncConnection) -> None:
            await note(connection, writer, what, now, detail, device)

        await self._writer.submit(WRITERS, Single(writer, write))


async def note(
    connection: AsyncConnection, writer: int, what: str, now: int, detail: str = "", device: str = ""
) -> None:
    """Within the write that it tells of. `what`: one of protocol/account.py's; `detail`: a name that the writer gave;
    what is too long of it and of `device` is cut off."""
    line = {"writer": writer, "what": what, "at": now, "detail": detail[:200], "device": device[:120]}
    await connection.execute(insert(audit).values(line))
