"""The way to the transport: uvicorn's WebSocket protocol, with ready-made frames written past its machinery.

`send_bytes` builds the frame anew for every socket and awaits a flush; a room sends the same bytes to all of its
sockets and must never wait for one. Touches uvicorn's internals, hence the pin in pyproject.toml.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import Protocol

from starlette.websockets import WebSocket, WebSocketDisconnect
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

EXTENSION = "wordtide.wire"
SLOW_BYTES = 64 * 1024
"""More than this waiting in a socket's buffer: it is too slow, and is skipped until it has drained."""
CLOSE_GRACE_S = 2.0


def frame_of(message: bytes) -> bytes:
    """One unmasked binary WebSocket frame, header included."""
    return Frame(Opcode.BINARY, message).serialize(mask=False)


class Wire(Protocol):
    """The outgoing side of one socket. Nothing here waits."""

    def write(self, frame: bytes) -> bool:
        """Hand on a ready-made frame, or several in one; False if the reader is too slow or gone."""

    def is_slow(self) -> bool: ...

    def close(self, code: int, reason: str) -> None:
        """Say why and close; cut off after CLOSE_GRACE_S if the other side does not answer."""

    def abort(self) -> None: ...


class WireProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol that offers itself as a Wire in the scope's extensions."""

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if hasattr(self, "scope"):  # it is not there when the handshake itself was refused
            extensions = self.scope["extensions"]
            assert extensions is not None
            extensions[EXTENSION] = {"wire": self}

    def write(self, frame: bytes) -> bool:
        if self.close_sent or self.transport.is_closing() or self.is_slow():
            return False
        self.transport.write(frame)
        return True

    def is_slow(self) -> bool:
        return self.transport.get_write_buffer_size() > SLOW_BYTES

    def close(self, code: int, reason: str) -> None:
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.stop_keepalive()
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(CLOSE_GRACE_S, self.abort)

    def abort(self) -> None:
        self.transport.abort()


class AsgiWire:
    """The same over any ASGI server: a bounded queue and a task that sends. Slower, and it works.

    Made by the task that serves the socket, and ends with it.
    """

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._queue: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._wake = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._grace: asyncio.TimerHandle | None = None
        self._loop = asyncio.get_running_loop()
        self._serving = asyncio.current_task()
        assert self._serving is not None
        self._sending = self._loop.create_task(self._send())
        self._serving.add_done_callback(self._served)

    def write(self, frame: bytes) -> bool:
        if self._closing is not None or self.is_slow() or self._sending.done():
            return False
        for message in _messages(frame):
            self._queue.append(message)
            self._waiting_bytes += len(message)
        self._wake.set()
        return True

    def is_slow(self) -> bool:
        return self._waiting_bytes > SLOW_BYTES

    def close(self, code: int, reason: str) -> None:
        if self._closing is None:
            self._closing = code, reason
            self._wake.set()
            self._grace = self._loop.call_later(CLOSE_GRACE_S, self.abort)

    def abort(self) -> None:
        """ASGI has no word for it: a server lets go of the line when what serves it ends, be it cancelled."""
        assert self._serving is not None
        self._sending.cancel()
        self._serving.cancel()

    def _served(self, _: object) -> None:
        self._sending.cancel()
        if self._grace is not None:
            self._grace.cancel()

    async def _send(self) -> None:
        try:
            while self._closing is None or self._queue:
                await self._wake.wait()
                self._wake.clear()
                while self._queue:
                    message = self._queue.popleft()
                    await self._websocket.send_bytes(message)
                    self._waiting_bytes -= len(message)
            await self._websocket.close(*self._closing)
        except (WebSocketDisconnect, RuntimeError, OSError):
            pass  # the other side has gone, which the serving task is told


def _messages(frames: bytes) -> Iterator[bytes]:
    """The messages inside unmasked frames."""
    at = 0
    while at < len(frames):
        length, header = frames[at + 1], 2
        if length >= 126:
            header = 4 if length == 126 else 10
            length = int.from_bytes(frames[at + 2 : at + header])
        at += header + length
        yield frames[at - length : at]


def wire_of(websocket: WebSocket) -> Wire:
    """The fast way where the server offers it, else the ordinary one."""
    offered = websocket.scope.get("extensions", {}).get(EXTENSION)
    if offered is not None:
        wire: Wire = offered["wire"]
        return wire
    return AsgiWire(websocket)
