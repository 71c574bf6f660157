"""Counts that came wait a moment in their room, and are heard together.

One by one each would wake a process that has forgotten everything about the one before: heard among others, a count
costs a fraction of that. Nobody is told of it later, for it waits no longer than for the next push and tick.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

MOST = 32
"""Counts that wait. Hearing them takes about a ms."""


class Speaker(Protocol):
    def say(self, data: bytes, received: int) -> None:
        """Deal with a count that came at `received`, Unix ms. Raises nothing."""


class Inbox:
    """`now`: Unix ms. `period_ms` answers how long it has to have been quiet for one to be heard at once. `gather`
    sees to it that `hear()` is called soon.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        now: Callable[[], int],
        period_ms: Callable[[], int],
        gather: Callable[[], None],
    ) -> None:
        self._time, self._now = loop.time, now
        self._period_ms = period_ms
        self._gather = gather
        self._waiting: list[tuple[Speaker, bytes, float]] = []
        self._heard_at = 0.0

    def take(self, speaker: Speaker, data: bytes) -> None:
        waiting, came = self._waiting, self._time()
        if not waiting:
            if came - self._heard_at > self._period_ms() / 1_000:
                self._heard_at = came
                speaker.say(data, self._now())
                return
            self._gather()
        waiting.append((speaker, data, came))
        if len(waiting) >= MOST:
            self.hear()

    def hear(self) -> None:
        """All that waits."""
        waiting, self._waiting = self._waiting, []
        self._say(waiting)

    def hear_from(self, speaker: Speaker) -> None:
        """What this one said, before what they say next."""
        own = [each for each in self._waiting if each[0] is speaker]
        if own:
            self._waiting = [each for each in self._waiting if each[0] is not speaker]
            self._say(own)

    def _say(self, waiting: list[tuple[Speaker, bytes, float]]) -> None:
        if not waiting:
            return
        self._heard_at = self._time()
        now = self._now()
        for speaker, data, came in waiting:
            speaker.say(data, now - round((self._heard_at - came) * 1_000))
