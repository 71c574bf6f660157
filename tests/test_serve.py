"""The server as a process: how it ends in order, whom it cuts off, and several workers on one port."""

import asyncio
import signal
import socket
import sqlite3
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from protocol.codes import CloseCode
from protocol.messages import SUBPROTOCOL
from server.ledger.engine import SQLITE_FILE
from server.serve import SEND_BUFFER, UNREAD_MS, listen
from tests.support.frozen import never_reads
from tests.support.group import group
from tests.support.server import ServerProcess
from tests.support.wait import wait_until
from tests.support.writer import SocketWriter

END_S = 12.0
"""From SIGTERM to the end, whatever clients do."""
NEVER_MS = 60_000
SOCKETS = 4


@pytest.fixture
def server() -> Iterator[ServerProcess]:
    """It stores nothing by itself while a test lasts, waits less than half a second for HELLO, and is soon full."""
    with ServerProcess(checkpoint_ms=NEVER_MS, hello_ms=400, max_connections=SOCKETS) as running:
        yield running


def stored_words(server: ServerProcess) -> list[int]:
    with sqlite3.connect(f"file:{server.settings['data']}/{SQLITE_FILE}?mode=ro", uri=True) as read:
        words = [row[0] for row in read.execute("SELECT words FROM writing_sessions ORDER BY words")]
    read.close()
    return words


async def test_sigterm_sends_everybody_elsewhere_and_stores_what_was_not_stored_yet(server: ServerProcess) -> None:
    async with group(server.url, "Ada", "Ben") as (ada, ben), SocketWriter(server.url, "Mute") as mute:
        await mute.sign_in()
        await mute.open()
        assert await mute.closed() == CloseCode.NO_HELLO
        await ada.start(60)
        last = [await ada.count(30), await ben.count(-2)]
        await ada.wait_for_standing({"Ada": 30, "Ben": -2})
        assert stored_words(server) == []
        frozen = never_reads(server.url, ada.room)
        begun = time.monotonic()
        status = await asyncio.to_thread(server.terminate)
        assert time.monotonic() - begun < END_S
        assert status == 0
        for each, count in zip((ada, ben), last, strict=True):
            assert await each.closed() == CloseCode.DRAIN
            assert each.goaway is not None
            assert each.goaway.spread_ms == server.settings["drain_ms"]
            assert each.acked[count.sprint] == count.seq
        assert stored_words(server) == [-2, 30]
        frozen.close()
        assert "Traceback" not in server.log


async def test_ctrl_c_ends_it_as_quietly(server: ServerProcess) -> None:
    async with group(server.url, "Ada") as (ada,):
        await ada.start(60)
        await ada.count(12)
        await ada.wait_for_standing({"Ada": 12})
        assert await asyncio.to_thread(server.terminate, signal.SIGINT) == 0
        assert await ada.closed() == CloseCode.DRAIN
    assert stored_words(server) == [12]
    assert "Traceback" not in server.log


async def test_a_full_server_sends_who_comes_elsewhere_and_stays_well(server: ServerProcess) -> None:
    names = [f"Writer {n}" for n in range(SOCKETS)]
    async with group(server.url, *names) as writers, SocketWriter(server.url, "Zoe") as zoe:
        with pytest.raises(ConnectionClosed):
            await zoe.join(writers[0].room)
        assert zoe.close_code == CloseCode.BUSY
        assert zoe.goaway is not None
        assert zoe.goaway.spread_ms > 0  # so that they do not all come back in the same moment
        assert server.get("/readyz")["ready"]
        await writers[0].leave()
        await wait_until(lambda: _may_join(zoe, writers[1].room))


async def test_no_more_are_let_in_when_all_come_at_once() -> None:
    with ServerProcess(max_connections=SOCKETS) as server:
        lines = await asyncio.gather(*(_knock(server) for _ in range(40)))
        try:
            await wait_until(lambda: sum(each.close_code == CloseCode.BUSY for each in lines) == 40 - SOCKETS)
            assert [each.close_code for each in lines].count(None) == SOCKETS
        finally:
            await asyncio.gather(*(each.close() for each in lines))


async def _knock(server: ServerProcess) -> ClientConnection:
    """Somebody at the door who says nothing yet. With a session to be looked up, so that it takes a moment."""
    return await connect(
        f"ws://127.0.0.1:{server.port}/ws",
        subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]
        origin=server.url,  # type: ignore[arg-type]
        additional_headers={"Cookie": f"wordtide={'x' * 43}"},
        compression=None,
        proxy=None,
    )


async def _may_join(writer: SocketWriter, room: str) -> bool:
    try:
        await writer.join(room)
    except ConnectionClosed:
        return False
    return True


def test_what_the_kernel_holds_for_a_socket_and_how_long_is_bounded() -> None:
    with closing(listen("127.0.0.1", 0, shared=False)) as listening:
        listening.setblocking(True)
        with socket.create_connection(listening.getsockname()):
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 2 * SEND_BUFFER
                if sys.platform == "linux":
                    assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == UNREAD_MS


def test_lan_lets_in_who_comes_by_the_machine_s_other_addresses() -> None:
    address = "127.0.0.2"  # another of this machine's, whatever networks it is in
    for arguments, is_let_in in (("--lan",), True), ((), False):
        with ServerProcess(*arguments) as server:
            try:
                with urllib.request.urlopen(f"http://{address}:{server.port}/healthz", timeout=5) as answer:
                    assert answer.status == 200
                reached = True
            except OSError:
                reached = False
            assert reached is is_let_in
