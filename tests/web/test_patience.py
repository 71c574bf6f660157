"""Peers that begin a request and do not end it, or say nothing at all, are closed; others are not."""

import socket
import time
from collections.abc import Iterator

import pytest

from tests.support.server import ServerProcess

WAIT_MS = 300


@pytest.fixture(scope="module")
def impatient() -> Iterator[ServerProcess]:
    with ServerProcess(headers_ms=WAIT_MS) as running:
        yield running


def closed_after(line: socket.socket, began: float) -> float:
    """Seconds from `began` until the server closes. Raises TimeoutError where it does not."""
    line.settimeout(5)
    while line.recv(65_536):
        pass
    return time.monotonic() - began


WHOLE = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


HALVES = b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("first", [b"", WHOLE])
def test_half_a_request_is_waited_for_and_then_closed(impatient: ServerProcess, first: bytes, half: bytes) -> None:
    began = time.monotonic()  # the server's own count may begin before a call here has returned
    with socket.create_connection(("127.0.0.1", impatient.port)) as line:
        if first and half:  # a whole one before it, whose answer has come; between two, uvicorn's own patience counts
            line.sendall(first)
            assert line.recv(65_536).startswith(b"HTTP/1.1 200")
        line.sendall(half)
        assert WAIT_MS / 1_000 * 0.9 < closed_after(line, began) < 3


def test_a_byte_now_and_then_buys_no_time(impatient: ServerProcess) -> None:
    with socket.create_connection(("127.0.0.1", impatient.port)) as line:
        line.settimeout(WAIT_MS / 1_000 / 20)
        began, closed = time.monotonic(), False
        while not closed and time.monotonic() - began < 5:
            line.sendall(b"G")
            try:
                closed = not line.recv(65_536)
            except TimeoutError:
                continue
            except ConnectionError:
                closed = True
        assert closed


def test_a_websocket_has_asked_for_what_it_wants(impatient: ServerProcess) -> None:

    with socket.create_connection(("127.0.0.1", impatient.port)) as line:
        line.sendall(
            b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nOrigin: http://127.0.0.1:%d\r\nUpgrade: websocket\r\n"
            b"Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Protocol: wordtide.v1.msgpack\r\n\r\n" % (impatient.port, impatient.port)
        )
        assert line.recv(65_536).startswith(b"HTTP/1.1 101")
        line.settimeout(2 * WAIT_MS / 1_000)
        with pytest.raises(TimeoutError):
            line.recv(1)  # it is neither told anything nor closed: HELLO has its own, longer time
