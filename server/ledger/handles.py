"""Handles: names that are one writer's alone, for those who keep an account."""

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.codes import ErrorCode
from server.core.records import Handle
from server.core.sprint import RuleError
from server.ledger.audit import note
from server.ledger.digest import digest
from server.ledger.engine import Database
from server.ledger.tables import freed_handles, writers
from server.ledger.ways import keeps_an_account

FREED_MS = 30 * 86_400_000
"""So long nobody gets a handle that was given up: links and mentions of it would lead to somebody else."""


async def change(
    database: Database,
    connection: AsyncConnection,
    writer: int,
    chosen: Handle | None,
    now: int,
    device: str,
    issuer: str | None,
) -> None:
    """Within a transaction that holds the writer's row. RuleError: NOT_ALLOWED for guests, who may lose the one browser
    that knows them; CONFLICT where it is another's, looks like another's, or was given up not long ago.

    `device`: where it is done, for the audit list. `issuer`: as in keeps_an_account.
    """
    asked = select(writers.c.handle, writers.c.handle_key).where(writers.c.id == writer)
    held = (await connection.execute(asked)).one()
    if chosen is None or chosen.key != held.handle_key:
        if chosen is not None:
            if not await connection.scalar(select(keeps_an_account(writer, issuer))):
                rule = "is for those who keep an account: add a passkey first"
                raise RuleError(ErrorCode.NOT_ALLOWED, "handle", rule)
            await _demand_free(connection, chosen, now)
        await free(database, connection, writer, now)
    handle, key = (None, None) if chosen is None else chosen
    await _store(connection, writer, {"handle": handle, "handle_key": key})
    if handle is not None and handle != held.handle:
        await note(connection, writer, "handle_chosen", now, handle, device)
    elif handle is None and held.handle is not None:
        await note(connection, writer, "handle_given_up", now, held.handle, device)


async def free(database: Database, connection: AsyncConnection, writer: int, now: int) -> None:
    """What handle the writer has is nobody's for a while. Of it only the digest is kept: it may be the last of them."""
    held = await connection.scalar(select(writers.c.handle_key).where(writers.c.id == writer))
    if held is not None:
        freed = database.insert(freed_handles).values(key_sha256=digest(held), freed_at=now)
        again = freed.on_conflict_do_update(index_elements=["key_sha256"], set_={"freed_at": now})
        await connection.execute(again)


async def _demand_free(connection: AsyncConnection, chosen: Handle, now: int) -> None:
    freed = select(freed_handles.c.freed_at).where(freed_handles.c.key_sha256 == digest(chosen.key))
    if await connection.scalar(freed.where(freed_handles.c.freed_at > now - FREED_MS)) is not None:
        raise RuleError(ErrorCode.CONFLICT, "handle", "was given up within the last 30 days: choose another one")


async def _store(connection: AsyncConnection, writer: int, values: dict[str, str | None]) -> None:
    """The database alone knows that nobody else has it: another process may be storing it just now."""
    try:
        async with connection.begin_nested():
            await connection.execute(update(writers).where(writers.c.id == writer).values(**values))
    except IntegrityError:
        rule = "is another writer's, or looks like theirs: choose another one"
        raise RuleError(ErrorCode.CONFLICT, "handle", rule) from None
