"""The way to a socket under any ASGI server: slower than live/wire.py, and it works."""

import asyncio
from collections import deque
from collections.abc import Iterator

from starlette.websockets import WebSocket, WebSocketDisconnect

from server.live.life import Life
from server.live.wire import CLOSE_GRACE_S, EXTENSION, SLOW_BYTES, Hearer, Wire


class AsgiWire:
    """A bounded queue, and a task that sends. Made by the task that serves the socket, and ends with it."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._queue: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._wake = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._grace: asyncio.TimerHandle | None = None
        self._reading = asyncio.Event()
        self._reading.set()
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

    def is_drained(self) -> bool:
        return self._waiting_bytes == 0

    def pause(self) -> None:
        self._reading.clear()

    def resume(self) -> None:
        self._reading.set()

    async def attend(self, hearer: Hearer, life: Life) -> None:
        """Returns when the socket is gone. Its life is the server's affair: ASGI knows no ping."""
        try:
            while (said := await self._websocket.receive())["type"] != "websocket.disconnect":
                if self._closing is None:
                    hearer.heard(said.get("bytes"))
                    await self._reading.wait()
        finally:
            hearer.gone()

    def close(self, code: int, reason: str) -> None:
        self.resume()
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
