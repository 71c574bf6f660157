"""Recovery codes: a set of them a writer, each of which signs in once."""

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.accounts import CodesLeft
from server.core.records import SigningIn
from server.ledger.audit import note
from server.ledger.devices import sign_in
from server.ledger.digest import digest
from server.ledger.engine import Database
from server.ledger.people import locked
from server.ledger.tables import recovery_codes
from server.ledger.writer import WRITERS, GroupCommit, Single

_OF = recovery_codes.c


class Recovery:
    """Codes are long and random: of them only the SHA-256 is kept, and they are found by it, so that how long it takes
    tells nothing of the code. Instants are Unix ms."""

    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def left(self, writer: int) -> CodesLeft | None:
        """None: no set was made."""
        unused = func.count().filter(_OF.used_at.is_(None))
        chosen = select(unused, func.max(_OF.created_at)).where(_OF.writer == writer)
        async with self._database.asking() as connection:
            left, made_at = (await connection.execute(chosen)).one()
            return None if made_at is None else CodesLeft(left, made_at)

    async def make(self, writer: int, codes: Sequence[str], device: str, now: int) -> None:
        """The set from now on; one of before is gone."""
        rows = [{"code_sha256": digest(code), "writer": writer, "created_at": now} for code in codes]

        async def write(connection: AsyncConnection) -> None:
            await locked(connection, writer)
            await connection.execute(delete(recovery_codes).where(_OF.writer == writer))
            await connection.execute(insert(recovery_codes), rows)
            await note(connection, writer, "codes_made", now, device=device)

        await self._writer.submit(WRITERS, Single(writer, write))

    async def sign_in(self, code: str, signing: SigningIn, now: int) -> int | None:
        """Whose code it was, and is signed in now. None: unknown or used; then nothing changes."""
        good = (_OF.code_sha256 == digest(code), _OF.used_at.is_(None))

        async def write(connection: AsyncConnection) -> int | None:
            used = update(recovery_codes).where(*good).values(used_at=now).returning(_OF.writer)
            writer: int | None = await connection.scalar(used)
            if writer is not None:
                await sign_in(self._database, connection, writer, signing, now)
                await note(connection, writer, "signed_in_recovery", now, device=signing.device)
            return writer

        return await self._writer.submit(WRITERS, Single(0, write))
