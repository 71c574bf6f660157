"""Brings one sprint's counts into SQL: mine soon, others' if nobody else has, all of them at every boundary."""

import asyncio
import heapq
import logging
import math
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable

from server.core.board import NOTHING, Register, Row, row
from server.core.records import CountRow
from server.live.counts import Counts
from server.live.plane import Plane

log = logging.getLogger("wordtide.live")

CHUNK = 250
"""Rows in one call, so that nothing holds the loop or the database for long."""
RETRY_S = 1.0
LONGEST_RETRY_S = 64.0
"""A row that SQL refuses time and again is tried at twice the interval each time, up to this."""


class Due:
    """Which slots are to be stored when: all that become due within a step are so together, at its end.

    Instants are the loop's time in s. What a call of SQL costs hardly depends on how many rows it stores; writers who
    count at any moment would else be stored one by one. `phase`, 0 to 1: where in a step its end lies, so that not all
    rooms come at once.
    """

    def __init__(self, phase: float) -> None:
        self._phase = phase
        self._when: dict[int, float] = {}
        self._slots: defaultdict[float, set[int]] = defaultdict(set)
        self._order: list[float] = []

    def __bool__(self) -> bool:
        return bool(self._order)

    @property
    def first(self) -> float:
        return self._order[0]

    def within(self, slots: Iterable[int], least_s: float, most_s: float, now: float) -> None:
        """Between these from now, or when they are due already if that is sooner."""
        step = most_s - least_s
        first = self._phase * step
        when = now + most_s if step == 0 else math.floor((now + most_s - first) / step) * step + first
        for slot in slots:
            held = self._when.get(slot)
            if held is None or when < held:
                if held is not None:
                    self._slots[held].discard(slot)
                self._when[slot] = when
                if when not in self._slots:
                    heapq.heappush(self._order, when)
                self._slots[when].add(slot)

    def take(self, now: float) -> set[int]:
        """Those that are due."""
        due: set[int] = set()
        while self._order and self._order[0] <= now:
            due |= self._slots.pop(heapq.heappop(self._order))
        for slot in due:
            del self._when[slot]
        return due


