"""What is odd in a file, named with its rows, so that a person can look there before anything is taken in."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Literal, NamedTuple

from protocol.messages import MAX_WORDS
from server.porting.problem import SHOWN_ROWS

EARLIEST = date(1970, 1, 1)
MOST_MINUTES = 100_000
MOST_IN_A_DAY = 50_000
"""Words. More is named as odd."""
LONGEST_DAY = 24 * 60
"""Minutes. More is named as odd, too: it may be what several days added up to."""

Odd = Literal[
    "date_unread",
    "date_future",
    "date_early",
    "count_unread",
    "count_huge",
    "measure",
    "no_project",
    "same_id",
    "nothing",
    "same_row",
    "grown",
    "big_day",
    "long_day",
    "formula",
    "cut",
    "empty",
    "unread",
]
_LEFT_OUT: tuple[Odd, ...] = (
    "date_unread",
    "date_future",
    "date_early",
    "count_unread",
    "count_huge",
    "measure",
    "no_project",
    "same_id",
    "nothing",
)
"""Rows of these are not taken in; those of the others are."""
_TEXTS: dict[Odd, str] = {
    "date_unread": "The date cannot be read.",
    "date_future": "The date lies in the future.",
    "date_early": f"The date is before {EARLIEST.year}.",
    "count_unread": "The count cannot be read.",
    "count_huge": f"The count is beyond {MAX_WORDS:,}, or the minutes are beyond {MOST_MINUTES:,}.",
    "measure": "Counted in chapters or scenes, which Wordtide does not keep.",
    "no_project": "Counted in pages or lines, but of no project.",
    "same_id": "The same entry as in a row before.",
    "nothing": "Nothing was written: 0 words, no minutes, no note.",
    "same_row": "The same as a row before. Both are taken.",
    "grown": "This day has another count from an earlier import. Both are taken.",
    "big_day": f"More than {MOST_IN_A_DAY:,} words on one day.",
    "long_day": f"More than {LONGEST_DAY // 60} hours on one day.",
    "formula": "A text begins like a formula. It is kept as text.",
    "cut": "A text is too long and loses its end.",
    "empty": "Empty rows.",
    "unread": "Columns that nothing is made of:",
}


class Oddity(NamedTuple):
    """`rows`: the first of them. `n`: how many there are. `left_out`: whether these rows are not taken in."""

    kind: Odd
    text: str
    n: int
    rows: list[int]
    left_out: bool


class Oddities:
    def __init__(self) -> None:
        self._rows: dict[Odd, list[int]] = defaultdict(list)
        self._n: dict[Odd, int] = defaultdict(int)
        self._more: dict[Odd, str] = {}

    def add(self, kind: Odd, row: int) -> None:
        self._n[kind] += 1
        if len(self._rows[kind]) < SHOWN_ROWS:
            self._rows[kind].append(row)

    def tell(self, kind: Odd, n: int, more: str) -> None:
        """What concerns no rows, with words of its own at the end of the text."""
        self._n[kind], self._more[kind] = n, more

    def all(self) -> Iterator[Oddity]:
        """What is left out first."""
        for kind, text in _TEXTS.items():
            if self._n[kind]:
                said = f"{text} {self._more.get(kind, '')}".strip()
                yield Oddity(kind, said, self._n[kind], sorted(self._rows[kind]), kind in _LEFT_OUT)
