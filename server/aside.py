"""Long sums are made in a thread, so that the event loop has its turns meanwhile."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LONG = 10_000
"""From so many sessions on: they hold the loop for some 10 ms. Fewer are sooner summed than a thread is woken, and two
threads that both reckon slow each other down.
"""


async def aside(sessions: int, work: Callable[[], T]) -> T:
    """What `work` answers, which goes through so many sessions. It must touch nothing that the loop changes."""
    return work() if sessions < LONG else await asyncio.to_thread(work)
