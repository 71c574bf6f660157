"""Both ways to a socket: past uvicorn's machinery, and the ordinary one, as under any ASGI server."""

import asyncio
import gc
import logging
import socket
import weakref
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest
import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from protocol.codes import CloseCode
from protocol.messages import Keyframe, Op, Phase, Remove
from server import config
from server.app import House, open_house
from server.live.wire import (
    CLOSE_GRACE_S,
    CONTROLS_A_S,
    MAX_FRAGMENTS,
    SLOW_BYTES,
    WireProtocol,
    frame_of,
)
from server.live.wire_asgi import AsgiWire
from server.serve import listen
from tests.support.frames import masked
from tests.support.frozen import never_reads
from tests.support.group import group, together
from tests.support.ledgers import prepare_sqlite
from tests.support.wait import wait_until
from tests.support.writer import SocketWriter


class StockServer(uvicorn.Server):
    """Leaves signals alone: they are the tests'."""

    async def run_here(self, port_of: asyncio.Future[int]) -> None:
        sock = listen("127.0.0.1", 0, shared=False)
        port_of.set_result(sock.getsockname()[1])
        await self._serve([sock])


@asynccontextmanager
async def running(data: Path, protocol: type[asyncio.Protocol], **windows_ms: int) -> AsyncIterator[tuple[str, House]]:
    """The house's application under uvicorn with this WebSocket protocol, on asyncio's own loop."""
    windows = {"checkpoint": 50, "drain": 0, **windows_ms}
    told = {f"WORDTIDE_{name.upper()}_MS": str(ms) for name, ms in windows.items()}
    settings = config.read({"WORDTIDE_DATA": str(data), **told})
    prepare_sqlite(data)
    async with open_house(settings) as house:
        server = StockServer(uvicorn.Config(house.app, ws=protocol, lifespan="off", log_config=None, access_log=False))
        port_of: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(server.run_here(port_of))
        try:
            yield f"http://127.0.0.1:{await port_of}", house
        finally:
            await house.drain()
            server.should_exit = True
            await serving


def stock(data: Path) -> AbstractAsyncContextManager[tuple[str, House]]:
    """As anybody would start it."""
    return running(data, WebSocketsSansIOProtocol)


def wires(house: House) -> list[AsgiWire]:
    found = [each.wire for room in house.rooms for each in room._audience]
    assert all(isinstance(each, AsgiWire) for each in found)
    return found  # type: ignore[return-value]


async def test_writers_sprint_over_it(tmp_path: Path) -> None:
    async with stock(tmp_path) as (url, house), group(url, "Ada", "Ben", "Cleo") as writers:
        ada, ben, cleo = writers
        assert len(wires(house)) == 3
        await ada.start(60)
        for words, each in enumerate(writers, start=10):
            await each.wait_for_phase(Phase.WRITING)
            await each.count_stored(words)
        await together(writers, {"Ada": 10, "Ben": 11, "Cleo": 12})
        await ada.command(Op.REMOVE, Remove(cleo.slot))
        assert await cleo.closed() == CloseCode.REMOVED
        await together([ada, ben], {"Ada": 10, "Ben": 11})
        await ben.leave()
        await wait_until(lambda: len(wires(house)) == 1)
        await house.drain()
        assert await ada.closed() == CloseCode.DRAIN


