"""One sprint's counts in this process: the board, what of it SQL has, and what beside the words is to be stored."""

from collections.abc import Iterable

from protocol.messages import THERE_SEQ
from server.core.board import NOTHING, Board, Register, Row, row
from server.core.records import CountRow
from server.core.sprint import Timeline

THERE = Register(THERE_SEQ, 0, 0)
"""Of a writer who has not counted yet. Any count is greater, also one whose stamp lies before the start: a browser's
estimate of the time may lag, and somebody may count in the countdown."""


class Counts:
    """`unsaved` holds the slots whose row is newer here than in SQL; a row leaves it only by what SQL answered."""

    def __init__(self, sprint: int) -> None:
        self.sprint = sprint
        self.board = Board()
        self.stored = Board()
        self.unsaved: set[int] = set()
        self._active_ms: dict[int, int] = {}
        self._stored_active_ms: dict[int, int] = {}
        self._start_totals: dict[int, int] = {}
        self._joined_at: dict[int, int] = {}

    def load(self, rows: Iterable[CountRow]) -> None:
        """Take what SQL has. A row of NOTHING has only a start total."""
        for each in rows:
            self._beside(each)
            if each.register != NOTHING:
                self.stored.merge(each.slot, each.register)
                self.board.merge(each.slot, each.register)
            self._settle(each.slot)

    def _beside(self, each: CountRow) -> None:
        self._active_ms[each.slot] = max(each.active_ms, self.active_ms(each.slot))
        self._stored_active_ms[each.slot] = each.active_ms
        self._start_totals[each.slot] = each.start_total
        self._joined_at[each.slot] = each.joined_at

    def _settle(self, slot: int) -> None:
        if self.is_stored(slot) and self.active_ms(slot) <= self._stored_active_ms.get(slot, 0):
            self.unsaved.discard(slot)

    def merge(self, each: Row) -> bool:
        """Take a row from a writer or the relay; whether it was news."""
        if not self.board.merge(each.slot, each.register):
            return False
        self.unsaved.add(each.slot)
        return True

    def begin(self, slot: int, timeline: Timeline, at: int) -> bool:
        """Put a writer on the board with no words yet, since `at` (Unix ms); whether they were not there before.

        The row is the same in whichever process it is made, so that two of them cannot disagree.
        """
        self._joined_at.setdefault(slot, max(at, timeline.starts))
        return self.merge(row(slot, THERE))

    def active_for(self, slot: int, active_ms: int) -> bool:
        """Take a writer's active time; whether it was more than known."""
        if active_ms <= self.active_ms(slot):
            return False
        self._active_ms[slot] = active_ms
        self.unsaved.add(slot)
        return True

    def active_ms(self, slot: int) -> int:
        return self._active_ms.get(slot, 0)

    def set_start_total(self, slot: int, total: int) -> None:
        self._start_totals[slot] = total

    def start_total(self, slot: int) -> int:
        return self._start_totals.get(slot, 0)

    def saw_stored(self, each: Row) -> bool:
        """Another process stored this row; whether that was news."""
        news = self.stored.merge(each.slot, each.register)
        self._settle(each.slot)
        return news

    def is_stored(self, slot: int) -> bool:
        """Whether SQL has all that the board has of this writer."""
        return self.stored.get(slot) == self.board.get(slot)

    def to_store(self, slot: int, writer: int) -> CountRow:
        register = self.board.get(slot) or NOTHING
        return CountRow(
            slot,
            writer,
            register,
            self.active_ms(slot),
            self.start_total(slot),
            self._joined_at.get(slot, 0),
        )
