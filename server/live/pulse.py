"""Gathers what changed in a room: into ticks for its sockets, and into flushes for the relay."""

import asyncio
from collections.abc import Callable
from itertools import islice

TICKS_MS = ((100, 200), (1_000, 400))
"""Up to so many writers a tick comes every so many ms; above, every second."""
SLOWEST_TICK_MS = 1_000
PUSHED_AT_ONCE = 1_024
"""Rows that are flushed for the relay in one turn of the event loop."""


def tick_ms(writers: int) -> int:
    return next((ms for most, ms in TICKS_MS if writers <= most), SLOWEST_TICK_MS)


class Pulse:
    """`tick(rows, names)` and `push(rows)` are called with the slots that changed since the last time.

    `push_ms`: how long a change waits for others to be pushed with, at least; a quarter of a tick where that is more.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        push_ms: int,
        writers: Callable[[], int],
        tick: Callable[[set[int], set[int]], None],
        push: Callable[[set[int]], None],
    ) -> None:
        self._loop = loop
        self._push_s = push_ms / 1_000
        self._writers = writers
        self._tick, self._push = tick, push
        self._rows: set[int] = set()
        self._names: set[int] = set()
        self._unpushed: set[int] = set()
        self._tick_timer: asyncio.TimerHandle | None = None
        self._push_timer: asyncio.Handle | None = None
        self._ticked = 0.0

    @property
    def idle(self) -> bool:
        return self._tick_timer is None and self._push_timer is None

    def row_changed(self, slot: int, push: bool) -> None:
        self._rows.add(slot)
        self.wake()
        if push:
            self._unpushed.add(slot)
            if self._push_timer is None:
                wait_s = max(self._push_s, tick_ms(self._writers()) / 4_000)
                self._push_timer = self._loop.call_later(wait_s, self._fire_push)

    def name_changed(self, slot: int) -> None:
        self._names.add(slot)
        self.wake()

    def wake(self) -> None:
        """A tick is due, whether a slot changed or not."""
        if self._tick_timer is None:
            # The first change after a quiet time does not wait a whole tick, only for those that come with it.
            due = max(self._ticked + tick_ms(self._writers()) / 1_000, self._loop.time() + self._push_s)
            self._tick_timer = self._loop.call_at(due, self._fire_tick)

    def _fire_tick(self) -> None:
        self._tick_timer = None
        self._ticked = self._loop.time()
        rows, self._rows = self._rows, set()
        names, self._names = self._names, set()
        self._tick(rows, names)

    def _fire_push(self) -> None:
        """Some now, the rest in the event loop's next turns: at a start there are as many as writers."""
        self._push_timer = None
        part = set(islice(self._unpushed, PUSHED_AT_ONCE))
        self._unpushed -= part
        if part:
            self._push(part)
        if self._unpushed:
            self._push_timer = self._loop.call_soon(self._fire_push)

    def push_now(self) -> None:
        slots, self._unpushed = self._unpushed, set()
        if slots:
            self._push(slots)

    def forget_rows(self) -> None:
        """Another sprint has begun: what is gathered belongs to the one before."""
        self.push_now()
        self._rows.clear()

    def stop(self) -> None:
        for timer in (self._tick_timer, self._push_timer):
            if timer is not None:
                timer.cancel()
        self._tick_timer = self._push_timer = None
