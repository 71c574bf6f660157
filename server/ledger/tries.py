"""How often something that can be guessed is tried: counted in the database, so for all processes together."""

import hashlib

from sqlalchemy import Select, Update, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ledger.engine import Database
from server.ledger.tables import tries
from server.ledger.writer import GroupCommit, RunOrder, Single, Singles

MOST = 5
"""In this minute and the one before it together, so in any 60 s. One is counted by the minute of the clock."""
MINUTE_MS = 60_000
_TRIES = Singles(RunOrder.TRIES)


class Tries:
    """`what`: what is tried and by whom, in at most 120 characters. Instants are Unix ms."""

    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def count(self, what: str, now: int, one: str = "") -> int:
        """0: go on. Else it was tried too often, and this try is not counted: after so many ms another one may be.

        `one`: what was tried. The same one again within this minute and the next counts no more.
        """
        minute = now - now % MINUTE_MS

        async def counted(connection: AsyncConnection) -> int:
            before = await connection.scalar(_tried(what, minute - MINUTE_MS)) or 0
            left = MOST - before
            if left > 0:
                one_more = self._database.insert(tries).values(what=what, minute=minute, n=1)
                counting = one_more.on_conflict_do_update(
                    index_elements=["what", "minute"], set_={"n": tries.c.n + 1}, where=tries.c.n < left
                )
                if await connection.scalar(counting.returning(tries.c.n)) is not None:
                    return 0
            # Those of the minute before are gone with this one; if these alone are too many, with the next.
            mine = await connection.scalar(_tried(what, minute)) or 0
            return minute + (MINUTE_MS if mine < MOST else 2 * MINUTE_MS) - now

        async def write(connection: AsyncConnection) -> int:
            wait_ms = await counted(connection)
            if not one:
                return wait_ms
            # Looked for once the row of `what` is held: another process may have been counting the same one.
            if await connection.scalar(_tried(f"{what} {one}", minute, minute - MINUTE_MS)):
                if not wait_ms:
                    await connection.execute(_one_fewer(what, minute))
                return 0
            if not wait_ms:
                await connection.execute(insert(tries).values(what=f"{what} {one}", minute=minute, n=1))
            return wait_ms

        return await self._writer.submit(_TRIES, Single(_key(what), write))

    async def give_back(self, what: str, now: int) -> None:
        """It was no guess. `now`: as with `count`."""

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(_one_fewer(what, now - now % MINUTE_MS))

        await self._writer.submit(_TRIES, Single(_key(what), write))


def _tried(what: str, *minutes: int) -> Select[int]:
    return select(tries.c.n).where(tries.c.what == what, tries.c.minute.in_(minutes)).limit(1)


def _one_fewer(what: str, minute: int) -> Update:
    counted = update(tries).where(tries.c.what == what, tries.c.minute == minute, tries.c.n > 0)
    return counted.values(n=tries.c.n - 1)


def _key(what: str) -> int:
    """The same in every process, so that all lock their rows in one order."""
    return int.from_bytes(hashlib.sha256(what.encode()).digest()[:8])
