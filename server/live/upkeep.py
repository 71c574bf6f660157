"""What a process does again and again, whoever is connected: keep time, read revs and who is signed in, reap, sweep,
prune, the outbox."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from server.core.records import OutboxRow
from server.live.plane import Plane
from server.live.rooms import Rooms

log = logging.getLogger("wordtide.live")

T = TypeVar("T")

CLOCK_MS = 30_000
REAP_MS = 10_000
OVERDUE_MS = 2_000
"""How long past its time a sprint is left to the processes that hold its room."""
DOUBTED_MS = 600_000
"""How long after its reports a sprint's counts are read again and again."""
PRUNE_MS = 3_600_000
RESULTS_FINAL = "sprint.final"
WRITER_GOES = "writer.goes"
HISTORY_MOVES = "history.moves"


class Upkeep:
    """`start()` begins the rounds, `stop()` ends them. A round that fails is logged and comes again."""

    def __init__(self, plane: Plane, rooms: Rooms) -> None:
        self._plane = plane
        self._rooms = rooms
        self._rounds: list[asyncio.Task[None]] = []

    def start(self) -> None:
        timing = self._plane.timing
        for every_ms, work in (
            (CLOCK_MS, self._keep_time),
            (timing.poll_ms, self._rooms.poll),
            (timing.poll_ms, self._rooms.devices.look),
            (timing.recheck_ms, self._doubt),
            (REAP_MS, self._rooms.reap),
            (timing.sweep_ms, self._sweep),
            (timing.outbox_ms, self._work_off),
            (timing.outbox_ms, self._delete_writers),
            (timing.outbox_ms, self._move_histories),
            (PRUNE_MS, self._prune),
        ):
            self._rounds.append(asyncio.get_running_loop().create_task(self._again(every_ms / 1_000, work)))

    async def stop(self) -> None:
        for task in self._rounds:
            task.cancel()
        await asyncio.gather(*self._rounds, return_exceptions=True)

    async def _again(self, every_s: float, work: Callable[[], Awaitable[None]]) -> None:
        failing = False
        while True:
            await asyncio.sleep(every_s)
            try:
                await work()
                failing = False
            except Exception as error:  # the database may be away; the next round tries again
                if not failing:
                    log.warning("%s failed and will be tried again: %r", work.__name__, error)
                failing = True

    async def _keep_time(self) -> None:
        """Where the database's clock is this machine's own, following it would only follow whoever sets it."""
        if self._plane.ledger.has_own_clock:
            await self._plane.clock.sample(self._plane.ledger.now_ms)

    async def _doubt(self) -> None:
        """A process may have stored counts and died before it told of them: the next poll reads them all from SQL."""
        if self._plane.ledger.has_own_clock:  # else this process is the only one
            now = self._plane.clock.now()
            for room in self._rooms:
                if room.round is not None and now < room.round.record.timeline.reporting_ends + DOUBTED_MS:
                    room.round.may_have_missed = True

    async def _sweep(self) -> None:
        """Sprints that are overdue because no process holds their room, or the one that did died."""
        now = self._plane.clock.now()

        async def finalise(overdue: tuple[int, int]) -> None:
            room, sprint = overdue
            if await self._plane.ledger.finalise(sprint, now) is not None:  # else another process was quicker
                log.info("sprint %d of room %d was overdue and is final now", sprint, room)

        await self._each(await self._plane.ledger.overdue(now, OVERDUE_MS), finalise)

    async def _work_off(self) -> None:
        """What must happen once after a sprint: everybody who looks at the room hears that its results are final."""

        async def tell(row: OutboxRow) -> None:
            await self._rooms.tell_as_stored(int(row.payload["room"]))
            await self._plane.ledger.done_outbox(row.id, self._plane.clock.now())

        await self._each(await self._claim(RESULTS_FINAL), tell)

    async def _delete_writers(self) -> None:
        """Those who wished it. Apart from the rest, which has no time to wait for years of writing to go."""

        async def delete(row: OutboxRow) -> None:
            async for room in self._plane.ledger.deletion.finish(int(row.payload["writer"]), self._plane.clock.now()):
                await self._rooms.tell_as_stored(room)
            log.info("a writer is deleted, with all that was theirs")

        await self._each(await self._claim(WRITER_GOES), delete)

    async def _move_histories(self) -> None:
        """Those of which a process that died has moved a part."""

        async def carry_on(row: OutboxRow) -> None:
            await self._plane.ledger.merges.carry_on(row.payload["merge"])
            log.info("a merge, or its undoing, that was left half-way is done")

        await self._each(await self._claim(HISTORY_MOVES), carry_on)

    async def _claim(self, kind: str) -> list[OutboxRow]:
        return await self._plane.ledger.claim_outbox([kind], self._plane.timing.lease_ms, self._plane.clock.now())

    async def _each(self, items: Iterable[T], work: Callable[[T], Awaitable[None]]) -> None:
        """Each has its turn, also behind one that fails time and again; then what the first of those raised is raised,
        and at once where the database is away."""
        failed: Exception | None = None
        for item in items:
            try:
                await work(item)
            except Exception as error:
                if self._plane.passes(error):
                    raise
                failed = failed or error
        if failed is not None:
            raise failed

    async def _prune(self) -> None:
        pruned = await self._plane.ledger.prune(self._plane.clock.now())
        if pruned:
            log.info("%d rows that have served their time are deleted", pruned)
