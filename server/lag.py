"""How late the event loop is: one slice of work that takes long makes everybody wait."""

import asyncio
import time
from collections.abc import Callable

LATENESS = "wordtide_loop_lag_seconds"
WORK = "wordtide_loop_held_seconds"
LOOK_S = 0.002
"""How long a look lasts where nothing is late: what the loop did meanwhile may be taken for a part of what made it
late."""


class LagWatch:
    """Looks every `every_ms` for how late a timer is, and tells that, in s, and how much of it was work of this thread:
    on a busy machine the rest is time that the process was not given.

    It sees the slice that is under way when a look ends. What came while the process had no core is dealt with in one.
    """

    def __init__(self, every_ms: int, late: Callable[[float], None], held: Callable[[float], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._every_s = every_ms / 1_000
        self._late, self._held = late, held
        self._timer = self._loop.call_later(self._every_s, self._look)

    def _look(self) -> None:
        self._due = time.monotonic() + LOOK_S
        self._worked = time.thread_time()
        self._timer = self._loop.call_later(LOOK_S, self._tell)

    def _tell(self) -> None:
        late = max(0.0, time.monotonic() - self._due)
        self._late(late)
        self._held(min(late, time.thread_time() - self._worked))
        self._timer = self._loop.call_later(self._every_s, self._look)

    def stop(self) -> None:
        self._timer.cancel()
