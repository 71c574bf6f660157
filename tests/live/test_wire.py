"""The ordinary way to a socket, as under any ASGI server: here uvicorn with its own WebSocket protocol."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from protocol.codec import encode
from protocol.codes import CloseCode
from protocol.messages import CAN_VIEW_ONLY, SUBPROTOCOL, Hello, Op, Phase, Remove
from server import config
from server.app import House, open_house
from server.live.wire import CLOSE_GRACE_S, SLOW_BYTES, AsgiWire, _messages, frame_of
from server.serve import listen
from tests.support.group import group, together
from tests.support.wait import wait_until


class StockServer(uvicorn.Server):
    """Leaves signals alone: they are the tests'."""

    async def run_here(self, port_of: asyncio.Future[int]) -> None:
        sock = listen("127.0.0.1", 0, shared=False)
        port_of.set_result(sock.getsockname()[1])
        await self._serve([sock])


@asynccontextmanager
async def stock(data: Path) -> AsyncIterator[tuple[str, House]]:
    """The house's application under uvicorn as anybody would start it."""
    settings = config.read({"WORDTIDE_DATA": str(data), "WORDTIDE_CHECKPOINT_MS": "50", "WORDTIDE_DRAIN_MS": "0"})
    async with open_house(settings) as house:
        server = StockServer(
            uvicorn.Config(house.app, ws=WebSocketsSansIOProtocol, lifespan="off", log_config=None, access_log=False)
        )
        port_of: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        running = asyncio.create_task(server.run_here(port_of))
        try:
            yield f"http://127.0.0.1:{await port_of}", house
        finally:
            await house.drain()
            server.should_exit = True
            await running


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
        frozen = await asyncio.to_thread(watches_and_never_reads, url, ada.room)
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


def watches_and_never_reads(url: str, room: str) -> socket.socket:
    address = urlsplit(url)
    line = socket.create_connection((address.hostname, address.port))
    line.sendall(
        f"GET /ws HTTP/1.1\r\nHost: {address.netloc}\r\nOrigin: {url}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n".encode()
    )
    assert line.recv(12) == b"HTTP/1.1 101"
    hello = encode(Hello(room, capabilities=CAN_VIEW_ONLY))
    line.sendall(bytes([0x82, 0x80 | len(hello), 0, 0, 0, 0]) + hello)
    return line


def test_what_was_written_in_one_is_sent_as_the_messages_it_is() -> None:
    messages = [b"", b"a", b"b" * 125, b"c" * 126, b"d" * 65_535, b"e" * 65_536]
    assert list(_messages(b"".join(map(frame_of, messages)))) == messages
