"""Links that sign a writer in on another device: each serves once, and not for long."""

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.records import SigningIn
from server.ledger.devices import sign_in
from server.ledger.people import WRITERS, digest
from server.ledger.tables import sign_in_links
from server.ledger.writer import GroupCommit, Single


class Links:
    """Codes are long and random. Of them only the SHA-256 is kept."""

    def __init__(self, writer: GroupCommit) -> None:
        self._writer = writer

    async def make(self, writer: int, code: str, now: int, expires_at: int) -> None:
        """Instants in Unix ms."""

        async def write(connection: AsyncConnection) -> None:
            link = {"code_sha256": digest(code), "writer": writer, "created_at": now, "expires_at": expires_at}
            await connection.execute(insert(sign_in_links).values(link))

        await self._writer.submit(WRITERS, Single(writer, write))

    async def use(self, code: str, signing: SigningIn, now: int) -> int | None:
        """Whose link it was, and is signed in now. None: unknown, used or expired; then nothing changes."""

        async def write(connection: AsyncConnection) -> int | None:
            good = (sign_in_links.c.code_sha256 == digest(code), sign_in_links.c.expires_at > now)
            taken = delete(sign_in_links).where(*good).returning(sign_in_links.c.writer)
            writer = await connection.scalar(taken)
            if writer is not None:
                await sign_in(connection, writer, signing, now)
            return writer

        return await self._writer.submit(WRITERS, Single(0, write))
