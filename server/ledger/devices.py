"""Where writers are signed in: a session for each browser, which the server keeps."""

import time
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, delete, exists, insert, or_, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.accounts import MAX_DEVICES
from server.core.records import RENEWED_EVERY_MS, Device, Person, SignedIn, SigningIn
from server.ledger.account_tables import merges
from server.ledger.audit import note
from server.ledger.digest import digest
from server.ledger.engine import Database
from server.ledger.meetings import meet
from server.ledger.reader import GroupRead
from server.ledger.rows import among, padded
from server.ledger.tables import auth_sessions, personal_tokens, sign_in_links, writers
from server.ledger.ways import way_back
from server.ledger.writer import WRITERS, GroupCommit, Single

SESSION_MS = 400 * 86_400_000
"""Longer than any browser keeps the cookie."""
_OF = auth_sessions.c
# Made once: each socket begins with it.
_BY_TOKEN = (
    select(_OF.token_sha256, _OF.id.label("session"), _OF.fresh_at, _OF.seen_at, writers.c.id, writers.c.name)
    .join_from(auth_sessions, writers, _OF.writer == writers.c.id)
    .where(_OF.token_sha256.in_(among("digests")), _OF.expires_at > bindparam("now"))
)
# Made once: each process asks it again and again, of all its sockets.
_STANDING = union_all(
    select(_OF.id).where(_OF.id.in_(among("ids")), _OF.expires_at > bindparam("now")),
    select(personal_tokens.c.id)
    .where(personal_tokens.c.id.in_(among("ids")))
    .where(or_(personal_tokens.c.expires_at.is_(None), personal_tokens.c.expires_at > bindparam("now"))),
)


class Devices:
    """All instants are Unix ms."""

    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer
        self._by_digest = GroupRead(self._signed_in_by_digest)

    async def close(self) -> None:
        await self._by_digest.close()

    async def signed_in(self, token: str) -> SignedIn | None:
        return await self._by_digest.ask(digest(token))

    async def _signed_in_by_digest(self, digests: Sequence[str]) -> dict[str, SignedIn]:
        # A session lives for months: this machine's clock is good enough, and saves asking for the database's.
        now = time.time_ns() // 1_000_000
        async with self._database.asking() as connection:
            found = await connection.execute(_BY_TOKEN, {"digests": padded(digests), "now": now})
            return {
                row.token_sha256: SignedIn(Person(row.id, row.name), row.session, row.fresh_at, seen_at=row.seen_at)
                for row in found
            }

    async def of(self, writer: int, now: int) -> list[Device]:
        """Those used last first."""
        chosen = select(auth_sessions).where(_OF.writer == writer, _OF.expires_at > now)
        async with self._database.asking() as connection:
            found = await connection.execute(chosen.order_by(_OF.seen_at.desc(), _OF.created_at.desc(), _OF.id))
            return [Device(row.id, row.device, row.created_at, row.seen_at) for row in found]

    async def kept(self, writer: int, issuer: str | None) -> bool:
        """Whether anything else leads back to the writer's history. `issuer`: as in way_back."""
        async with self._database.asking() as connection:
            return bool(await connection.scalar(select(way_back(writer, issuer))))

    async def end(self, writer: int, session: str, now: int, elsewhere: str | None = None) -> bool:
        """Whether there was one: nothing happens where it is not the writer's, or has ended. `elsewhere`: the device on
        which that is asked for; None: on the one that is signed out. From elsewhere the link to sign in with ends, too:
        that device may have made it."""
        own = (_OF.id == session, _OF.writer == writer)

        async def write(connection: AsyncConnection) -> bool:
            if elsewhere is not None:
                await _end_links(connection, writer, exists().where(*own))
            device = await connection.scalar(delete(auth_sessions).where(*own).returning(_OF.device))
            if device is None:
                return False
            if elsewhere is None:
                await note(connection, writer, "signed_out", now, device=device)
            else:
                await note(connection, writer, "signed_out_device", now, device, elsewhere)
            return True

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def end_others(self, writer: int, session: str, now: int, device: str = "") -> list[str]:
        """All sessions of the writer's but this one: their ids. The link to sign in with, too: another device may have
        made it. `device`: where that is asked for."""

        async def write(connection: AsyncConnection) -> list[str]:
            await _end_links(connection, writer)
            others = delete(auth_sessions).where(_OF.writer == writer, _OF.id != session)
            ended = {row.id: row.device for row in await connection.execute(others.returning(_OF.id, _OF.device))}
            if ended:
                names = ", ".join(sorted({name for name in ended.values() if name}))
                await note(connection, writer, "signed_out_others", now, names, device)
            return list(ended)

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def renew(self, writer: int, session: str, now: int) -> None:
        """It was used: it holds as long again as a new one. At most once in RENEWED_EVERY_MS, whoever asks."""
        due = _OF.seen_at <= now - RENEWED_EVERY_MS

        async def write(connection: AsyncConnection) -> None:
            renewed = update(auth_sessions).where(_OF.id == session, due)
            await connection.execute(renewed.values(seen_at=now, expires_at=now + SESSION_MS))

        await self._writer.submit(WRITERS, Single(writer, write))

    async def standing(self, ids: Sequence[str], now: int) -> set[str]:
        """Of these sessions and personal tokens, those by which somebody is still signed in."""
        async with self._database.asking() as connection:
            return set(await connection.scalars(_STANDING, {"ids": padded(ids), "now": now}))


