"""The one timer of a room: at the next instant at which something is due."""

import asyncio
from collections.abc import Callable

from server.clock import Clock
from server.core import sprint as rules
from server.core.records import SprintRecord

FINAL_RETRY_MS = 1_000


class Deadline:
    """Calls `act` when the phase of the sprint that it was given last changes, or its results are to be final."""

    def __init__(self, loop: asyncio.AbstractEventLoop, clock: Clock, act: Callable[[], None]) -> None:
        self._loop, self._clock, self._act = loop, clock, act
        self._timer: asyncio.TimerHandle | None = None
        self._is_over = False

    def arm(self, sprint: SprintRecord | None) -> None:
        """Nothing, once it was stopped: whoever was acting, or waiting for SQL, at that time arms it after that."""
        if self._is_over:
            return
        self._cancel()
        now = self._clock.now()
        due = rules.next_deadline(None if sprint is None else sprint.timeline, now)
        if due is None and sprint is not None and not sprint.final and rules.is_final_due(sprint.timeline, now):
            due = now + FINAL_RETRY_MS
        if due is not None:
            # A millisecond more, so that `now` has reached the deadline whichever way it was rounded.
            self._timer = self._loop.call_later((due - now + 1) / 1_000, self._fire)

    def _fire(self) -> None:
        self._timer = None
        self._act()

    def stop(self) -> None:
        self._is_over = True
        self._cancel()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
