"""Who is shown on a board and with what count, summed up as it changes: nothing here is asked of each writer twice.

Of a room too big to be told whole it answers the standing: the same for everybody, and not longer for more writers.
"""

import heapq
from typing import NamedTuple

from protocol.messages import CountFlags
from server.core.board import NOTHING, Register

TOP = 50
KNOTS = 50
ACTIVE_MS = 60_000
"""Who counted so long before the newest count, or later, is active. By the counts, not by a clock: all agree on it."""
_IN = int(CountFlags.IN)  # as a plain number: each count comes by here


class Standing(NamedTuple):
    """`n`: writers, `active`: of them, see ACTIVE_MS, `sum`: of their words.

    `top`: (slot, words), best first, equal words by slot. `knots`: words at ranks uniform from the top's last to n.
    """

    n: int
    active: int
    sum: int
    top: list[tuple[int, int]]
    knots: list[int]


class Tally:
    """By slot: those who are shown, each with their count if they have one."""

    def __init__(self) -> None:
        # Apart, because all of them are gone through for each standing. A seq of 0: no count yet.
        self._words: dict[int, int] = {}
        self._seqs: dict[int, int] = {}
        self._open: set[int] = set()

    def __len__(self) -> int:
        return len(self._words)

    @property
    def open(self) -> int:
        """How many have counted, and not said that this is their final count."""
        return len(self._open)

    def show(self, slot: int, register: Register | None) -> None:
        seq, words, flags = register or NOTHING
        self._words[slot], self._seqs[slot] = words, seq
        if seq and not flags & _IN:
            self._open.add(slot)
        else:
            self._open.discard(slot)

    def hide(self, slot: int) -> None:
        self._words.pop(slot, None)
        self._seqs.pop(slot, None)
        self._open.discard(slot)

    def standing(self, waiting: bool) -> Standing:
        """`waiting`: those without a count are in it too, with no words."""
        by_slot = self._words
        if not waiting:
            by_slot = {slot: words for slot, words in by_slot.items() if self._seqs[slot]}
        if not by_slot:
            return Standing(0, 0, 0, [], [])
        words = sorted(by_slot.values(), reverse=True)
        newest = max(self._seqs.values())
        active = sum(map(max(1, newest - ACTIVE_MS).__le__, self._seqs.values()))
        return Standing(len(words), active, sum(words), _top(by_slot, words), _knots(words))


def _top(by_slot: dict[int, int], words: list[int]) -> list[tuple[int, int]]:
    """Only those above the last of the top are sorted with their slots: level with it may be everybody."""
    least = words[min(TOP, len(words)) - 1]
    above = sorted((-each, slot) for slot, each in by_slot.items() if each > least)
    level = heapq.nsmallest(TOP - len(above), (slot for slot, each in by_slot.items() if each == least))
    return [*((slot, -less) for less, slot in above), *((slot, least) for slot in level)]


def _knots(words: list[int]) -> list[int]:
    """`words` descending. None where the top is all there is."""
    n = len(words)
    if n <= TOP:
        return []
    return [words[round(TOP + (n - TOP) * knot / (KNOTS - 1)) - 1] for knot in range(KNOTS)]
