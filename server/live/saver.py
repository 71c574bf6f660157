"""Brings one sprint's counts into SQL: mine soon, others' if nobody else has, all of them at every boundary."""

import asyncio
import logging
from collections.abc import Callable, Collection

from server.core.board import NOTHING, Register, Row, row
from server.core.records import CountRow
from server.live.counts import Counts
from server.live.plane import Plane

log = logging.getLogger("wordtide.live")

CHUNK = 250
"""Rows in one call, so that nothing holds the loop or the database for long."""
RETRY_S = 1.0


class Saver:
    """`writer_of` answers a slot's writer, None for who is not known here yet: their rows wait for their membership.

    `committed` is told which rows SQL has now, and where SQL had a newer one than the board (slot, what the board had).
    """

    def __init__(
        self,
        plane: Plane,
        counts: Counts,
        writer_of: Callable[[int], int | None],
        committed: Callable[[list[Row], list[tuple[int, Register | None]]], None],
    ) -> None:
        self._plane = plane
        self.counts = counts
        self._writer_of = writer_of
        self._committed = committed
        self._due: dict[int, float] = {}
        self._lock = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._fires_at = 0.0
        """Of the timer, loop time in s. The timer itself cannot be asked: uvloop gives another kind where it is due."""

    @property
    def idle(self) -> bool:
        return not self.counts.unsaved and not self._lock.locked()

    def touch(self, slot: int, own: bool, urgent: bool = False) -> None:
        """This slot's row is newer here than in SQL. `own`: it came from a writer here, not from the relay."""
        timing = self._plane.timing
        # Another process's row is stored by that process; if it died, twice the time later by those that heard of it.
        delay = timing.relay_flush_ms if urgent else timing.checkpoint_ms if own else 2 * timing.checkpoint_ms
        self._store_within([slot], delay / 1_000)

    def _store_within(self, slots: Collection[int], delay_s: float) -> None:
        if not slots:
            return
        when = asyncio.get_running_loop().time() + delay_s
        for slot in slots:
            self._due[slot] = min(when, self._due.get(slot, when))
        self._arm(when)

    def _arm(self, when: float) -> None:
        if self._timer is not None:
            if self._fires_at <= when:
                return
            self._timer.cancel()
        self._fires_at = when
        self._timer = asyncio.get_running_loop().call_at(when, self._fire)

    def _fire(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        due = {slot for slot, when in self._due.items() if when <= now}
        for slot in due:
            del self._due[slot]
        if self._due:
            self._arm(min(self._due.values()))
        self._plane.tasks.spawn(self._flush_due(due))

    async def _flush_due(self, due: set[int]) -> None:
        await self.flush(due)

    async def flush(self, only: set[int] | None = None) -> bool:
        """Store what SQL lacks (of these slots, or all of it); whether it is stored now. Never raises."""
        async with self._lock:
            slots = sorted(self.counts.unsaved if only is None else self.counts.unsaved & only)
            writers = {slot: self._writer_of(slot) for slot in slots}
            rows = [self.counts.to_store(slot, writer) for slot, writer in writers.items() if writer is not None]
            failed = await self._store_all(rows)
            waiting = [slot for slot, writer in writers.items() if writer is None]
            self._store_within(failed, RETRY_S)
            self._store_within(waiting, self._plane.timing.checkpoint_ms / 1_000)
            return not failed and not waiting

    async def _store_all(self, rows: list[CountRow]) -> list[int]:
        """The slots of those that could not be stored."""
        failed: list[int] = []
        try:
            for start in range(0, len(rows), CHUNK):
                failed += await self._store_most(rows[start : start + CHUNK])
        except Exception as error:  # the database is away
            log.warning("counts of sprint %d are not stored yet, trying again: %r", self.counts.sprint, error)
            return [each.slot for each in rows if each.slot in self.counts.unsaved]
        return failed

    async def _store_most(self, rows: list[CountRow]) -> list[int]:
        """As `_store`: one bad row does not keep the others out. The slots of bad ones; raises where SQL is away."""
        try:
            await self._store(rows)
        except Exception as error:
            if self._plane.passes(error):
                raise
            if len(rows) == 1:
                log.exception("the count of slot %d in sprint %d cannot be stored", rows[0].slot, self.counts.sprint)
                return [rows[0].slot]
            middle = len(rows) // 2
            return [*await self._store_most(rows[:middle]), *await self._store_most(rows[middle:])]
        return []

    async def _store(self, rows: list[CountRow]) -> None:
        stands = await self._plane.ledger.checkpoint(self.counts.sprint, rows, self._plane.clock.now())
        held = {slot: self.counts.board.get(slot) for slot in stands}
        newer = [(slot, held[slot]) for slot, each in stands.items() if each.register > (held[slot] or NOTHING)]
        self.counts.load(stands.values())
        for each in rows:
            if each.slot not in stands:  # SQL knows no such member: nothing to wait for
                self.counts.unsaved.discard(each.slot)
        self._committed([row(slot, each.register) for slot, each in stands.items()], newer)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