class Saver:
    """`writer_of` answers a slot's writer, None for who is not known here yet: their rows wait for their membership.
    `reread` reads anew whose the slots are.

    `committed` is told which rows SQL has now, and where SQL had a newer one than the board (slot, what the board had).
    """

    def __init__(
        self,
        plane: Plane,
        counts: Counts,
        writer_of: Callable[[int], int | None],
        reread: Callable[[], Awaitable[None]],
        committed: Callable[[list[Row], list[tuple[int, Register | None]]], None],
    ) -> None:
        self._plane = plane
        self.counts = counts
        self._writer_of = writer_of
        self._reread = reread
        self._committed = committed
        self._due = Due(random.random())
        self._ripe: set[int] = set()
        self._is_flushing = False
        self._is_away = False
        self._refusals: dict[int, int] = {}
        """By slot, how often in a row SQL would not have its row, though it took others."""
        self._lock = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._fires_at = 0.0
        """Of the timer, loop time in s. The timer itself cannot be asked: uvloop gives another kind where it is due."""

    @property
    def idle(self) -> bool:
        return not self.counts.unsaved and not self._lock.locked()

    def touch(self, slots: Collection[int], own: bool, urgent: bool = False) -> None:
        """These slots' rows are newer here than in SQL. `own`: they came from writers here, not from the relay."""
        timing = self._plane.timing
        if urgent:
            self._store_within(slots, 0, timing.relay_flush_ms / 1_000)
        elif own:
            self._store_within(slots, 0, timing.checkpoint_ms / 1_000)
        else:  # they are stored by that process; if it died, some time later by those that heard of them
            self._store_within(slots, timing.checkpoint_ms / 1_000, 2 * timing.checkpoint_ms / 1_000)

    def _store_within(self, slots: Collection[int], least_s: float, most_s: float) -> None:
        if slots:
            self._due.within(slots, least_s, most_s, asyncio.get_running_loop().time())
            self._arm(self._due.first)

    def _arm(self, when: float) -> None:
        if self._timer is not None:
            if self._fires_at <= when:
                return
            self._timer.cancel()
        self._fires_at = when
        self._timer = asyncio.get_running_loop().call_at(when, self._fire)

    def _fire(self) -> None:
        self._timer = None
        due = self._due.take(asyncio.get_running_loop().time())
        if self._due:
            self._arm(self._due.first)
        self._ripe |= due
        if self._ripe and not self._is_flushing:
            self._is_flushing = True
            self._plane.tasks.spawn(self._flush_ripe())

    async def _flush_ripe(self) -> None:
        """What becomes due meanwhile goes together: the slower the database is, the fewer calls it gets."""
        while self._ripe:
            slots, self._ripe = self._ripe, set()
            await self.flush(slots)
        self._is_flushing = False

    async def flush(self, only: set[int] | None = None) -> bool:
        """Store what SQL lacks (of these slots, or all of it); whether it is stored now. Never raises."""
        async with self._lock:
            slots = sorted(self.counts.unsaved if only is None else self.counts.unsaved & only)
            failed: list[int] = []
            refused: list[int] = []
            waiting: list[int] = []
            for start in range(0, len(slots), CHUNK):
                rows: list[CountRow] = []
                for slot in slots[start : start + CHUNK]:
                    writer = self._writer_of(slot)
                    if writer is None:
                        waiting.append(slot)
                    else:
                        rows.append(self.counts.to_store(slot, writer))
                try:
                    refused += await self._store_most(rows)
                except Exception as error:  # the database is away: so it is for those that come after these
                    self._tell_once(error)
                    failed += [slot for slot in slots[start:] if slot in self.counts.unsaved]
                    break
            self._is_away = self._is_away and bool(failed)
            self._store_within(failed, 0, RETRY_S)
            for slot in refused:
                again_s = min(LONGEST_RETRY_S, RETRY_S * 2 ** (self._refusals[slot] - 1))
                self._store_within([slot], again_s / 2, again_s)
            self._store_within(waiting, 0, self._plane.timing.checkpoint_ms / 1_000)
            return not failed and not refused and not waiting

    def _tell_once(self, error: Exception) -> None:
        """Each second anew would bury what else the log has to say of an outage."""
        if not self._is_away:
            log.warning("counts of sprint %d are not stored yet, trying again: %r", self.counts.sprint, error)
        self._is_away = True

    async def _store_most(self, rows: list[CountRow]) -> list[int]:
        """As `_store`: one bad row does not keep the others out. The slots of bad ones; raises where SQL is away."""
        if not rows:
            return []
        try:
            await self._store(rows)
        except Exception as error:
            if self._plane.passes(error):
                raise
            if len(rows) == 1:
                slot = rows[0].slot
                self._refusals[slot] = self._refusals.get(slot, 0) + 1
                if self._refusals[slot] == 1:
                    log.exception("the count of slot %d in sprint %d cannot be stored", slot, self.counts.sprint)
                return [slot]
            middle = len(rows) // 2
            return [*await self._store_most(rows[:middle]), *await self._store_most(rows[middle:])]
        return []

    async def _store(self, rows: list[CountRow]) -> None:
        stands = await self._plane.ledger.checkpoint(self.counts.sprint, rows, self._plane.clock.now())
        held = {slot: self.counts.board.get(slot) for slot in stands}
        newer = [(slot, held[slot]) for slot, each in stands.items() if each.register > (held[slot] or NOTHING)]
        self.counts.load(stands.values())
        for each in rows:
            self._refusals.pop(each.slot, None)
        await asyncio.sleep(0)  # it has taken a while, and so will what follows
        self._committed([row(slot, each.register) for slot, each in stands.items()], newer)
        await self._look_for([each for each in rows if each.slot not in stands])

    async def _look_for(self, strays: list[CountRow]) -> None:
        """SQL knows no such members. Where two histories became one, or two again, a place is another writer's by now,
        and the row is to be offered as theirs; else there is nothing to wait for."""
        if not strays:
            return
        await self._reread()
        theirs: list[CountRow] = []
        for each in strays:
            writer = self._writer_of(each.slot)
            if writer is None or writer == each.writer:
                self.counts.unsaved.discard(each.slot)
            else:
                theirs.append(self.counts.to_store(each.slot, writer))
        if theirs:
            await self._store(theirs)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
