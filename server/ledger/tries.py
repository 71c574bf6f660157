"""How often something that can be guessed is tried: counted in the database, so for all processes together."""

import hashlib

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ledger.engine import Database
from server.ledger.tables import tries
from server.ledger.writer import GroupCommit, Single, Singles

MOST = 5
"""In this minute and the one before it together, so in any 60 s. One is counted by the minute of the clock."""
MINUTE_MS = 60_000
_TRIES = Singles(order=12)


class Tries:
    """`what`: what is tried and by whom, in at most 120 characters. Instants are Unix ms."""

    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def count(self, what: str, now: int) -> int:
        """0: go on. Else it was tried too often, and this try is not counted: after so many ms another one may be."""
        minute = now - now % MINUTE_MS

        async def write(connection: AsyncConnection) -> int:
            before = await connection.scalar(_tried(what, minute - MINUTE_MS)) or 0
            left = MOST - before
            if left > 0:
                one = self._database.insert(tries).values(what=what, minute=minute, n=1)
                counted = one.on_conflict_do_update(
                    index_elements=["what", "minute"], set_={"n": tries.c.n + 1}, where=tries.c.n < left
                )
                if await connection.scalar(counted.returning(tries.c.n)) is not None:
                    return 0
            # Those of the minute before are gone with this one; if these alone are too many, with the next.
            mine = await connection.scalar(_tried(what, minute)) or 0
            return minute + (MINUTE_MS if mine < MOST else 2 * MINUTE_MS) - now

        return await self._writer.submit(_TRIES, Single(_key(what), write))

    async def give_back(self, what: str, now: int) -> None:
        """It was no guess. `now`: as with `count`."""
        fewer = update(tries).where(tries.c.what == what, tries.c.minute == now - now % MINUTE_MS, tries.c.n > 0)

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(fewer.values(n=tries.c.n - 1))

        await self._writer.submit(_TRIES, Single(_key(what), write))


def _tried(what: str, minute: int) -> Select[int]:
    return select(tries.c.n).where(tries.c.what == what, tries.c.minute == minute)


def _key(what: str) -> int:
    """The same in every process, so that all lock their rows in one order."""
    return int.from_bytes(hashlib.sha256(what.encode()).digest()[:8])
