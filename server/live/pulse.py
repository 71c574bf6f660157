"""Gathers what changed in a room: into ticks for its sockets, and into flushes for the relay."""

import asyncio
import math
from collections.abc import Callable
from itertools import islice

TICKS_MS = ((100, 200), (1_000, 400))
"""Up to so many writers a tick comes every so many ms; above, every second."""
SLOWEST_TICK_MS = 1_000
LEAD = 5
"""Rows are pushed this part of a period before the tick for which they are to be there, but `push_ms` at least."""
BETWEEN_ROOMS_MS = 37
"""So far apart are the instants of one room and the next: else all would tick at once."""
PUSHED_AT_ONCE = 256
"""Rows that are flushed for the relay in one turn of the event loop."""


def tick_ms(writers: int) -> int:
    return next((ms for most, ms in TICKS_MS if writers <= most), SLOWEST_TICK_MS)


class Beat:
    """When something that comes at most once a period is due: by the clock that all processes share.

    In a quiet time what comes first waits only for what comes with it; from then on all processes go by the same
    instants, so that what one of them pushes reaches the others just before they tick.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, now: Callable[[], int], gather_s: float, shift_ms: int) -> None:
        """`now` answers Unix ms; `shift_ms` after each multiple of a period lie the instants of this beat."""
        self._loop, self._now = loop, now
        self._gather_s = gather_s
        self._shift_ms = shift_ms
        self._came = -math.inf

    def due(self, period_ms: int, early_ms: int = 0) -> float:
        """The loop's time, s. `early_ms`: so long before the instants of those who come on them."""
        here, period_s = self._loop.time(), period_ms / 1_000
        if here - self._came > period_s:
            return here + self._gather_s
        ahead_s = (period_ms - (self._now() - self._shift_ms + early_ms) % period_ms) / 1_000
        # A timer may come a little before its instant, which is not to be met twice.
        return here + ahead_s + (period_s if here + ahead_s - self._came < period_s / 2 else 0)

    def came(self) -> None:
        self._came = self._loop.time()


class Pulse:
    """`tick(rows, names)` and `push(rows)` are called with the slots that changed since the last time. Before they
    are pushed `gather()` is, which may say of more.

    `now`: Unix ms. `room`: its id. `push_ms`: how long the first change after a quiet time waits for others.
    `period_ms` answers how far two ticks are apart.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        now: Callable[[], int],
        room: int,
        push_ms: int,
        period_ms: Callable[[], int],
        gather: Callable[[], None],
        tick: Callable[[set[int], set[int]], None],
        push: Callable[[set[int]], None],
    ) -> None:
        self._loop = loop
        self._push_ms = push_ms
        self._period_ms = period_ms
        self._gather, self._tick, self._push = gather, tick, push
        shift_ms = room * BETWEEN_ROOMS_MS
        self._ticks, self._pushes = (Beat(loop, now, push_ms / 1_000, shift_ms) for _ in range(2))
        self._rows: set[int] = set()
        self._names: set[int] = set()
        self._unpushed: set[int] = set()
        self._tick_timer: asyncio.TimerHandle | None = None
        self._push_timer: asyncio.Handle | None = None

    @property
    def idle(self) -> bool:
        return self._tick_timer is None and self._push_timer is None

    def row_changed(self, slot: int, push: bool) -> None:
        self._rows.add(slot)
        self.wake()
        if push:
            self._unpushed.add(slot)
            self.will_push()

    def name_changed(self, slot: int) -> None:
        self._names.add(slot)
        self.wake()

    def wake(self) -> None:
        """A tick is due, whether a slot changed or not."""
        if self._tick_timer is None:
            self._tick_timer = self._loop.call_at(self._ticks.due(self._period_ms()), self._fire_tick)

    def will_push(self) -> None:
        """There is something to be gathered, or pushed."""
        if self._push_timer is None:
            period_ms = self._period_ms()
            lead_ms = max(self._push_ms, period_ms // LEAD)
            self._push_timer = self._loop.call_at(self._pushes.due(period_ms, lead_ms), self._fire_push)

    def _fire_tick(self) -> None:
        self._tick_timer = None
        self._ticks.came()
        rows, self._rows = self._rows, set()
        names, self._names = self._names, set()
        self._tick(rows, names)

    def _fire_push(self) -> None:
        """Some now, the rest in the event loop's next turns: at a start there are as many as writers."""
        self._pushes.came()
        self._gather()
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
