"""What faults are done to, and how one looks into it from outside."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import httpx
from redis.asyncio import Redis

from protocol.messages import Phase
from server.core.board import Register
from server.live.relay_format import EPOCH, VERSION, hash_key, unpack_row
from tests.support.group import all_in_phase, gathered, together
from tests.support.postgres import Postgres
from tests.support.proxy import ProxyThread
from tests.support.server import ServerProcess
from tests.support.valkey import Valkey
from tests.support.wait import wait_until
from tests.support.writer import SocketWriter

STANDARD: dict[str, int] = {
    "checkpoint_ms": 300,
    "poll_ms": 500,
    "recheck_ms": 30_000,
    "sweep_ms": 500,
    "outbox_ms": 200,
    "lease_ms": 1_000,
    "reporting_s": 60,
    "drain_ms": 200,
}
STUCK_MS = 1_000
"""The one process cuts off so soon who does not read, the other one as late as it does by itself."""
AGREED_S = 3.0
"""Boards agree so long after a fault's end."""
DELAYED_S = 3.0
"""People are told so soon that others' counts do not arrive."""
TYPED = {"Ada": 10, "Ben": 11, "Cleo": 12, "Dan": -13}
BOARD = """
    SELECT m.slot, m.name, s.seq, s.words, s.flags FROM writing_sessions s
    JOIN sprints p ON p.id = s.sprint JOIN members m ON m.room = p.room AND m.writer = s.writer
    WHERE s.sprint = $1 AND s.seq > 0
"""


@dataclass
class House:
    valkey: Valkey
    postgres: Postgres
    line: ProxyThread
    """Between the other process and Valkey."""
    one: ServerProcess
    other: ServerProcess

    @property
    def running(self) -> list[ServerProcess]:
        return [each for each in (self.one, self.other) if each.is_running]

    @property
    def ways(self) -> list[list[str]]:
        """Addresses as a balancer spreads people over them: in turn, and to the next one if one fails."""
        return [[self.one.url, self.other.url], [self.other.url, self.one.url]]

    async def mend(self) -> None:
        """Start what a test left dead, take back the settings it changed, and wait until all is well."""
        self.line.mend()
        await asyncio.gather(*(asyncio.to_thread(each) for each in (self.valkey.mend, self.postgres.mend)))
        await asyncio.gather(*(asyncio.to_thread(self._mend, each) for each in (self.one, self.other)))
        async with httpx.AsyncClient(verify=False) as http:

            async def is_well() -> bool:
                return all([(await http.get(f"{each.url}/readyz")).is_success for each in (self.one, self.other)])

            await wait_until(is_well, 10)

    def _mend(self, server: ServerProcess) -> None:
        if not server.is_running or {**server.settings, **STANDARD} != server.settings:
            server.restart(**STANDARD)

    def group(self, **names: ServerProcess) -> AbstractAsyncContextManager[list[SocketWriter]]:
        """Writers in a new room, the first as host, each through a server of their own."""
        return gathered([SocketWriter(server.url, name) for name, server in names.items()])

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[list[SocketWriter]]:
        """Ada and Cleo at one process, Ben and Dan at the other, in a sprint with TYPED on every board."""
        async with self.group(Ada=self.one, Ben=self.other, Cleo=self.one, Dan=self.other) as writers:
            await writers[0].start(600)
            await all_in_phase(writers, Phase.WRITING)
            await asyncio.gather(*(each.count_stored(TYPED[each.name]) for each in writers))
            await together(writers, TYPED)
            yield writers

    async def agree(
        self, writers: Sequence[SocketWriter], typed: Mapping[str, int], within_s: float = AGREED_S
    ) -> None:
        """Everybody everywhere has what was `typed` (name -> words) in the current sprint of these writers' room.

        That is: each of the writers; a newcomer through each running process, who is told what its memory holds, and
        GET /api/sprints/{id} of each; the rows of SQL; and Redis's hash, to the stamp. Nobody waits for an ACK, none
        was given that no row stands for, and all know the same timeline. Raises AssertionError after `within_s`.
        """
        async with _View.of(self, writers) as view:
            await wait_until(lambda: view.agrees(typed), within_s, lambda: view.dissent)

    async def stored(self, sprint: int) -> dict[str, tuple[int, int]]:
        """Name -> (seq, words), as SQL has them."""
        async with sql(self.postgres) as connection:
            return {row["name"]: (row["seq"], row["words"]) for row in await connection.fetch(BOARD, sprint)}

    async def stored_words(self, sprint: int) -> dict[str, int]:
        return {name: words for name, (_, words) in (await self.stored(sprint)).items()}


