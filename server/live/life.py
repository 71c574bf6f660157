"""One timer for the life of all sockets: it pings them, and ends those that have said nothing for too long.

Any frame counts as life, a pong too: browsers answer pings even in tabs whose own timers hardly run. Who has said
something by themselves is not asked: a tab that is looked at pings of its own accord.
"""

import asyncio
from time import monotonic
from typing import Protocol

BUCKETS = 50
"""The sockets are looked at a bucket at a time: in a storm thousands come in one second, and are not to be pinged in
one."""
LOOKS_A_PING = 4
"""How often a socket is looked at between two pings: silence is noticed so much later than it is due, at most."""


class Living(Protocol):
    """A socket as it is looked after. Instants are seconds of time.monotonic()."""

    heard_at: float
    """When something came from it."""
    pinged_at: float

    def ping(self) -> None: ...

    def silent(self) -> None:
        """It has said nothing for too long. It is not looked at again."""


class Life:
    """Looks after the sockets it was given: pings who has said nothing for `ping_ms`, ends who is silent for
    `silent_ms`.
    """

    def __init__(self, ping_ms: int, silent_ms: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._ping_s, self._silent_s = ping_ms / 1_000, silent_ms / 1_000
        self._step_s = self._ping_s / LOOKS_A_PING / BUCKETS
        self._buckets: list[set[Living]] = [set() for _ in range(BUCKETS)]
        self._bucket_of: dict[Living, set[Living]] = {}
        self._newest = self._at = 0
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._bucket_of)

    def watch(self, living: Living) -> None:
        living.heard_at = living.pinged_at = monotonic()
        self._newest = (self._newest + 1) % BUCKETS
        bucket = self._buckets[self._newest]
        bucket.add(living)
        self._bucket_of[living] = bucket
        if self._timer is None:
            self._timer = self._loop.call_later(self._step_s, self._look)

    def forget(self, living: Living) -> None:
        bucket = self._bucket_of.pop(living, None)
        if bucket is not None:
            bucket.remove(living)
        if not self._bucket_of and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        """At the next bucket."""
        self._timer = self._loop.call_later(self._step_s, self._look)
        self._at = (self._at + 1) % BUCKETS
        now = monotonic()
        for living in list(self._buckets[self._at]):
            if now - living.heard_at > self._silent_s:
                self.forget(living)
                living.silent()
            elif now - max(living.pinged_at, living.heard_at) >= self._ping_s:
                living.pinged_at = now
                living.ping()
