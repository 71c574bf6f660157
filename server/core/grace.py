"""Which unwritten days a streak survives: rolling grace (rule 6).

A run is a longest interval of effective days in which no window of up to 7 of them holds more misses than grace allows.
An effective day was written, or it was asked for and closed; the others take no part.

Only a miss can end a run, so only windows that end with a miss are looked at, by the grace that held on that day: too
many misses are those where the miss and its `grace` predecessors all lie within one window. The oldest of them is then
cut off, and the run goes on after it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

WINDOW = 7


@dataclass(slots=True)
class Misses:
    """The misses, oldest first, in parallel lists. `positions`: their places among the effective days, from 0 on."""

    offsets: list[int] = field(default_factory=list)
    """Days since the first day looked at."""
    positions: list[int] = field(default_factory=list)
    graces: list[int] = field(default_factory=list)

    def pop_if(self, offset: int) -> bool:
        """Takes out the last miss, if it is the one at `offset`; whether it was."""
        if not self.offsets or self.offsets[-1] != offset:
            return False
        for each in self.offsets, self.positions, self.graces:
            each.pop()
        return True


class Runs:
    """`written`: how many days were written in all; `before`: how many of them before the current run."""

    def __init__(self, misses: Misses, written: int) -> None:
        self.written = written
        self._misses = misses
        self._cuts: list[int] = []
        """By miss: the last miss that was cut off when it had come; -1: none."""
        positions = misses.positions
        cut, before, longest = -1, 0, 0
        for index, (position, grace) in enumerate(zip(positions, misses.graces, strict=True)):
            oldest = index - grace
            if oldest > cut and position - positions[oldest] < WINDOW:
                longest = max(longest, position - index - before)
                cut, before = oldest, positions[oldest] - oldest
            self._cuts.append(cut)
        self._cut, self.before = cut, before
        self.current = written - before
        self.longest = max(longest, self.current)

    def held_beside(self, position: int) -> int:
        """How many misses grace holds in the current run that lie in one window with `position`, a later place."""
        count = len(self._cuts)
        return sum(
            position - self._misses.positions[miss] < WINDOW and self._written_before(miss) > self.before
            for miss in range(max(self._cut + 1, count - WINDOW + 1), count)
        )

    def falls_with(self, position: int, grace: int) -> bool:
        """Whether one more miss, later than all the others, would lower the current run."""
        written_before = position - len(self._cuts)
        return written_before > self.before and self.held_beside(position) >= grace

    def held(self) -> Iterator[int]:
        """The offsets of misses that grace holds: in the current run, then in the one before what cut that off, …

        A run that is over ended with its last written day: what was missed after it was held for nothing.
        """
        last = len(self._cuts) - 1
        while last >= 0:
            cut = self._cuts[last]
            begin = self._written_before(cut) if cut >= 0 else 0
            for miss in range(cut + 1, last + 1):
                if self._written_before(miss) > begin:
                    yield self._misses.offsets[miss]
            last = cut - 1
            while last >= 0 and self._written_before(last) == begin:
                last -= 1

    def _written_before(self, miss: int) -> int:
        """Of the effective days before a miss, those that are no misses themselves were written."""
        return self._misses.positions[miss] - miss