async def test_one_that_is_cut_off_is_gone_on_both_sides(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with stock(tmp_path) as (url, house), group(url, "Ada", "Ben") as (ada, ben):
        cut = wires(house)[0]
        with caplog.at_level(logging.CRITICAL, "uvicorn.error"):  # it says that its application was cancelled
            cut.abort()
            await wait_until(lambda: len(wires(house)) == 1)
            await ada.closed()
        assert house.rooms.connections == 1
        assert not cut.write(frame_of(b"x"))
        await ben.ping()


async def test_one_that_reads_nothing_is_too_slow_and_its_close_ends_in_time(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with stock(tmp_path) as (url, house), group(url, "Ada") as (ada,):
        frozen = await asyncio.to_thread(never_reads, url, ada.room)
        with frozen, caplog.at_level(logging.CRITICAL, "uvicorn.error"):
            await wait_until(lambda: len(wires(house)) == 2)
            wire = wires(house)[1]

            refused = 0

            def is_stuck() -> bool:
                """Whatever the kernel buffers is full: nothing has left the queue since a while."""
                nonlocal refused
                refused = 0 if wire.write(frame_of(bytes(SLOW_BYTES))) else refused + 1
                return refused > 20

            await wait_until(is_stuck, 20)
            wire.close(CloseCode.DRAIN, "")
            await wait_until(lambda: house.rooms.connections == 1, CLOSE_GRACE_S + 3)
            await ada.ping()


async def test_one_that_never_reads_is_skipped_then_cut_off_and_holds_nobody_up(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, WireProtocol, stuck=1_000) as (url, house), group(url, "Ada", "Ben") as (ada, ben):
        await ada.start(600)
        frozen = await asyncio.to_thread(never_reads, url, ada.room, 1)
        with frozen:
            (room,) = house.rooms
            await wait_until(lambda: room.sockets == 3)
            stuck = next(each for each in room._audience if each.person is None)
            wire = stuck.wire
            assert isinstance(wire, WireProtocol)
            wire.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
            words = 0

            async def is_behind() -> bool:
                nonlocal words
                words += 1
                room._audience.say(Keyframe(0, 0, list(range(8_000))))  # of no sprint: clients pass over it
                await ada.count(words)
                await ben.wait_for_words(ada.slot, words)
                return stuck.behind_since is not None

            await wait_until(is_behind, 20)
            most = wire.transport.get_write_buffer_size()
            assert SLOW_BYTES < most < 2 * SLOW_BYTES
            for _ in range(5):
                await is_behind()
            assert wire.transport.get_write_buffer_size() <= most  # it is given nothing more
            await wait_until(lambda: room.sockets == 2, 5)
            await wait_until(lambda: house.rooms.connections == 2)
        await ben.ping()


def protocols(house: House) -> list[WireProtocol]:
    found = [each.wire for room in house.rooms for each in room._audience]
    assert all(isinstance(each, WireProtocol) for each in found)
    return found  # type: ignore[return-value]


async def test_no_task_is_kept_for_who_says_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, WireProtocol) as (url, house), SocketWriter(url, "Ada") as ada:
        await ada.sign_in()
        room = await ada.make_room()
        before = len(asyncio.all_tasks())
        async with AsyncExitStack() as stack:
            for _ in range(10):
                stack.enter_context(await asyncio.to_thread(never_reads, url, room))
            await wait_until(lambda: len(protocols(house)) == 10)
            await wait_until(lambda: len(asyncio.all_tasks()) <= before)


async def test_a_socket_that_is_gone_waits_for_no_garbage_collector(tmp_path: Path) -> None:
    async with running(tmp_path, WireProtocol) as (url, house), group(url, "Ada") as (ada,):
        gc.disable()
        try:
            with await asyncio.to_thread(never_reads, url, ada.room):
                await wait_until(lambda: len(protocols(house)) == 2)
                (gone,) = [weakref.ref(each) for each in protocols(house)[1:]]
            await wait_until(lambda: gone() is None)
        finally:
            gc.enable()


async def test_a_socket_is_pinged_and_its_pongs_keep_it(tmp_path: Path) -> None:
    async with running(tmp_path, WireProtocol, ping=100, silent=900) as (url, house), group(url, "Ada") as (ada,):
        frozen = await asyncio.to_thread(never_reads, url, ada.room)
        with frozen:
            await wait_until(lambda: house.rooms.connections == 2)
            await wait_until(lambda: house.rooms.connections == 1, 5)
            assert await asyncio.to_thread(close_code_told, frozen) == CloseCode.SILENT
        await ada.ping()  # it has answered the server's pings all the while, and said nothing else
        assert ada.close_code is None


def close_code_told(line: socket.socket) -> int:
    """The code of the close frame at the end of what nobody had read."""
    line.settimeout(5)
    told = b""
    with suppress(ConnectionResetError):
        while some := line.recv(65_536):
            told += some
    at = told.rindex(b"\x88")
    return int.from_bytes(told[at + 2 : at + 4])


FLOODS = {
    "pings": masked(9) * (CONTROLS_A_S + 1),
    "pongs": masked(10) * (CONTROLS_A_S + 1),
    "fragments of nothing": masked(2, fin=False) + masked(0, fin=False) * (MAX_FRAGMENTS + 1),
    "many more pings than could be parsed at once": masked(9) * 200_000,
}


@pytest.mark.parametrize("name", FLOODS)
async def test_a_flood_of_frames_is_cut_off(tmp_path: Path, name: str) -> None:
    async with running(tmp_path, WireProtocol) as (url, house), group(url, "Ada") as (ada,):
        flood = await asyncio.to_thread(never_reads, url, ada.room)
        with flood:
            await wait_until(lambda: len(protocols(house)) == 2)
            flood.setblocking(False)
            with suppress(ConnectionError, TimeoutError):
                async with asyncio.timeout(5):
                    await asyncio.get_running_loop().sock_sendall(flood, FLOODS[name])
            await wait_until(lambda: house.rooms.connections == 1, CLOSE_GRACE_S / 2)
        await ada.ping()


async def closes_and_does_not_read(house: House, frozen: socket.socket) -> WireProtocol:
    """The server's side of this socket, on which more waits than the kernel takes."""
    await wait_until(lambda: len(protocols(house)) == 2)
    (wire,) = [each for each in protocols(house) if each.transport.get_extra_info("peername") == frozen.getsockname()]
    wire.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
    await wait_until(lambda: not wire.write(frame_of(bytes(SLOW_BYTES))))
    frozen.sendall(masked(8, (1000).to_bytes(2)))
    return wire


async def test_who_closes_and_reads_nothing_is_cut_off(tmp_path: Path) -> None:
    async with running(tmp_path, WireProtocol) as (url, house), group(url, "Ada") as (ada,):
        frozen = await asyncio.to_thread(never_reads, url, ada.room, 1)
        with frozen:
            await closes_and_does_not_read(house, frozen)
            await wait_until(lambda: house.rooms.connections == 1, CLOSE_GRACE_S + 3)


async def test_who_closes_and_reads_nothing_does_not_disturb_the_server_s_end(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        url, house = await stack.enter_async_context(running(tmp_path, WireProtocol))
        (ada,) = await stack.enter_async_context(group(url, "Ada"))
        frozen = stack.enter_context(await asyncio.to_thread(never_reads, url, ada.room, 1))
        wire = await closes_and_does_not_read(house, frozen)
        await wait_until(lambda: wire.conn.state is not State.OPEN)
        wire.shutdown()  # as uvicorn does with each that is connected
        await wait_until(lambda: house.rooms.connections == 1, CLOSE_GRACE_S + 3)
