"""Who became a writer lately, by Idempotency-Key: a retry whose first answer was lost gets the same writer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

KEEP_MS = 10 * 60_000
MOST = 10_000
"""Beyond so many the oldest are forgotten sooner."""
MIN_KEY = 16
"""Characters. Whoever knows the key gets the writer's session: it has to be as hard to guess as a random UUID."""


class Arrival(NamedTuple):
    writer: int
    token: str


class Arrivals:
    """What one process remembers: a retry that reaches another one begins a second writer."""

    def __init__(self) -> None:
        self._by_key: dict[str, tuple[int, asyncio.Task[Arrival]]] = {}

    async def once(self, key: str, now: int, begin: Callable[[], Awaitable[Arrival]]) -> Arrival:
        """What `begin` answered to the first who brought this key in the last KEEP_MS. `now`: Unix ms.

        Raises what it raised; then the next one begins anew.
        """
        self._forget(now)
        if key not in self._by_key:
            self._by_key[key] = now, asyncio.ensure_future(_awaited(begin))
        _, beginning = self._by_key[key]
        try:
            return await asyncio.shield(beginning)  # one that hangs up must not take the others with it
        except Exception:
            self._by_key.pop(key, None)
            raise

    def _forget(self, now: int) -> None:
        while self._by_key:
            oldest = next(iter(self._by_key))  # they stand in the order of their coming
            came, _ = self._by_key[oldest]
            if came > now - KEEP_MS and len(self._by_key) < MOST:
                return
            del self._by_key[oldest]


async def _awaited(begin: Callable[[], Awaitable[Arrival]]) -> Arrival:
    return await begin()
