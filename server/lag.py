"""How late the event loop is: one slice of work that takes long makes everybody wait."""

import asyncio
import time
from collections.abc import Callable

LATENESS = "wordtide_loop_lag_seconds"
WORK = "wordtide_loop_held_seconds"


class LagWatch:
    """A timer that should fire every `every_ms`, and tells how late it was, in s, and how much of that was work of
    this thread: on a busy machine the rest is time that the process was not given.

    A slice shorter than `every_ms` may go unnoticed, and of a longer one at least what exceeds it is seen.
    """

    def __init__(self, every_ms: int, late: Callable[[float], None], held: Callable[[float], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._every_s = every_ms / 1_000
        self._late, self._held = late, held
        self._wait()

    def _wait(self) -> None:
        self._due = time.monotonic() + self._every_s
        self._worked = time.thread_time()
        self._timer = self._loop.call_later(self._every_s, self._fire)

    def _fire(self) -> None:
        late = max(0.0, time.monotonic() - self._due)
        self._late(late)
        self._held(min(late, time.thread_time() - self._worked))
        self._wait()

    def stop(self) -> None:
        self._timer.cancel()
