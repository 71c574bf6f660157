"""Who writers are to OpenID providers: each identity is one writer's, who has one at a provider at most."""

import hashlib

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.codes import ErrorCode
from server.core.openid import Claimed, Identity
from server.core.records import SigningIn, TakenError
from server.core.sprint import RuleError
from server.ledger.audit import note
from server.ledger.devices import sign_in
from server.ledger.engine import Database
from server.ledger.people import begin_writer, locked
from server.ledger.tables import auth_sessions, identities
from server.ledger.ways import way_back
from server.ledger.writer import WRITERS, GroupCommit, Single

_OF = identities.c


class Identities:
    """`provider`: what it is called, for the audit list; `device`: where it is done. Instants are Unix ms."""

    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def of(self, writer: int) -> list[Identity]:
        """The first added first."""
        chosen = select(identities).where(_OF.writer == writer).order_by(_OF.created_at, _OF.issuer)
        async with self._database.asking() as connection:
            found = await connection.execute(chosen)
            return [Identity(_id(row.issuer, row.subject), row.issuer, row.created_at) for row in found]

    async def sign_in(self, claimed: Claimed, provider: str, signing: SigningIn, now: int) -> int | None:
        """Whose it is, who is signed in now. None: nobody's; then nothing changes."""

        async def write(connection: AsyncConnection) -> int | None:
            writer = await _writer_of(connection, claimed)
            if writer is not None:
                await sign_in(self._database, connection, writer, signing, now)
                await note(connection, writer, "signed_in_openid", now, provider, signing.device)
            return writer

        return await self._writer.submit(WRITERS, Single(0, write))

    async def begin(
        self, claimed: Claimed, provider: str, name: str, zone: str, signing: SigningIn, now: int
    ) -> int | None:
        """A new writer, whose it is from now on, and who is signed in. None: it has become somebody's meanwhile."""

        async def write(connection: AsyncConnection) -> int | None:
            if await _writer_of(connection, claimed) is not None:
                return None
            writer = await begin_writer(connection, name, zone, now)
            await self._insert(connection, writer, claimed, provider, signing.device, now)
            await sign_in(self._database, connection, writer, signing, now)
            return writer

        try:
            return await self._writer.submit(WRITERS, Single(0, write))
        except TakenError:
            return None

    async def add(self, writer: int, claimed: Claimed, provider: str, device: str, now: int) -> bool:
        """Whether it was new: the same one again changes nothing. TakenError: it is another writer's.

        RuleError where the writer has another one at this provider.
        """

        async def write(connection: AsyncConnection) -> bool:
            await locked(connection, writer)
            known = await _writer_of(connection, claimed)
            if known is not None and known != writer:
                raise TakenError("this identity is another writer's")
            if known is not None:
                return False
            here = select(_OF.subject).where(_OF.writer == writer, _OF.issuer == claimed.issuer)
            if await connection.scalar(here) is not None:
                rule = "is another one than you have here: remove that one first"
                raise RuleError(ErrorCode.CONFLICT, "identity", rule)
            await self._insert(connection, writer, claimed, provider, device, now)
            return True

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def confirm(self, writer: int, claimed: Claimed, session: str, now: int) -> bool:
        """The writer has shown anew in `session` who they are. False: it is not theirs."""
        mine = (auth_sessions.c.id == session, auth_sessions.c.writer == writer)

        async def write(connection: AsyncConnection) -> bool:
            if await _writer_of(connection, claimed) != writer:
                return False
            await connection.execute(update(auth_sessions).where(*mine).values(fresh_at=now))
            return True

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def remove(
        self, writer: int, id: str, provider: str, issuer: str | None, also_last: bool, device: str, now: int
    ) -> bool:
        """False: the writer has none with this id. RuleError: it is their last way back, and not `also_last`. `issuer`:
        as in way_back."""

        async def write(connection: AsyncConnection) -> bool:
            await locked(connection, writer)
            found = await connection.execute(select(_OF.issuer, _OF.subject).where(_OF.writer == writer))
            gone = next(((row.issuer, row.subject) for row in found if _id(row.issuer, row.subject) == id), None)
            if gone is None:
                return False
            if not also_last and not await connection.scalar(select(way_back(writer, issuer, but_identity=gone))):
                rule = "is the last way back to this history: add a passkey or make recovery codes first, or say last"
                raise RuleError(ErrorCode.CONFLICT, "identity", rule)
            at, subject = gone
            await connection.execute(delete(identities).where(_OF.issuer == at, _OF.subject == subject))
            await note(connection, writer, "identity_removed", now, provider, device)
            return True

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def _insert(
        self, connection: AsyncConnection, writer: int, claimed: Claimed, provider: str, device: str, now: int
    ) -> None:
        """TakenError: another process was quicker."""
        row = {"issuer": claimed.issuer, "subject": claimed.subject, "writer": writer, "created_at": now}
        added = self._database.insert(identities).values(row).on_conflict_do_nothing()
        if (await connection.execute(added)).rowcount != 1:
            raise TakenError("this identity has become another writer's")
        await note(connection, writer, "identity_added", now, provider, device)


async def _writer_of(connection: AsyncConnection, claimed: Claimed) -> int | None:
    mine = select(_OF.writer).where(_OF.issuer == claimed.issuer, _OF.subject == claimed.subject)
    writer: int | None = await connection.scalar(mine)
    return writer


def _id(issuer: str, subject: str) -> str:
    """What it is called in addresses: nobody else's subject can be guessed from it, and no sign has to be escaped."""
    return hashlib.sha256(f"{issuer} {subject}".encode()).hexdigest()[:32]
