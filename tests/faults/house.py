"""What faults are done to, and how one looks into it from outside."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from tests.support.group import see
from tests.support.postgres import Postgres
from tests.support.server import ServerProcess
from tests.support.valkey import Valkey
from tests.support.writer import SocketWriter

STANDARD: dict[str, int] = {"checkpoint_ms": 300, "poll_ms": 500, "sweep_ms": 500, "reporting_s": 60}
AGREED_S = 3.0
"""Boards agree so long after a fault's end."""


@dataclass
class House:
    valkey: Valkey
    postgres: Postgres
    one: ServerProcess
    other: ServerProcess

    async def mend(self) -> None:
        """Start what a test left dead, and take back the settings it changed."""
        await asyncio.gather(*(asyncio.to_thread(each) for each in (self.valkey.mend, self.postgres.mend)))
        await asyncio.gather(*(asyncio.to_thread(self._mend, each) for each in (self.one, self.other)))

    def _mend(self, server: ServerProcess) -> None:
        if not server.is_running or {**server.settings, **STANDARD} != server.settings:
            server.restart(**STANDARD)

    @asynccontextmanager
    async def group(self, **names: ServerProcess) -> AsyncIterator[list[SocketWriter]]:
        """Writers in a new room, the first as host, each through a server of their own."""
        writers = [SocketWriter(server.url, name) for name, server in names.items()]
        try:
            await asyncio.gather(*(each.sign_in() for each in writers))
            room = await writers[0].make_room()
            for each in writers:
                await each.join(room)
            for each in writers:
                await see(each, *names)
            yield writers
        finally:
            for each in writers:
                await each.__aexit__()

    async def stored(self, sprint: int) -> dict[str, tuple[int, int]]:
        """Name -> (seq, words), as SQL has them."""
        connection = await asyncpg.connect(self.postgres.url())
        try:
            found = await connection.fetch(
                "SELECT name, seq, words FROM writing_sessions s JOIN writers w ON w.id = s.writer WHERE sprint = $1",
                sprint,
            )
        finally:
            await connection.close()
        return {row["name"]: (row["seq"], row["words"]) for row in found}

    async def stored_words(self, sprint: int) -> dict[str, int]:
        return {name: words for name, (_, words) in (await self.stored(sprint)).items()}


async def kill(*servers: ServerProcess) -> None:
    await asyncio.gather(*(asyncio.to_thread(each.kill) for each in servers))


async def start(*servers: ServerProcess) -> None:
    await asyncio.gather(*(asyncio.to_thread(each.start) for each in servers))