async def _end_links(connection: AsyncConnection, writer: int, *where: ColumnElement[bool]) -> None:
    """Before the sessions: whoever is signing in by one is waited for, and their session is there to be ended."""
    await connection.execute(delete(sign_in_links).where(sign_in_links.c.writer == writer, *where))


async def begin_session(connection: AsyncConnection, writer: int, token: str, device: str, now: int) -> str:
    """The session's id."""
    id = str(uuid.uuid4())
    session = {"token_sha256": digest(token), "id": id, "writer": writer, "device": device}
    instants = {"created_at": now, "seen_at": now, "fresh_at": now, "expires_at": now + SESSION_MS}
    await connection.execute(insert(auth_sessions).values(session | instants))
    return id


async def sign_in(database: Database, connection: AsyncConnection, writer: int, signing: SigningIn, now: int) -> None:
    """Within the write that found out who it is. `now`: Unix ms.

    The token is a new one each time: whoever knew the one before has nothing of it.
    """
    session = await begin_session(connection, writer, signing.token, signing.device, now)
    if signing.instead_of is not None:
        await _instead_of(database, connection, signing.instead_of, writer, session, signing.issuer, now)
    await _make_way(connection, writer, session, signing.device, now)


async def _instead_of(
    database: Database,
    connection: AsyncConnection,
    former: str,
    writer: int,
    session: str,
    issuer: str | None,
    now: int,
) -> None:
    before = await connection.scalar(select(_OF.writer).where(_OF.id == former))
    if before == writer:
        await connection.execute(delete(auth_sessions).where(_OF.id == former))
        # Whom the writer met in this browser they can bring along still.
        here = (merges.c.writer == writer, merges.c.session == former)
        await connection.execute(update(merges).where(*here).values(session=session))
    elif before is not None:
        await meet(database, connection, writer, before, session, issuer, now)


async def _make_way(connection: AsyncConnection, writer: int, session: str, device: str, now: int) -> None:
    """Those used longest ago end where there would be too many. Their sockets close as those of a lost notice do."""
    others = select(_OF.id).where(_OF.writer == writer, _OF.id != session)
    idle = others.order_by(_OF.seen_at.desc(), _OF.created_at.desc(), _OF.id).offset(MAX_DEVICES - 1)
    ended = delete(auth_sessions).where(_OF.id.in_(idle)).returning(_OF.device)
    for name in (await connection.scalars(ended)).all():
        await note(connection, writer, "signed_out_idle", now, name, device)
