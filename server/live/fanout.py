"""Encode once, write the same bytes to every socket, in slices, and never wait for a reader.

Frames go out in the order in which they were handed in. A socket that came, or was brought up to date, after a frame
was built does not get that frame: TCP keeps order, so frames need no version of their own.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from typing import Protocol

SLICE = 256


class Reader(Protocol):
    """A socket as the sweep sees it."""

    since: int
    """The serial of the last frame that was built before this socket was brought up to date."""

    def write(self, frame: bytes) -> bool:
        """Hand the frame to the transport; False if this reader is too slow and was skipped."""


class Fanout:
    def __init__(self, loop: asyncio.AbstractEventLoop, skipped: Callable[[Reader], None]) -> None:
        self._loop = loop
        self._skipped = skipped
        self._readers: dict[Reader, None] = {}
        self._frames: deque[tuple[int, bytes]] = deque()
        self._pending: list[Reader] = []
        self._serial = 0
        self._sweeping = False

    def __len__(self) -> int:
        return len(self._readers)

    def __contains__(self, reader: Reader) -> bool:
        return reader in self._readers

    def __iter__(self) -> Iterator[Reader]:
        return iter(list(self._readers))

    def add(self, reader: Reader) -> None:
        self.brought_up_to_date(reader)
        self._readers[reader] = None

    def remove(self, reader: Reader) -> None:
        self._readers.pop(reader, None)

    def brought_up_to_date(self, reader: Reader) -> None:
        reader.since = self._serial

    def send(self, frame: bytes) -> None:
        """To every reader. Returns at once; the first slice is written before it does."""
        self._serial += 1
        self._frames.append((self._serial, frame))
        if not self._sweeping:
            self._sweep()

    def _sweep(self) -> None:
        self._sweeping = False
        for _ in range(SLICE):
            if not self._pending:
                if not self._frames:
                    return
                self._pending = list(self._readers)
                if not self._pending:
                    self._frames.popleft()
                    continue
            serial, frame = self._frames[0]
            reader = self._pending.pop()
            if reader in self._readers and reader.since < serial and not reader.write(frame):
                self._skipped(reader)
            if not self._pending:
                self._frames.popleft()
        if self._frames:
            self._sweeping = True
            self._loop.call_soon(self._sweep)