class _View:
    """One look at everything that should agree. `dissent` says of the last one who thought otherwise."""

    def __init__(
        self, house: House, writers: Sequence[SocketWriter], newcomers: Mapping[str, SocketWriter], room: int
    ) -> None:
        self._house, self._writers, self._newcomers = house, writers, newcomers
        self._sprint = writers[0].sprint
        self._key = hash_key(room, self._sprint)
        self.dissent: dict[str, Any] = {}

    @classmethod
    @asynccontextmanager
    async def of(cls, house: House, writers: Sequence[SocketWriter]) -> AsyncIterator["_View"]:
        async with AsyncExitStack() as stack:
            newcomers = {}
            for name, server in (("one", house.one), ("other", house.other)):
                if server.is_running:
                    newcomers[name] = await stack.enter_async_context(SocketWriter(server.url, name))
            for each in newcomers.values():
                await each.join(writers[0].room, view_only=True)
            first = next(iter(newcomers.values()))
            room = int((await first.get(f"/api/rooms/{writers[0].room}"))["id"])
            yield cls(house, writers, newcomers, room)

    async def agrees(self, typed: Mapping[str, int]) -> bool:
        async with sql(self._house.postgres) as connection:
            rows = await connection.fetch(BOARD, self._sprint)
            times = "SELECT starts, ends, reporting_ends, cancelled FROM sprints WHERE id = $1"
            timeline = tuple(await connection.fetchrow(times, self._sprint))
        wanted = sorted(typed.items())
        stamps = {row["name"]: row["seq"] for row in rows}
        found: dict[str, tuple[object, object]] = {"SQL": (_words(rows), wanted)}
        in_sql = {row["slot"]: Register(row["seq"], row["words"], row["flags"]) for row in rows}
        found["Redis"] = await self._in_redis(), in_sql
        for name, newcomer in self._newcomers.items():
            found[f"what {name} tells a newcomer"] = _board(newcomer), wanted
            answer = await newcomer.get(f"/api/sprints/{self._sprint}?room={self._writers[0].room}")
            found[f"what {name} answers"] = _words(answer["board"]), wanted
        for number, each in enumerate(self._writers):
            who = f"{each.name} ({number})"
            found[who] = _board(each), wanted
            found[f"what {who} offers still"] = each.unacked, None
            found[f"{who}'s ACK has a row"] = each.acked.get(self._sprint, 0) <= stamps.get(each.name, 0), True
        for who, each in [*((each.name, each) for each in self._writers), *self._newcomers.items()]:
            now = each.phase
            told = (now.sprint, now.starts, now.ends, now.reporting_ends, now.cancelled) if now else None
            found[f"{who}'s timeline"] = told, (self._sprint, *timeline)
        self.dissent = {name: each for name, each in found.items() if each[0] != each[1]}
        return not self.dissent

    async def _in_redis(self) -> dict[int, Register]:
        async with Redis.from_url(self._house.valkey.url, protocol=2) as redis:
            stored: dict[Any, Any] = await redis.hgetall(self._key)
        rows = [unpack_row(*each) for each in stored.items() if each[0] not in (EPOCH, VERSION)]
        return {row.slot: row.register for row in rows}


def _words(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """A list, so that nobody is there twice."""
    return sorted((row["name"], row["words"]) for row in rows)


def _board(writer: SocketWriter) -> list[tuple[str, int]]:
    names = writer.names
    return sorted((names[slot], words) for slot, words in writer.board.items())


@asynccontextmanager
async def sql(postgres: Postgres) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(postgres.url())
    try:
        yield connection
    finally:
        await connection.close()


async def is_delayed(writer: SocketWriter, delayed: bool = True) -> None:
    """Wait until the writer is told that others' counts are delayed, or no more."""
    await writer.wait_until(lambda: bool(writer.phase and writer.phase.delayed is delayed), DELAYED_S)


async def kill(*servers: ServerProcess) -> None:
    await asyncio.gather(*(asyncio.to_thread(each.kill) for each in servers))


async def start(*servers: ServerProcess) -> None:
    await asyncio.gather(*(asyncio.to_thread(each.start) for each in servers))
