"""What comes as bytes is heard as messages, and what is written goes out whole."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from uvicorn.server import ServerState

from server.live.life import Life
from server.live.wire import PARSED_AT_ONCE, WireProtocol, frame_of, rest_of_frame
from server.live.wire_asgi import _messages
from tests.support.frames import frames, masked
from tests.support.wait import wait_until


class Notes:
    """A hearer that keeps what it heard."""

    def __init__(self) -> None:
        self.messages: list[bytes | None] = []

    def heard(self, data: bytes | None) -> None:
        self.messages.append(data)

    def gone(self) -> None:
        pass


class NoLine(asyncio.Transport):
    """Takes whatever is written, and was never closed."""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        pass

    def is_closing(self) -> bool:
        return False

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def close(self) -> None:
        pass


HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


async def attended(*early: bytes) -> tuple[WireProtocol, Notes]:
    """A protocol after its handshake, and after what came before anybody listened."""

    async def app(scope: object, receive: object, send: object) -> None:
        await asyncio.Event().wait()

    wire = WireProtocol(uvicorn.Config(app, ws_max_size=16 * 1024), ServerState(), {})
    wire.connection_made(NoLine())
    wire.data_received(HANDSHAKE)
    await wire.send({"type": "websocket.accept"})
    for data in early:
        wire.data_received(data)
    notes = Notes()
    await wire.attend(notes, Life(20_000, 45_000))
    return wire, notes


@given(st.data())
@settings(max_examples=150)
def test_whatever_way_the_bytes_come_the_same_messages_are_heard(data: st.DataObject) -> None:
    """Short messages pass the parser by: that must not show, wherever the network cuts the stream."""

    async def story() -> None:
        messages = data.draw(st.lists(st.binary(max_size=300), max_size=8))
        stream, expected = b"", []
        for message in messages:
            mask = data.draw(st.binary(min_size=4, max_size=4))
            pieces = data.draw(st.integers(1, 3))
            stream += b"".join(frames(message, mask, pieces))
            expected.append(message)
            if data.draw(st.booleans()):
                stream += masked(9, b"?")
        cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=12)))
        parts = [stream[start:end] for start, end in pairwise([0, *cuts, len(stream)])]
        early = data.draw(st.integers(0, min(2, len(parts))))
        wire, notes = await attended(*parts[:early])
        for part in parts[early:]:
            wire.data_received(part)
        assert notes.messages == expected

    asyncio.run(story())


async def test_of_a_flood_in_one_piece_no_more_is_looked_at_than_up_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = 0

    def rest_of(data: bytes, rest: int) -> int:
        nonlocal looked_at
        looked_at += len(data)
        return rest_of_frame(data, rest)

    wire, _ = await attended()
    monkeypatch.setattr("server.live.wire.rest_of_frame", rest_of)
    monkeypatch.setattr(wire.transport, "is_closing", lambda: looked_at > 0)
    wire.data_received(masked(2) * 40_000)
    assert looked_at <= PARSED_AT_ONCE


async def test_a_short_message_passes_the_parser_by(monkeypatch: pytest.MonkeyPatch) -> None:
    wire, notes = await attended()
    monkeypatch.setattr(wire.conn, "receive_data", None)
    (frame,) = frames(b"a count", b"mask", 1)
    wire.data_received(frame)
    assert notes.messages == [b"a count"]


@asynccontextmanager
async def over_a_socket() -> AsyncIterator[tuple[WireProtocol, socket.socket]]:
    """A protocol after its handshake, on one end of a real socket, and the other end."""

    async def app(scope: object, receive: object, send: object) -> None:
        await asyncio.Event().wait()

    ours, theirs = socket.socketpair()
    wire = WireProtocol(uvicorn.Config(app, ws_max_size=16 * 1024), ServerState(), {})
    loop = asyncio.get_running_loop()
    await loop.connect_accepted_socket(lambda: wire, ours)
    theirs.sendall(HANDSHAKE)
    theirs.setblocking(False)
    await wait_until(lambda: wire.handshake_initiated)
    await wire.send({"type": "websocket.accept"})
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += await loop.sock_recv(theirs, 1)
    await wire.attend(Notes(), Life(20_000, 45_000))
    try:
        yield wire, theirs
    finally:
        wire.abort()
        theirs.close()


async def test_what_the_network_does_not_take_at_once_comes_whole_and_in_order() -> None:
    async with over_a_socket() as (wire, theirs):
        written = 0
        while wire.is_drained():
            assert wire.write(b"%08d" % written * 1_000)
            written += 1
        assert wire.write(b"%08d" % written * 1_000)
        come = b""
        while len(come) < (written + 1) * 8_000:
            come += await asyncio.get_running_loop().sock_recv(theirs, 65_536)
        assert come == b"".join(b"%08d" % number * 1_000 for number in range(written + 1))
        await wait_until(wire.is_drained)


async def test_nothing_is_written_to_a_socket_that_was_cut_off() -> None:
    async with over_a_socket() as (wire, theirs):
        wire.abort()
        assert not wire.write(b"goodbye")
        assert await asyncio.get_running_loop().sock_recv(theirs, 100) == b""


def test_what_was_written_in_one_is_sent_as_the_messages_it_is() -> None:
    messages = [b"", b"a", b"b" * 125, b"c" * 126, b"d" * 65_535, b"e" * 65_536]
    assert list(_messages(b"".join(map(frame_of, messages)))) == messages
