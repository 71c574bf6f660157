"""Reads of many callers in one query: a thousand sockets that come back in one second ask the same few questions."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

Key = TypeVar("Key")
Answer = TypeVar("Answer")

MAX_KEYS = 256
"""Of one query."""


class GroupRead(Generic[Key, Answer]):
    """`read` answers what there is for these keys. Whoever asks while one query runs is answered by the next one: what
    is answered was read after it was asked.
    """

    def __init__(self, read: Callable[[Sequence[Key]], Awaitable[Mapping[Key, Answer]]]) -> None:
        self._read = read
        self._waiting: dict[Key, asyncio.Future[Answer | None]] = {}
        self._running: asyncio.Task[None] | None = None

    async def ask(self, key: Key) -> Answer | None:
        """None: there is nothing for it. Raises what `read` raises."""
        asked = self._waiting.get(key)
        if asked is None:
            asked = self._waiting[key] = asyncio.get_running_loop().create_future()
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run())
        return await asyncio.shield(asked)

    async def close(self) -> None:
        """Who still waits is told that it was cancelled."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        self._strand(())  # a task that was cancelled before it began has not done it

    async def _run(self) -> None:
        batch: dict[Key, asyncio.Future[Answer | None]] = {}
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, {}
                batch = dict(list(waiting.items())[:MAX_KEYS])
                self._waiting = {key: asked for key, asked in waiting.items() if key not in batch}
                await self._answer(batch)
        finally:
            self._running = None
            self._strand(batch.values())

    def _strand(self, batch: Iterable[asyncio.Future[Answer | None]]) -> None:
        """Nobody may be left waiting for a task that is gone."""
        waiting, self._waiting = self._waiting, {}
        for asked in (*batch, *waiting.values()):
            asked.cancel()

    async def _answer(self, batch: Mapping[Key, asyncio.Future[Answer | None]]) -> None:
        try:
            found = await self._read(list(batch))
        except Exception as error:
            for asked in batch.values():
                asked.set_exception(error)
                asked.exception()  # whoever asked may have gone
        else:
            for key, asked in batch.items():
                asked.set_result(found.get(key))
