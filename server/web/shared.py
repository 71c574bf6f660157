"""What many ask for at once and is dear to make: made once for all of them, and kept for a moment."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
T = TypeVar("T")

SLICE = 500


class Shared(Generic[K, V]):
    """What is asked for within `keep_s` of its making is answered from there. A failure is told to all who waited."""

    def __init__(self, keep_s: float) -> None:
        self._keep_s = keep_s
        self._making: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K, make: Callable[[], Awaitable[V]]) -> V:
        if key not in self._making:
            self._making[key] = asyncio.get_running_loop().create_task(self._make(key, make))
        return await asyncio.shield(self._making[key])

    async def _make(self, key: K, make: Callable[[], Awaitable[V]]) -> V:
        try:
            made = await make()
        except BaseException:
            del self._making[key]
            raise
        asyncio.get_running_loop().call_later(self._keep_s, self._making.pop, key)
        return made


async def in_slices(items: Iterable[T]) -> AsyncIterator[T]:
    """All of them; the event loop gets its turn after so many."""
    for place, each in enumerate(items, start=1):
        yield each
        if place % SLICE == 0:
            await asyncio.sleep(0)
