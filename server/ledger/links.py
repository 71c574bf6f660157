"""Links that sign a writer in on another device: each serves once, and not for long."""

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.records import SigningIn
from server.ledger.audit import note
from server.ledger.devices import sign_in
from server.ledger.digest import digest
from server.ledger.engine import Database
from server.ledger.tables import sign_in_links
from server.ledger.writer import WRITERS, GroupCommit, Single


class Links:
    """Of a code only the SHA-256 is kept, and it is found by that: how long it takes tells nothing of it. Instants are
    Unix ms."""

    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def make(self, writer: int, code: str, now: int, expires_at: int, device: str | None = None) -> None:
        """As `make_link`."""

        async def write(connection: AsyncConnection) -> None:
            await make_link(connection, writer, code, now, expires_at, device)

        await self._writer.submit(WRITERS, Single(writer, write))

    async def use(self, code: str, signing: SigningIn, now: int) -> int | None:
        """Whose link it was, and is signed in now. None: unknown, used or expired; then nothing changes."""

        async def write(connection: AsyncConnection) -> int | None:
            good = (sign_in_links.c.code_sha256 == digest(code), sign_in_links.c.expires_at > now)
            taken = delete(sign_in_links).where(*good).returning(sign_in_links.c.writer)
            writer = await connection.scalar(taken)
            if writer is not None:
                await sign_in(self._database, connection, writer, signing, now)
                await note(connection, writer, "signed_in_link", now, device=signing.device)
            return writer

        return await self._writer.submit(WRITERS, Single(0, write))


async def make_link(
    connection: AsyncConnection, writer: int, code: str, now: int, expires_at: int, device: str | None
) -> None:
    """The writer's only one from now on: there is never more than one to guess. `device`: where it is made; None: on
    the command line, by the operator. Instants are Unix ms."""
    await connection.execute(delete(sign_in_links).where(sign_in_links.c.writer == writer))
    link = {"code_sha256": digest(code), "writer": writer, "created_at": now, "expires_at": expires_at}
    await connection.execute(insert(sign_in_links).values(link))
    what = "link_made_by_operator" if device is None else "link_made"
    await note(connection, writer, what, now, device=device or "")
