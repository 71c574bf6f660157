"""When the garbage collector goes through the whole heap: not in the middle of a sprint.

With ten thousand sockets a full collection holds the event loop for a third of a second and finds next to nothing: what
is let go of here is freed at once, because it is in no circle. Young objects are collected as ever.
"""

import asyncio
import gc
from collections.abc import Callable

THRESHOLDS = 1_000, 5, 1_000_000
"""As gc.set_threshold takes them: the last one so high that a full collection is left to `Heap`."""
LOOK_S = 60.0
MOST_LOOKS = 30
"""Where it is never quiet, the heap is gone through all the same after so many looks."""


class Heap:
    """Goes through the whole heap once a minute, as long as nothing `is_busy`."""

    def __init__(self, is_busy: Callable[[], bool]) -> None:
        self._loop = asyncio.get_running_loop()
        self._is_busy = is_busy
        self._looks = 0
        gc.collect()
        gc.freeze()  # what stands now stands to the end: no collection need go through it
        gc.set_threshold(*THRESHOLDS)
        self._timer = self._loop.call_later(LOOK_S, self._look)

    def _look(self) -> None:
        self._timer = self._loop.call_later(LOOK_S, self._look)
        self._looks += 1
        if self._looks >= MOST_LOOKS or not self._is_busy():
            self._looks = 0
            gc.collect()

    def stop(self) -> None:
        self._timer.cancel()
