"""Whom an operator means."""

from typing import NamedTuple

from sqlalchemy import func, select

from server.ledger.engine import Database
from server.ledger.folding import folded
from server.ledger.tables import auth_sessions, writers, writing_sessions

LARGEST = 2**63 - 1


class Found(NamedTuple):
    """A writer. Instants are Unix ms; `seen_at`: to the day, None where they are signed in nowhere."""

    id: int
    name: str
    created_at: int
    seen_at: int | None
    sessions: int


async def find(database: Database, said: str, most: int) -> list[Found]:
    """The writers with this number, handle or name, those used last first. A number or a handle is one writer's."""
    seen = select(func.max(auth_sessions.c.seen_at)).where(auth_sessions.c.writer == writers.c.id).scalar_subquery()
    theirs = select(func.count()).where(writing_sessions.c.writer == writers.c.id).scalar_subquery()
    chosen = select(writers.c.id, writers.c.name, writers.c.created_at, seen.label("seen_at"), theirs)
    fold = await database.fold()
    number = int(said) if said.isascii() and said.isdigit() and int(said) <= LARGEST else None
    async with database.reading() as connection:
        for mine in (
            writers.c.id == number,
            writers.c.handle == said.lower(),
            fold(writers.c.name) == folded(said),
        ):
            some = chosen.where(mine, ~writers.c.stand_in).order_by(seen.desc().nulls_last(), writers.c.id).limit(most)
            if found := [Found(*row) for row in await connection.execute(some)]:
                return found
    return []
