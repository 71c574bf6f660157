"""Dates as tables have them. How a column writes them is decided from all of it, and never guessed."""

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from itertools import chain
from typing import Literal

from server.porting.problem import FileError, rows_named
from server.porting.remembered import remembered

Order = Literal["dmy", "mdy"]
Parse = Callable[[str], date | None]
"""None: no such date."""

_MONTHS = {
    name: place + 1
    for place, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        )
    )
    for name in names
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAY_NAME = r"(?:(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|sday|rsday|urday)?\.?,?\s+)?"
_TIME = r"(?:[T\s]\s*\d{1,2}:\d{2}.{0,24})?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}", re.ASCII)
_NUMBERS = re.compile(rf"(\d{{1,2}})([./-])(\d{{1,2}})\2(\d{{4}}|\d{{2}}){_TIME}", re.ASCII)
_DAY_MONTH = re.compile(
    rf"{_DAY_NAME}(\d{{1,2}})(?:st|nd|rd|th)?[\s.-]*\b({_MONTH})\b\.?,?[\s-]*(\d{{4}})", re.ASCII | re.IGNORECASE
)
_MONTH_DAY = re.compile(
    rf"{_DAY_NAME}({_MONTH})\b\.?[\s-]*(\d{{1,2}})(?:st|nd|rd|th)?,?[\s-]+(\d{{4}})", re.ASCII | re.IGNORECASE
)
FORMS = "2026-11-23, 23.11.2026, 23/11/2026, 11/23/2026, 23 Nov 2026 and Nov 23, 2026"
_MOST_CHARACTERS = 60
_DAYS_KEPT = 4_096


@remembered(_DAYS_KEPT)
def form_of(cell: str) -> str | None:
    """How a cell writes a date: "ymd", "dmon", "mond", or numbers around ".", "/" or "-". None: it is no date."""
    text = cell.strip()
    if len(text) > _MOST_CHARACTERS:
        return None
    if _YEAR_FIRST.fullmatch(text):
        return "ymd"
    numbers = _NUMBERS.fullmatch(text)
    if numbers:
        return numbers.group(2)
    if _DAY_MONTH.fullmatch(text):
        return "dmon"
    return "mond" if _MONTH_DAY.fullmatch(text) else None


class DateColumn:
    """Collects the cells of a column, and then tells how they are read."""

    def __init__(self) -> None:
        self._rows: dict[str, list[int]] = defaultdict(list)
        self._day_first: list[int] = []
        self._month_first: list[int] = []
        self.example = ""
        """A date that could be two."""

    def add(self, row: int, cell: str) -> None:
        form = form_of(cell)
        if form is None:
            return
        self._rows[form].append(row)
        if form in "./-":
            self._sort_in(row, cell)

    def _sort_in(self, row: int, cell: str) -> None:
        found = _NUMBERS.fullmatch(cell.strip())
        assert found is not None, "it has the form of numbers"
        first, second = int(found.group(1)), int(found.group(3))
        if first > 12:
            self._day_first.append(row)
        elif second > 12:
            self._month_first.append(row)
        elif first != second and not self.example:
            self.example = cell.strip()

    def __len__(self) -> int:
        """How many dates there are."""
        return sum(map(len, self._rows.values()))

    def parse(self, chosen: Order | None) -> Parse | None:
        """What reads the column; None where that is to be asked: `chosen` is the answer.

        FileError for a column that writes dates in more than one way, or in another one than was chosen.
        """
        if not self._rows:
            raise FileError(f"has no dates that can be read; these can: {FORMS}")
        self._refuse_mixed()
        if not self._rows.keys() & {".", "/", "-"}:
            return _parse_named
        order = self._order(chosen)
        return None if order is None else lambda cell: _parse_numbers(cell, order)

    def _refuse_mixed(self) -> None:
        if len(self._rows) > 1:
            *few, _ = sorted(self._rows.values(), key=len)
            raise FileError(
                f"writes dates in more than one way: look at {rows_named(sorted(chain.from_iterable(few)))}. "
                "Write all dates in one way, best as 2026-11-23"
            )
        if self._day_first and self._month_first:
            fewer = min((self._day_first, self._month_first), key=len)
            raise FileError(
                f"has days first and months first in one column: {rows_named(fewer)} cannot be read as the others. "
                "Write all dates in one way, best as 2026-11-23"
            )

    def _order(self, chosen: Order | None) -> Order | None:
        if not self._day_first and not self._month_first:
            return chosen if self.example else "dmy"
        found: Order = "dmy" if self._day_first else "mdy"
        if chosen is not None and chosen != found:
            what = "months" if chosen == "mdy" else "days"
            rows = rows_named(self._day_first or self._month_first)
            raise FileError(f"cannot be read with {what} first: {rows} would have no such month")
        return found


@remembered(_DAYS_KEPT)
def _parse_numbers(cell: str, order: Order) -> date | None:
    found = _NUMBERS.fullmatch(cell.strip())
    if found is None:
        return None
    day, month = (found.group(1), found.group(3)) if order == "dmy" else (found.group(3), found.group(1))
    return _date(_year(found.group(4)), int(month), int(day))


@remembered(_DAYS_KEPT)
def _parse_named(cell: str) -> date | None:
    text = cell.strip()
    if len(text) > _MOST_CHARACTERS:
        return None
    if found := _YEAR_FIRST.fullmatch(text):
        return _date(int(found.group(1)), int(found.group(3)), int(found.group(4)))
    if found := _DAY_MONTH.fullmatch(text):
        return _date(int(found.group(3)), _MONTHS[found.group(2).lower()], int(found.group(1)))
    if found := _MONTH_DAY.fullmatch(text):
        return _date(int(found.group(3)), _MONTHS[found.group(1).lower()], int(found.group(2)))
    return None


def _year(digits: str) -> int:
    """Of two digits: this century's, or the last one's from 70 on."""
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year >= 70 else 2000)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
