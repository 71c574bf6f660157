"""Personal tokens. They are long and random; of each only the SHA-256 is kept."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.codes import ErrorCode
from server.core.records import Person, SignedIn, TakenError
from server.core.sprint import RuleError
from server.core.tokens import PersonalToken
from server.ledger.audit import note
from server.ledger.digest import digest
from server.ledger.engine import Database
from server.ledger.people import locked
from server.ledger.reader import GroupRead
from server.ledger.rows import among, padded
from server.ledger.tables import personal_tokens, writers
from server.ledger.writer import WRITERS, GroupCommit, Single

MOST = 50
"""Of one writer."""
USED_MS = 3_600_000
"""So old is `used_at` at the most: a write for each request would cost more than the request."""
_OF = personal_tokens.c
# Made once: a companion asks often.
_BY_SECRET = (
    select(_OF.secret_sha256, _OF.used_at, _OF.id, _OF.scopes, _OF.created_at, writers.c.id, writers.c.name)
    .join_from(personal_tokens, writers, _OF.writer == writers.c.id)
    .where(_OF.secret_sha256.in_(among("digests")))
    .where(or_(_OF.expires_at.is_(None), _OF.expires_at > bindparam("now")))
)


class Tokens:
    """Instants are Unix ms."""

    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer
        self._by_digest = GroupRead(self._found)

    async def close(self) -> None:
        await self._by_digest.close()

    async def make(
        self,
        writer: int,
        id: UUID,
        name: str,
        scopes: frozenset[str],
        secret: str,
        expires_at: int | None,
        now: int,
        device: str = "",
    ) -> bool:
        """Whether it was new. The same id again replaces one that was never used: its secret may have been lost on the
        way. `device`: where it is made.

        TakenError: the id is another writer's. RuleError: it is in use, or there are MOST.
        """
        values = {"secret_sha256": digest(secret), "name": name, "scopes": " ".join(sorted(scopes))}
        instants = {"created_at": now, "expires_at": expires_at}

        async def write(connection: AsyncConnection) -> bool:
            await locked(connection, writer)
            await note(connection, writer, "token_made", now, name, device)
            held = (await connection.execute(select(personal_tokens).where(_OF.id == str(id)))).one_or_none()
            if held is None:
                await _room_for_one_more(connection, writer)
                made = values | instants | {"id": str(id), "writer": writer}
                await connection.execute(insert(personal_tokens).values(made))
                return True
            if held.writer != writer:
                raise TakenError("this id is another writer's token")
            if held.used_at is not None:
                raise RuleError(ErrorCode.CONFLICT, "id", "is a token in use: give this one another UUID")
            await connection.execute(update(personal_tokens).where(_OF.id == str(id)).values(values | instants))
            return False

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def of(self, writer: int) -> list[PersonalToken]:
        """The last made first."""
        chosen = select(personal_tokens).where(_OF.writer == writer).order_by(_OF.created_at.desc(), _OF.id)
        async with self._database.asking() as connection:
            return [_token(row) for row in await connection.execute(chosen)]

    async def revoke(self, writer: int, id: str, now: int, device: str = "") -> bool:
        """Whether the writer had one of this id."""

        async def write(connection: AsyncConnection) -> bool:
            gone = delete(personal_tokens).where(_OF.writer == writer, _OF.id == id)
            name = await connection.scalar(gone.returning(_OF.name))
            if name is not None:
                await note(connection, writer, "token_revoked", now, name, device)
            return name is not None

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def signed_in(self, token: str) -> SignedIn | None:
        """Whose token it is, and what it may. Notes that it was used, once in USED_MS."""
        found = await self._by_digest.ask(digest(token))
        if found is None:
            return None
        signed, used_at = found
        now = _now()
        if used_at is None or used_at <= now - USED_MS:
            await self._note_use(signed.session, now)
        return signed

    async def _note_use(self, id: str, now: int) -> None:
        async def write(connection: AsyncConnection) -> None:
            # What another process is just noting need not be waited for.
            free = select(_OF.id).where(_OF.id == id).with_for_update(skip_locked=True)
            await connection.execute(update(personal_tokens).where(_OF.id.in_(free)).values(used_at=now))

        await self._writer.submit(WRITERS, Single(0, write))

    async def _found(self, digests: Sequence[str]) -> dict[str, tuple[SignedIn, int | None]]:
        """With the instant of the last use that is noted."""
        async with self._database.asking() as connection:
            found = await connection.execute(_BY_SECRET, {"digests": padded(digests), "now": _now()})
            return {secret: (_signed(*of), used_at) for secret, used_at, *of in found}


async def _room_for_one_more(connection: AsyncConnection, writer: int) -> None:
    held = await connection.scalar(select(func.count()).where(_OF.writer == writer))
    if held is not None and held >= MOST:
        raise RuleError(
            ErrorCode.CONFLICT, "id", f"would be one too many: {MOST} tokens are the most, revoke one first"
        )


def _signed(id: str, scopes: str, made_at: int, writer: int, name: str) -> SignedIn:
    return SignedIn(Person(writer, name), id, made_at, frozenset(scopes.split()))


def _token(row: Row[Any]) -> PersonalToken:
    scopes = frozenset(row.scopes.split())
    return PersonalToken(row.id, row.name, scopes, row.created_at, row.used_at, row.expires_at)


def _now() -> int:
    # As with sessions: this machine's clock is good enough, and saves asking for the database's.
    return time.time_ns() // 1_000_000
