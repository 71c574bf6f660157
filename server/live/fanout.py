"""Encode once, write the same bytes to every socket, in slices, and never wait for a reader.

Frames go out in the order in which they were handed in. A socket that came, or was brought up to date, after a frame
was built does not get that frame: TCP keeps order, so frames need no version of their own.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from time import monotonic
from typing import NamedTuple, Protocol

SLICE = 128
"""Readers at a time, at most."""
LEAST_SLICE = 16
SLICE_S = 0.005
"""What a slice may take where writing sends at once. uvloop sends when it has ended: there SLICE is the bound."""


class Reader(Protocol):
    """A socket as the sweep sees it."""

    since: int
    """The serial of the last frame that was built before this socket was brought up to date."""

    def write(self, frame: bytes) -> bool:
        """Hand the frame to the transport; False if this reader is too slow and was skipped."""


class Frame(NamedTuple):
    serial: int
    data: bytes
    is_whole: bool


class Fanout:
    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        skipped: Callable[[Reader], None],
        now: Callable[[], float] = monotonic,
    ) -> None:
        """`now`: seconds, on a clock that goes on within a slice; the loop's own may stand still."""
        self._loop = loop
        self._skipped = skipped
        self._now = now
        self._readers: dict[Reader, None] = {}
        self._frames: deque[Frame] = deque()
        self._pending: deque[Reader] = deque()
        self._serial = 0
        self._goes_on = False
        """Whether the next slice has its turn already."""
        self._size = SLICE
        self._first = 0

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

    def send(self, frame: bytes, is_whole: bool = False) -> None:
        """To every reader. Returns at once; the first slice is written before it does.

        `is_whole`: it tells all that the last such frame told, which is left out if nobody has got it yet.
        """
        self._serial += 1
        if is_whole and len(self._frames) > 1 and self._frames[-1].is_whole:
            self._frames.pop()
        self._frames.append(Frame(self._serial, frame, is_whole))
        if not self._goes_on:
            self._sweep()

    def _sweep(self) -> None:
        self._goes_on = False
        began = self._now()
        left = self._size
        while self._frames and left > 0:
            serial, frame, _ = self._frames[0]
            if not self._pending:
                self._pending = self._in_turn()
            some = min(left, len(self._pending))
            left -= max(1, some)
            for _ in range(some):
                reader = self._pending.popleft()
                if reader in self._readers and reader.since < serial and not reader.write(frame):
                    self._skipped(reader)
            if not self._pending:
                self._frames.popleft()
        self._fit(self._now() - began)
        if self._frames:
            self._goes_on = True
            self._loop.call_soon(self._sweep)

    def _fit(self, took: float) -> None:
        """The next slice is smaller if this one took too long, larger if it was quick."""
        if took > SLICE_S:
            self._size = max(LEAST_SLICE, self._size // 2)
        elif took < SLICE_S / 2:
            self._size = min(SLICE, 2 * self._size)

    def _in_turn(self) -> deque[Reader]:
        """All readers, beginning with others each time: nobody is always the last to know."""
        readers = deque(self._readers)
        first = self._first % len(readers) if readers else 0
        self._first = first + SLICE
        readers.rotate(-first)
        return readers
