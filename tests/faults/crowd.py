"""Many writers who come back by themselves, and type while things happen to the processes they are connected to."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from protocol.messages import CountFlags, Phase
from tests.conftest import LONG
from tests.support.group import all_in_phase
from tests.support.returning import ANSWER_S, LONGEST_S, ReturningWriter
from tests.support.wait import wait_until

AT_ONCE = 25
"""Of a crowd, so many sign in at the same time."""
IDLE = 4
"""One of so many types once, at the start, and never again."""
PACE_S = 0.5 if LONG else 0.02
"""In each room, and there are more of them in the long run."""
BACK_S = 3 * LONGEST_S + 2 * ANSWER_S if LONG else 3.0
"""Whoever lost the line is back so long after it, at the latest. A thousand at once are too many for the one process
that plays them all, so that the long run cannot tell how soon a server takes them: who waits in vain for an answer goes
to the dead one next, and only after a third pause to the one that lives."""


class Crowd:
    """Of one room, in a sprint. `typed`: what each of them has typed last, by name."""

    def __init__(self, writers: list[ReturningWriter], chance: random.Random) -> None:
        self.writers = writers
        self.typed: dict[str, int] = {}
        self._chance = chance

    @classmethod
    @asynccontextmanager
    async def of(
        cls, ways: Sequence[Sequence[str]], n: int, chance: random.Random, name: str = "Writer "
    ) -> AsyncIterator["Crowd"]:
        """`ways`: addresses in the order in which a writer tries them; dealt out in turn. `name`: a number follows."""
        writers = [ReturningWriter(ways[k % len(ways)], f"{name}{k}", chance) for k in range(n)]
        async with AsyncExitStack() as stack:
            for each in writers:
                await stack.enter_async_context(each)
            await writers[0].sign_in()
            room = await writers[0].make_room()
            for start in range(0, n, AT_ONCE):
                await asyncio.gather(*(each.join(room) for each in writers[start : start + AT_ONCE]))
            await writers[0].start(3_600)
            await all_in_phase(list(writers), Phase.WRITING)
            crowd = cls(writers, chance)
            for each in writers:
                await crowd.type(each)
                each.stay()
            yield crowd

    async def type(self, writer: ReturningWriter, flags: int = CountFlags.TYPED) -> int:
        """Any number of words; how many it is."""
        words = self._chance.randrange(-50, 5_000)
        self.typed[writer.name] = words
        await writer.count(words, flags)
        return words

    async def all_back(self, within_s: float = BACK_S) -> None:
        def away() -> list[str]:
            return [each.plight for each in self.writers if not each.is_here]

        await wait_until(lambda: all(each.is_here for each in self.writers), within_s, away)

    @asynccontextmanager
    async def typing(self) -> AsyncIterator[None]:
        """Those who are not idle type on, whether they are connected or not."""
        task = asyncio.create_task(self._type_on([each for k, each in enumerate(self.writers) if k % IDLE]))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _type_on(self, writers: Sequence[ReturningWriter]) -> None:
        while True:
            await self.type(self._chance.choice(writers))
            await asyncio.sleep(PACE_S)

    def absences_s(self) -> list[float]:
        """Shortest first."""
        return sorted(absence.seconds for each in self.writers for absence in each.absences)
