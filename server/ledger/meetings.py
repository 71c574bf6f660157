"""Who signs in where a guest was: the two have met, and their histories may become one. See merges.py."""

import uuid

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ledger.engine import Database
from server.ledger.tables import members, merges, projects, writers, writing_sessions
from server.ledger.ways import keeps_an_account


async def meet(
    database: Database, connection: AsyncConnection, writer: int, other: int, session: str, issuer: str | None, now: int
) -> None:
    """Within the write by which `writer` signs in where `other` was before, and has this session there. It is kept
    where the other is a guest with a history, a project or a place in a room: who has a way to sign in needs nobody to
    be reached by. `issuer`: as in keeps_an_account; `now`: Unix ms."""
    if await connection.scalar(select(keeps_an_account(other, issuer))):
        return
    # Whoever is just being deleted is so for good, or stays until this is written.
    still_there = select(writers.c.id).where(writers.c.id == other).with_for_update(read=True, key_share=True)
    something = or_(*(exists().where(of.c.writer == other) for of in (writing_sessions, members, projects)))
    if await connection.scalar(still_there) is None or not await connection.scalar(select(something)):
        return
    here = {"session": session, "met_at": now}
    met = database.insert(merges).values(here | {"id": str(uuid.uuid4()), "writer": writer, "other": other})
    await connection.execute(met.on_conflict_do_update(index_elements=["writer", "other"], set_=here))
