"""What every room of this process is given: the ledger, the relay, the time, the limits, and a nursery for tasks."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from protocol.messages import HELLO_TIMEOUT_MS
from server.clock import Clock
from server.core.namesakes import Likeness
from server.core.sprint import Limits
from server.live.ports import Ledger
from server.live.relay import Relay

log = logging.getLogger("wordtide.live")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Timing:
    """How often things happen. All of it in ms."""

    checkpoint_ms: int = 5_000
    relay_flush_ms: int = 50
    poll_ms: int = 5_000
    recheck_ms: int = 30_000
    sweep_ms: int = 30_000
    outbox_ms: int = 5_000
    lease_ms: int = 30_000
    away_ms: int = 3_000
    hello_ms: int = HELLO_TIMEOUT_MS
    stuck_ms: int = 15_000


@dataclass(frozen=True, slots=True)
class Sizes:
    """From how many writers on a room is big, and below how many it is small again: apart, so that none wavers."""

    big_from: int = 1_000
    big_below: int = 800


def is_away(error: Exception) -> bool:
    """As far as one can tell without knowing the database's driver."""
    return isinstance(error, OSError)


class Tasks:
    """Runs coroutines that nobody awaits: keeps them alive, logs what they raise, and can wait for them all.

    `passes`: see Plane.
    """

    def __init__(self, passes: Callable[[Exception], bool] = is_away) -> None:
        self._passes = passes
        self._running: set[asyncio.Task[Any]] = set()

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        self.begin(work).add_done_callback(self._log)

    def begin(self, work: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """The same for whoever awaits it, and hears what it raises."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)  # the loop itself keeps only a weak reference
        task.add_done_callback(self._running.discard)
        return task

    async def ends_within(self, seconds: float, work: Coroutine[object, object, None]) -> bool:
        """Whether the work went well in that time. What takes longer is left to go on: to be cancelled, a driver may
        have to wait for the very server that does not answer."""
        task = self.begin(work)
        done, _ = await asyncio.wait({task}, timeout=seconds)
        task.add_done_callback(self._note)
        return task in done and not task.cancelled() and task.exception() is None

    def _note(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            log.info("what was not waited for failed: %r", task.exception())

    def _log(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception) and self._passes(error):
            log.warning("a task of the live plane failed for now: %r", error)
        elif error is not None:
            log.error("a task of the live plane failed", exc_info=error)

    async def cancel(self) -> None:
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Plane:
    ledger: Ledger
    relay: Relay
    clock: Clock
    limits: Limits
    timing: Timing = Timing()
    tasks: Tasks = field(default_factory=Tasks)
    passes: Callable[[Exception], bool] = is_away
    """Whether what the ledger raised comes of a database that is away, and the same may go well in a moment."""
    sizes: Sizes = Sizes()
    likeness: Likeness = str.casefold
