"""Who is shown on a board and with what count, summed up as it changes: nothing here is asked of each writer twice.

Of a room too big to be told whole it answers the standing: the same for everybody, and not longer for more writers.
"""

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from itertools import accumulate
from typing import NamedTuple

from protocol.messages import CountFlags
from server.core.board import NOTHING, Register

TOP = 50
KNOTS = 50
ACTIVE_MS = 60_000
"""Who counted so long before the newest count, or later, is active. By the counts, not by a clock: all agree on it."""
SPAN_MS = 10_000
"""Writers whose last counts lie in the same such span are kept together."""
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
    """By slot: those who are shown, each with their count if they have one.

    A standing holds the event loop while it is made, so all is kept ready for it: to go through ten thousand writers
    takes some ms, to sort the different numbers of their words hardly one.
    """

    def __init__(self) -> None:
        self._counts: dict[int, tuple[int, int]] = {}
        """(words, span of the seq)"""
        self._by_words: defaultdict[int, set[int]] = defaultdict(set)
        self._by_span: defaultdict[int, dict[int, int]] = defaultdict(dict)
        """Slot -> seq, of those who counted last in this span."""
        self._sum = 0
        self._uncounted: set[int] = set()
        """Those who have no count yet are here, and nowhere else."""
        self._open: set[int] = set()

    def __len__(self) -> int:
        return len(self._counts) + len(self._uncounted)

    @property
    def open(self) -> int:
        """How many have counted, and not said that this is their final count."""
        return len(self._open)

    def show(self, slot: int, register: Register | None) -> None:
        seq, words, flags = register or NOTHING
        if not seq:
            self.hide(slot)
            self._uncounted.add(slot)
            return
        now = words, seq // SPAN_MS
        before = self._counts.get(slot)
        if now != before:
            if before is None:
                self._uncounted.discard(slot)
            else:
                self._take_out(slot, *before)
            self._counts[slot] = now
            self._by_words[words].add(slot)
            self._sum += words
        self._by_span[now[1]][slot] = seq
        if flags & _IN:
            self._open.discard(slot)
        else:
            self._open.add(slot)

    def hide(self, slot: int) -> None:
        before = self._counts.pop(slot, None)
        if before is None:
            self._uncounted.discard(slot)
        else:
            self._take_out(slot, *before)
            self._open.discard(slot)

    def _take_out(self, slot: int, words: int, span: int) -> None:
        alike, near = self._by_words[words], self._by_span[span]
        alike.remove(slot)
        if not alike:
            del self._by_words[words]
        del near[slot]
        if not near:
            del self._by_span[span]
        self._sum -= words

    def standing(self, waiting: bool) -> Standing:
        """`waiting`: those without a count are in it too, with no words."""
        by_words: Mapping[int, set[int]] = self._by_words
        if waiting and self._uncounted:
            by_words = {**by_words, 0: by_words.get(0, set()) | self._uncounted}
        steps = sorted(by_words, reverse=True)
        ranks = list(accumulate(len(by_words[words]) for words in steps))
        n = ranks[-1] if ranks else 0
        return Standing(n, self._active(), self._sum, _top(by_words, steps), _knots(steps, ranks))

    def _active(self) -> int:
        if not self._by_span:
            return 0
        since = max(self._by_span[max(self._by_span)].values()) - ACTIVE_MS
        later = sum(len(near) for span, near in self._by_span.items() if span > since // SPAN_MS)
        border = self._by_span.get(since // SPAN_MS, {})
        return later + sum(seq >= since for seq in border.values())


def _top(by_words: Mapping[int, set[int]], steps: list[int]) -> list[tuple[int, int]]:
    """`steps`: the different numbers of words, descending. Level with the last of the top may be everybody."""
    top: list[tuple[int, int]] = []
    for words in steps:
        top += ((slot, words) for slot in heapq.nsmallest(TOP - len(top), by_words[words]))
        if len(top) == TOP:
            break
    return top


def _knots(steps: list[int], ranks: list[int]) -> list[int]:
    """`ranks`: how many have so many words, or more. None where the top is all there is."""
    n = ranks[-1] if ranks else 0
    if n <= TOP:
        return []
    wanted = (round(TOP + (n - TOP) * knot / (KNOTS - 1)) for knot in range(KNOTS))
    return [steps[bisect_left(ranks, rank)] for rank in wanted]
