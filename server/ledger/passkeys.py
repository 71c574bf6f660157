"""Passkeys: the public half of each, and what its authenticator counted last."""

from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.codes import ErrorCode
from server.core.accounts import MAX_PASSKEYS, Passkey
from server.core.records import SigningIn, TakenError
from server.core.sprint import RuleError
from server.ledger.audit import note
from server.ledger.devices import sign_in
from server.ledger.engine import Database
from server.ledger.people import locked
from server.ledger.tables import auth_sessions, passkeys
from server.ledger.ways import keeps_an_account, way_back
from server.ledger.writer import WRITERS, GroupCommit, Single

_OF = passkeys.c


class Passkeys:
    """`device`: where it is done, for the audit list. Instants are Unix ms."""

    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def of(self, writer: int) -> list[Passkey]:
        """The first added first."""
        chosen = select(passkeys).where(_OF.writer == writer).order_by(_OF.created_at, _OF.id)
        async with self._database.asking() as connection:
            return [_passkey(row) for row in await connection.execute(chosen)]

    async def by_id(self, id: str) -> Passkey | None:
        """Whoever's it is."""
        async with self._database.asking() as connection:
            row = (await connection.execute(select(passkeys).where(_OF.id == id))).one_or_none()
            return None if row is None else _passkey(row)

    async def can_confirm(self, writer: int, issuer: str | None) -> bool:
        """Whether the writer can sign in anew whenever they are asked to. `issuer`: as in keeps_an_account."""
        async with self._database.asking() as connection:
            return bool(await connection.scalar(select(keeps_an_account(writer, issuer))))

    async def add(self, passkey: Passkey, device: str) -> bool:
        """Whether it was new: the same one again changes nothing. TakenError: it is another writer's.

        RuleError where the writer has too many.
        """
        row = {name: getattr(passkey, name) for name in ("id", "writer", "public_key", "sign_count", "name")}
        row |= {"created_at": passkey.created_at, "transports": " ".join(passkey.transports)}

        async def write(connection: AsyncConnection) -> bool:
            await locked(connection, passkey.writer)
            known = await connection.scalar(select(_OF.writer).where(_OF.id == passkey.id))
            if known is not None and known != passkey.writer:
                raise TakenError("this passkey is another writer's")
            if known is not None:
                return False
            if await _count(connection, passkey.writer) >= MAX_PASSKEYS:
                raise RuleError(ErrorCode.CONFLICT, "passkey", f"is one of {MAX_PASSKEYS} at most: remove one first")
            await connection.execute(insert(passkeys).values(row))
            await note(connection, passkey.writer, "passkey_added", passkey.created_at, passkey.name, device)
            return True

        return await self._writer.submit(WRITERS, Single(passkey.writer, write))

    async def rename(self, writer: int, id: str, name: str, device: str, now: int) -> bool:
        """False: the writer has none with this id. The same name again changes nothing."""
        mine = (_OF.id == id, _OF.writer == writer)

        async def write(connection: AsyncConnection) -> bool:
            await locked(connection, writer)
            named = await connection.scalar(select(_OF.name).where(*mine))
            if named is not None and named != name:
                await connection.execute(update(passkeys).where(*mine).values(name=name))
                await note(connection, writer, "passkey_renamed", now, name, device)
            return named is not None

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def remove(self, writer: int, id: str, issuer: str | None, also_last: bool, device: str, now: int) -> bool:
        """False: the writer has none with this id. RuleError: it is their last way back, and not `also_last`. `issuer`:
        as in way_back."""

        async def write(connection: AsyncConnection) -> bool:
            await locked(connection, writer)
            named = await connection.scalar(select(_OF.name).where(_OF.id == id, _OF.writer == writer))
            if named is None:
                return False
            if not also_last and not await connection.scalar(select(way_back(writer, issuer, but_passkey=id))):
                rule = "is the last way back to this history: add another one or make recovery codes first, or say last"
                raise RuleError(ErrorCode.CONFLICT, "passkey", rule)
            await connection.execute(delete(passkeys).where(_OF.id == id))
            await note(connection, writer, "passkey_removed", now, named, device)
            return True

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def sign_in(self, passkey: Passkey, sign_count: int, signing: SigningIn, now: int) -> bool:
        """Sign its writer in, after what it signed was verified. False: it counts backwards; then only that is noted,
        for its writer to see."""

        async def write(connection: AsyncConnection) -> bool:
            if not await _counted(connection, passkey, sign_count, signing.device, now):
                return False
            await sign_in(self._database, connection, passkey.writer, signing, now)
            await note(connection, passkey.writer, "signed_in_passkey", now, passkey.name, signing.device)
            return True

        return await self._writer.submit(WRITERS, Single(passkey.writer, write))

    async def confirm(self, passkey: Passkey, sign_count: int, session: str, device: str, now: int) -> bool:
        """Its writer has shown anew in `session` who they are. False as with sign_in."""
        mine = (auth_sessions.c.id == session, auth_sessions.c.writer == passkey.writer)

        async def write(connection: AsyncConnection) -> bool:
            if not await _counted(connection, passkey, sign_count, device, now):
                return False
            await connection.execute(update(auth_sessions).where(*mine).values(fresh_at=now))
            return True

        return await self._writer.submit(WRITERS, Single(passkey.writer, write))


async def _counted(connection: AsyncConnection, passkey: Passkey, sign_count: int, device: str, now: int) -> bool:
    """Whether the count has gone on; what never counts stays at 0. In one statement: two answers at once are one too
    many."""
    forward = _OF.sign_count < sign_count if sign_count else _OF.sign_count == 0
    used = update(passkeys).where(_OF.id == passkey.id, forward).values(sign_count=sign_count, used_at=now)
    if (await connection.execute(used)).rowcount == 1:
        return True
    await note(connection, passkey.writer, "passkey_doubted", now, passkey.name, device)
    return False


async def _count(connection: AsyncConnection, writer: int) -> int:
    return await connection.scalar(select(func.count()).where(_OF.writer == writer)) or 0


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(
        id=row.id,
        writer=row.writer,
        public_key=row.public_key,
        sign_count=row.sign_count,
        name=row.name,
        created_at=row.created_at,
        used_at=row.used_at,
        transports=tuple(row.transports.split()),
    )
