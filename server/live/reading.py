"""When a room is read from SQL: one reading at a time, and one more for all who ask meanwhile."""

import asyncio
import math
from collections.abc import Awaitable, Callable

from server.live.plane import Tasks


class Reading:
    """`read` takes in what SQL has of the room; `known` answers the rev that was read last.

    While SQL does not answer there are one that runs and one that waits, however long it takes and whoever asks.
    """

    def __init__(self, tasks: Tasks, read: Callable[[], Awaitable[None]], known: Callable[[], int]) -> None:
        self._tasks = tasks
        self._read = read
        self._known = known
        self._one_by_one = asyncio.Lock()
        self._wanted: float = -1
        self._next: asyncio.Task[None] | None = None

    async def ask(self, rev: int | None = None) -> None:
        """Returns after a reading that began later than this, or where this rev is known. Raises what it raised."""
        self._wanted = max(self._wanted, math.inf if rev is None else rev)
        if self._next is None:
            self._next = self._tasks.begin(self._run())
        await asyncio.shield(self._next)

    async def _run(self) -> None:
        async with self._one_by_one:
            wanted, self._wanted, self._next = self._wanted, -1, None
            if wanted > self._known():
                await self._read()
