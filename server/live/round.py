"""One sprint of a room in this process: offers are merged here, kept in SQL, and acknowledged once they are."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from protocol.messages import Count, Phase
from server.core import sprint as rules
from server.core.board import NOTHING, Register, Row, contests, row
from server.core.offer import judge
from server.core.records import CountRow, SprintRecord
from server.live.counts import Counts
from server.live.notices import StoredNotice
from server.live.plane import Plane
from server.live.saver import Saver

SLICE = 256
"""Rows taken in before the event loop gets its turn."""


@dataclass(frozen=True, slots=True)
class RoundHooks:
    """What a round tells its room."""

    writer_of: Callable[[int], int | None]
    """A slot's writer; None for who is no member, whose counts are not stored."""
    reread: Callable[[], Awaitable[None]]
    """Read anew whose the slots are."""
    changed: Callable[[int, Register | None, bool], None]
    """A slot's row is not what it was; whether it came from a writer of this process."""
    stored: Callable[["Round", list[Row]], None]
    """Rows that SQL has now, committed by this process."""
    stored_elsewhere: Callable[["Round", list[Row]], None]


class Round:
    def __init__(self, plane: Plane, record: SprintRecord, hooks: RoundHooks) -> None:
        self._plane = plane
        self._hooks = hooks
        self.record = record
        self.counts = Counts(record.id)
        self._is_watched = False
        self._has_started = False
        self.may_have_missed = False
        """Whether SQL may have counts that the relay did not bring: a process may have died while it was away."""
        self._saver = Saver(plane, self.counts, hooks.writer_of, hooks.reread, self._committed)

    @property
    def id(self) -> int:
        return self.record.id

    @property
    def idle(self) -> bool:
        return self._saver.idle

    def phase(self) -> Phase:
        return rules.phase(self.record.timeline, self._plane.clock.now())

    def flags(self, slot: int) -> int:
        return (self.counts.board.get(slot) or NOTHING).flags

    async def watch(self) -> None:
        """Take part in the sprint on the relay, and take in what SQL and the relay have of its counts; once."""
        if self._is_watched:
            return
        self._is_watched = True
        try:
            await self._load_all()
            rows = await self._plane.relay.watch(self.record.room, self.id)
            for start in range(0, len(rows), SLICE):
                self.rows_came(rows[start : start + SLICE])
                await asyncio.sleep(0)
        except BaseException:
            self._is_watched = False  # it is tried again with the next look at the room
            raise

    async def recall(self, writer: int) -> None:
        """Take in what SQL has of one writer's count.

        While the relay is away the writer may have counted, and been acknowledged, through another process.
        """
        stored = await self._plane.ledger.count_of(self.id, writer)
        if stored is not None:
            self.load([stored], tell=True)

    async def catch_up(self) -> None:
        """Take in all counts that SQL has, where some may have been missed. Tried again where it fails."""
        if self.may_have_missed:
            self.may_have_missed = False
            try:
                await self._load_all(tell=True)
            except BaseException:
                self.may_have_missed = True
                raise

    async def _load_all(self, tell: bool = False) -> None:
        stored = await self._plane.ledger.counts(self.id)
        for start in range(0, len(stored), SLICE):
            self.load(stored[start : start + SLICE], tell)
            await asyncio.sleep(0)

    def load(self, stored: Iterable[CountRow], tell: bool = False) -> None:
        """Take what SQL has. `tell`: what is news here may be news to the relay, too, if whoever stored it is dead."""
        news: list[Row] = []
        for each in stored:
            before, known = self.counts.board.get(each.slot), self.counts.stored.get(each.slot)
            self.counts.load([each])
            if self.counts.board.get(each.slot) != before:
                self._hooks.changed(each.slot, before, tell)
            stands = self.counts.stored.get(each.slot)
            if stands is not None and stands != known:
                news.append(row(each.slot, stands))
        self._hooks.stored_elsewhere(self, news)

    def start(self, here: Callable[[], list[int]]) -> None:
        """Once it has started: those who are here are on its board. Whoever comes later begins as they come."""
        if not self._has_started and self.phase() is Phase.WRITING:
            self._has_started = True
            self._begin(here())

    def _begin(self, slots: list[int]) -> None:
        """A slice now, the rest in the event loop's next turns."""
        self.begin(slots[:SLICE], self.record.timeline.starts)
        if slots[SLICE:]:
            asyncio.get_running_loop().call_soon(self._begin, slots[SLICE:])

    def begin(self, slots: Iterable[int], at: int) -> None:
        """Writers who are here while the sprint runs are on its board, words or not. `at`: since when, Unix ms."""
        if self.phase() is Phase.WRITING:
            for slot in slots:
                before = self.counts.board.get(slot)
                if before is None and self.counts.begin(slot, self.record.timeline, at):
                    self._news(slot, before, own=True)

    def offer(self, slot: int, count: Count, received: int | None = None) -> None:
        """A writer's count: merged, or known already. It is acknowledged when `is_stored` says so. `received`: Unix ms,
        if it was not just now.

        Raises RuleError (CLOCK_AHEAD).
        """
        timeline, before = self.record.timeline, self.counts.board.get(slot)
        news = judge(count, timeline, received or self._plane.clock.now(), before)
        grew = self.counts.active_for(slot, min(count.active_ms, rules.active_limit(timeline)))
        # Two devices counted in the same ms: which of them it is, the ACK tells both.
        contested = contests(count.seq, count.words, before)
        if news is not None:
            self.counts.merge(row(slot, news))
            self._news(slot, before, own=True, urgent=contested or rules.reports(count.flags))
        elif grew or contested:
            self._saver.touch([slot], own=True, urgent=contested)

    def rows_came(self, rows: Iterable[Row]) -> None:
        """From the relay."""
        self._take(rows, tell=False)

    def _take(self, rows: Iterable[Row], tell: bool) -> None:
        news = []
        for each in rows:
            before = self.counts.board.get(each.slot)
            if self.counts.merge(each):
                if contests(each.seq, each.words, before):
                    self._saver.touch([each.slot], own=False, urgent=True)
                else:
                    news.append(each.slot)
                self._hooks.changed(each.slot, before, tell)
        self._saver.touch(news, own=False)

    def heard_stored(self, notice: StoredNotice) -> None:
        """Another process stored these. What is news here may be news to the relay, too: that process may be dead."""
        rows = list(map(Row._make, notice.rows))
        self._take(rows, tell=True)
        self._hooks.stored_elsewhere(self, [each for each in rows if self.counts.saw_stored(each)])

    def _news(self, slot: int, before: Register | None, own: bool, urgent: bool = False) -> None:
        self._saver.touch([slot], own, urgent)
        self._hooks.changed(slot, before, own)

    def _committed(self, rows: list[Row], newer: Sequence[tuple[int, Register | None]]) -> None:
        for slot, before in newer:
            self._hooks.changed(slot, before, True)
        self._hooks.stored(self, rows)

    async def store(self, only: set[int] | None = None) -> bool:
        """Store what SQL lacks (of these slots, or all of it); whether it is stored."""
        return await self._saver.flush(only)

    def stop(self) -> None:
        self._saver.stop()
