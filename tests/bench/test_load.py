"""The load generator finds what was lost, and how long it took: from a server that loses and delays, and from ours."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from bench.loader import Client, Dialect, Load, Report
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter

pytestmark = pytest.mark.skipif(shutil.which("cc") is None, reason="the load generator is in C, and there is no cc")
WRITERS = 4
ECHO = Dialect(
    opening=["hello"],
    answers=[("who", "me")],
    replies=[("2", "3")],
    joined="welcome",
    update='{"s":{slot},"w":{words}}',
)
"""Of a server that says who?, welcome and 2, and hands on what it is told."""


HandOn = Callable[[list[ServerConnection], str], list[ServerConnection]]


@asynccontextmanager
async def echo(hand_on: HandOn, delay_s: float = 0) -> AsyncIterator[int]:
    """The port of a server that sends each count to those whom `hand_on` picks."""
    everybody: list[ServerConnection] = []

    async def handle(line: ServerConnection) -> None:
        assert await line.recv() == "hello"
        await line.send("who?")
        assert await line.recv() == "me"
        await line.send("2")
        assert await line.recv() == "3"
        everybody.append(line)
        await line.send("welcome")
        async for said in line:
            assert isinstance(said, str)
            await asyncio.sleep(delay_s)
            for other in hand_on(everybody, said):
                await other.send(re.sub(r"[:,]", r"\g<0> ", f"[{said}]"))

    async with serve(handle, "127.0.0.1", 0) as server:
        port: int = next(iter(server.sockets)).getsockname()[1]
        yield port


def change_twice(port: int, within_ms: int) -> Report:
    with Load([Client(port)] * WRITERS, ECHO) as load:
        load.connect(1_000)
        return load.update(2, 100, WRITERS, within_ms)


async def test_what_everybody_saw_is_counted_and_timed() -> None:
    async with echo(lambda everybody, _: everybody, delay_s=0.05) as port:
        told = await asyncio.to_thread(change_twice, port, 5_000)
    assert told.valid
    assert told.updates_seen == 2 * WRITERS * (WRITERS - 1)
    assert 50 <= told.delay_p50_ms <= told.delay_p99_ms <= told.delay_most_ms < 5_000


async def test_a_last_value_that_one_receiver_lacks_is_found() -> None:
    async with echo(lambda everybody, said: everybody[1:] if '"w":502' in said else everybody) as port:
        told = await asyncio.to_thread(change_twice, port, 400)
    assert told.late
    assert not told.valid
    assert told.stale == WRITERS - 1  # the first to come lacks the last words of all others


async def test_counts_that_are_neither_followed_nor_summed_count_as_lost() -> None:
    async with echo(lambda everybody, _: everybody) as port:
        with Load([Client(port)] * WRITERS, ECHO, track=WRITERS - 1) as load:
            await asyncio.to_thread(load.connect, 1_000)
            told = await asyncio.to_thread(load.update, 1, 100, WRITERS, 400)
    assert told.stale == 0
    assert not told.totals_right
    assert not told.valid


async def test_a_room_of_ours_tells_everybody_every_last_count(shared_server: ServerProcess) -> None:
    writers = [SocketWriter(shared_server.url, f"Writer {number}") for number in range(WRITERS)]
    await asyncio.gather(*(each.sign_in() for each in writers))
    room = await writers[0].make_room()
    clients = [Client(shared_server.port, _headers(each)) for each in writers]
    with Load(clients, room, ping_ms=200) as load:
        await asyncio.to_thread(load.connect, 1_000)
        await asyncio.to_thread(load.forget_phases)
        await writers[0].post(f"/api/rooms/{room}/sprints", {"minutes": 1, "delay_s": 0})
        started = await asyncio.to_thread(load.phases, 1, 5_000)
        told = await asyncio.to_thread(load.update, 2, 500, WRITERS, 5_000)
    for each in writers:
        await each.http.aclose()
    assert [phase.count for phase in started.phases] == [WRITERS]
    assert told.valid
    assert not told.refusals
    assert told.updates_seen == 2 * WRITERS * (WRITERS - 1)
    assert 0 < told.round_trip_p50_ms < told.delay_p99_ms < 5_000


def _headers(writer: SocketWriter) -> list[str]:
    cookies = "; ".join(f"{each.name}={each.value}" for each in writer.http.cookies.jar)
    return [f"Cookie: {cookies}", f"Origin: {writer.base_url}"]
