"""What has served its time is deleted: answers of old commands, work done long ago, sessions and links, what imports
left behind, counted tries, handles given up, and what was done with an account long ago."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ledger.handles import FREED_MS
from server.ledger.tables import (
    audit,
    auth_sessions,
    challenges,
    commands,
    freed_handles,
    imports,
    outbox,
    sign_in_links,
    tries,
    writing_sessions,
)
from server.ledger.tries import MINUTE_MS
from server.ledger.writer import GroupCommit, RunOrder, Single, Singles

COMMANDS_MS = 2 * 86_400_000
"""So long a repeated command is answered as the first time; nobody sends one again after it."""
OUTBOX_MS = 7 * 86_400_000
IMPORT_MS = 3_600_000
"""No import takes so long: one that is not done by then was given up, or its process died."""
TRIES_MS = 2 * MINUTE_MS
"""Since their minute began: then they are neither of this one nor of the one before."""
AUDIT_MS = 400 * 86_400_000
MAX_PRUNE = 500
"""Rows in one transaction: others are waiting for theirs."""
PRUNING = Singles(RunOrder.PRUNING)


class Pruning:
    def __init__(self, writer: GroupCommit) -> None:
        self._writer = writer

    async def prune(self, now: int) -> int:
        of = writing_sessions.c
        given_up = and_(imports.c.done_at.is_(None), imports.c.started_at < now - IMPORT_MS)
        theirs = of.imported_by.in_(select(imports.c.id).where(given_up))
        return sum(
            [
                await self._delete(commands, commands.c.created_at < now - COMMANDS_MS),
                await self._delete(outbox, outbox.c.done_at < now - OUTBOX_MS),
                await self._delete(auth_sessions, auth_sessions.c.expires_at < now),
                await self._delete(sign_in_links, sign_in_links.c.expires_at < now),
                await self._delete(freed_handles, freed_handles.c.freed_at < now - FREED_MS),
                await self._delete(challenges, challenges.c.expires_at < now),
                await self._delete(tries, tries.c.minute <= now - TRIES_MS),
                await self._delete(audit, audit.c.at < now - AUDIT_MS),
                await self._delete(writing_sessions, theirs),
                await self._delete(imports, and_(given_up, ~exists().where(of.imported_by == imports.c.id))),
            ]
        )

    async def _delete(self, table: Table, old: ColumnElement[bool]) -> int:
        return await delete_in_slices(self._writer, table, old)


async def delete_in_slices(writer: GroupCommit, table: Table, which: ColumnElement[bool]) -> int:
    """Rows of a table, but for those that somebody else holds just then; how many."""
    key: Sequence[Column[Any]] = list(table.primary_key)
    # Another process may be at it, too: each takes what the other has not.
    some = select(*key).where(which).limit(MAX_PRUNE).with_for_update(skip_locked=True)

    async def write(connection: AsyncConnection) -> int:
        return (await connection.execute(delete(table).where(tuple_(*key).in_(some)))).rowcount

    deleted = MAX_PRUNE
    total = 0
    while deleted >= MAX_PRUNE:
        deleted = await writer.submit(PRUNING, Single(0, write))
        total += deleted
    return total
