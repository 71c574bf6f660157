"""What a browser has to answer to sign in or to change what keeps an account: each serves once, and not for long."""

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.accounts import CHALLENGE_MS, Asked
from server.ledger.tables import challenges
from server.ledger.writer import WRITERS, GroupCommit, Single


class Challenges:
    """`purpose`: what it is for; `writer`: whose answer it has to be, None: anybody's. Instants are Unix ms."""

    def __init__(self, writer: GroupCommit) -> None:
        self._writer = writer

    async def make(
        self,
        id: str,
        purpose: str,
        writer: int | None,
        challenge: str,
        now: int,
        kept: str = "",
        keep_ms: int = CHALLENGE_MS,
    ) -> None:
        """`kept`: what has to be known again with the answer."""
        row = {"id": id, "purpose": purpose, "writer": writer, "challenge": challenge, "kept": kept}
        instants = {"created_at": now, "expires_at": now + keep_ms}

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(insert(challenges).values(row | instants))

        await self._writer.submit(WRITERS, Single(writer or 0, write))

    async def take(self, id: str, purpose: str, writer: int | None, now: int) -> str | None:
        """The challenge, which is gone now, however its answer turns out. None: used, too old, or another's."""
        of = challenges.c
        mine = of.writer.is_(None) if writer is None else of.writer == writer
        good = (of.id == id, of.purpose == purpose, mine, of.expires_at > now)

        async def write(connection: AsyncConnection) -> str | None:
            return await connection.scalar(delete(challenges).where(*good).returning(of.challenge))

        return await self._writer.submit(WRITERS, Single(writer or 0, write))

    async def take_kept(self, id: str, purpose: str, now: int) -> Asked | None:
        """As take, whoever was asked: that is for the caller to compare."""
        of = challenges.c
        good = (of.id == id, of.purpose == purpose, of.expires_at > now)
        taken = delete(challenges).where(*good).returning(of.writer, of.challenge, of.kept)

        async def write(connection: AsyncConnection) -> Asked | None:
            row = (await connection.execute(taken)).one_or_none()
            return None if row is None else Asked(row.writer, row.challenge, row.kept)

        return await self._writer.submit(WRITERS, Single(0, write))
