"""A room's one timer: it rings when the house's clock says that something is due."""

import asyncio
from collections.abc import Callable

from server.clock import Clock


class Deadline:
    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Clock, due: Callable[[], None]) -> None:
        self._loop, self._clock, self._due = loop, clock, due
        self._timer: asyncio.TimerHandle | None = None

    def arm(self, at: int | None) -> None:
        """Ring at this instant, Unix ms, and at no other; None: not at all."""
        self.stop()
        if at is not None:
            # A millisecond more, so that `now` has reached the deadline whichever way it was rounded.
            self._timer = self._loop.call_later((at - self._clock.now() + 1) / 1_000, self._ring)

    def _ring(self) -> None:
        self._timer = None
        self._due()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
