"""What single writers are told on their own sockets, a slice of them at a time: after the bell it is for everybody."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence

from protocol.codec import encode
from protocol.messages import ServerMessage
from server.live.connection import Connection
from server.live.wire import frame_of

SLICE = 64


class Whispers:
    """`sockets_of` answers a slot's sockets in this process, `tell` writes frames to one of them."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        sockets_of: Callable[[int], Sequence[Connection]],
        tell: Callable[[Connection, bytes], object],
    ) -> None:
        self._loop = loop
        self._sockets_of = sockets_of
        self._tell = tell
        self._waiting: deque[Iterator[tuple[int, Sequence[ServerMessage]]]] = deque()
        self._timer: asyncio.Handle | None = None

    def say(self, told: Iterable[tuple[int, Sequence[ServerMessage]]]) -> None:
        """By slot, in this order; the first slice at once. What is to be told is asked for when its turn comes."""
        self._waiting.append(iter(told))
        if self._timer is None:
            self._go_on()

    def _go_on(self) -> None:
        self._timer = None
        left = SLICE
        while self._waiting and left > 0:
            told = next(self._waiting[0], None)
            if told is None:
                self._waiting.popleft()
                continue
            left -= 1
            slot, messages = told
            sockets = self._sockets_of(slot)
            if sockets:
                frame = b"".join(frame_of(encode(message)) for message in messages)
                for connection in sockets:
                    self._tell(connection, frame)
        if self._waiting:
            self._timer = self._loop.call_soon(self._go_on)

    def stop(self) -> None:
        self._waiting.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
