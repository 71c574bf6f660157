"""A file as entries of days: TrackBear's zip, NaNoWriMo's pasted table, any CSV, an export of our own."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, pairwise
from typing import Literal, NamedTuple

from protocol.data import ExportSession
from protocol.messages import MAX_WORDS
from server.porting.archive import is_zip, table_in
from server.porting.cells import FORMULA, as_was
from server.porting.dates import DateColumn, Order, Parse
from server.porting.numbers import minutes as minutes_of
from server.porting.numbers import whole
from server.porting.oddities import EARLIEST, LONGEST_DAY, MOST_IN_A_DAY, MOST_MINUTES, Odd, Oddities
from server.porting.problem import FileError
from server.porting.table import Cells, Kind, Table, count_of, table_of
from server.porting.text import one_line, text_of

Counts = Literal["daily", "totals"]
Unit = Literal["words", "minutes", "pages", "lines"]

MOST_BYTES = 32 * 1024 * 1024
"""Of a file, and of what a zip unpacks to."""
MOST_ROWS = 200_000
MOST_NOTE = 2_000
MOST_TITLE = 72
"""Of a project; shorter than what is kept, so that a unit can be added."""
MOST_KEY = 100
OF_DAY = "day:"
"""Begins the key of an entry without an id; the day follows, as ISO 8601 has it, and a colon."""
_MEASURES: dict[str, Unit] = {"word": "words", "time": "minutes", "page": "pages", "line": "lines"}
_UNITS: dict[str, Unit] = {"words": "words", "minutes": "minutes", "pages": "pages", "lines": "lines"}
_OF_NO_USE: dict[Kind, tuple[str, ...]] = {
    "trackbear": ("id", "project_id", "tag_ids", "created_at", "updated_at"),
    "wordtide": ExportSession.__struct_fields__,
}
"""Columns whose loss nobody need be told of."""
_LOOK_LIKE_TOTALS = 3
"""From so many counts on that never fall, NaNoWriMo's are taken for running totals."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person was asked, or chose. None: to be found from the file. `project`: of rows that name none."""

    dates: Order | None = None
    counts: Counts | None = None
    project: str = ""


class Entry(NamedTuple):
    """One row that is taken in. `amount`: in pages or lines, whichever `unit` is. `key`: the same in each repeat."""

    row: int
    day: date
    words: int
    minutes: float | None
    amount: int | None
    unit: Unit
    project: str
    note: str
    key: str


@dataclass(frozen=True, slots=True)
class Reading:
    """`asks`: an example of a date that could be two; then there are no entries until that is chosen.

    `counts`: how the counts were read, and `can_choose_counts` whether they could be read otherwise.
    """

    kind: Kind
    entries: Sequence[Entry]
    odd: Oddities
    counts: Counts
    can_choose_counts: bool
    asks: str | None = None


def read(data: bytes, choices: Choices, today: date) -> Reading:
    """`today`: the writer's. Raises FileError, whose rule says what to do. Takes a while: not for the event loop."""
    table = table_of(text_of(table_in(data, MOST_BYTES) if is_zip(data) else data))
    odd = Oddities()
    if unread := [name for name in table.unread if name not in _OF_NO_USE.get(table.kind, ())]:
        odd.tell("unread", len(unread), ", ".join(unread[:10]) + ".")
    dates = _dates(table)
    parse = dates.parse(choices.dates)
    if parse is None:
        return Reading(table.kind, [], odd, "daily", can_choose_counts=False, asks=dates.example)
    entries = list(_Reader(table, parse, odd, today).entries())
    counts, can_choose = _how_counted(table, choices.counts, entries)
    if counts == "totals":
        entries = list(_differences(entries))
    kept = list(_kept(entries, table.kind, odd, one_line(choices.project)[:MOST_TITLE]))
    return Reading(table.kind, kept, odd, counts, can_choose)


def _dates(table: Table) -> DateColumn:
    dates = DateColumn()
    for number, cells in table.rows():
        if number > MOST_ROWS:
            raise FileError(f"has more than {MOST_ROWS:,} rows: import it in parts")
        if cells is not None:
            dates.add(number, cells.date)
    return dates


class _Reader:
    """Rows of a table as entries, each judged by itself."""

    def __init__(self, table: Table, parse: Parse, odd: Oddities, today: date) -> None:
        self._table, self._parse, self._odd, self._today = table, parse, odd, today

    def entries(self) -> Iterator[Entry]:
        for number, cells in self._table.rows():
            if cells is None:
                self._odd.add("empty", number)
                continue
            day = self._parse(cells.date)
            found = self._wrong_day(day) or self._entry(number, cells, day or self._today)
            if isinstance(found, str):
                self._odd.add(found, number)
            else:
                yield found

    def _wrong_day(self, day: date | None) -> Odd | None:
        if day is None:
            return "date_unread"
        if day > self._today:
            return "date_future"
        return "date_early" if day < EARLIEST else None

    def _entry(self, number: int, cells: Cells, day: date) -> Entry | Odd:
        counted = _tally(cells) if self._table.kind == "trackbear" else self._count(cells)
        if isinstance(counted, str):
            return counted
        words, minutes, amount, unit = counted
        if abs(words) > MAX_WORDS or (minutes or 0) > MOST_MINUTES or abs(amount or 0) > MAX_WORDS:
            return "count_huge"
        project = self._text(number, cells.project, MOST_TITLE, one_line) if cells.project else ""
        note = self._text(number, cells.note, MOST_NOTE, str) if cells.note else ""
        return Entry(number, day, words, minutes, amount, unit, project, note, self._key(cells))

    def _count(self, cells: Cells) -> tuple[int, float | None, int | None, Unit] | Odd:
        """Words and minutes beside each other, one of which may be left empty."""
        told = cells.words if "words" in self._table.columns else cells.total
        unit = _UNITS.get(cells.unit)
        words = count_of(told, self._table.kind) if told else 0
        minutes = minutes_of(cells.minutes) if cells.minutes else None
        amount = whole(cells.amount) if unit in ("pages", "lines") else None
        if not (told or cells.minutes or amount is not None):
            return "nothing"
        if words is None or (cells.minutes and minutes is None):
            return "count_unread"
        return words, minutes, amount, unit or ("minutes" if minutes and not words else "words")

    def _text(self, number: int, told: str, most: int, clean: Callable[[str], str]) -> str:
        if self._table.kind == "wordtide":
            told = as_was(told)
        elif told.startswith(FORMULA):
            self._odd.add("formula", number)
        text = clean(told)
        if len(text) > most:
            self._odd.add("cut", number)
        return text[:most]

    def _key(self, cells: Cells) -> str:
        """Of entries that have an id where they come from; the others get theirs from what they say."""
        if self._table.kind == "trackbear":
            id = cells.key
        else:  # a session may have come to where it was exported in such a file itself
            id = (cells.original or cells.key) if self._table.kind == "wordtide" else ""
        return f"{self._table.kind}:{id[:MOST_KEY]}" if id else ""


def _tally(cells: Cells) -> tuple[int, float | None, int | None, Unit] | Odd:
    """Of TrackBear: one count, in the measure that the row says."""
    unit = _MEASURES.get(cells.measure.lower())
    count = whole(cells.words)
    if unit is None:
        return "measure"
    if count is None or (unit == "minutes" and count < 0):
        return "count_unread"
    if unit == "words":
        return count, None, None, unit
    return (0, float(count), None, unit) if unit == "minutes" else (0, None, count, unit)


def _how_counted(table: Table, chosen: Counts | None, entries: Sequence[Entry]) -> tuple[Counts, bool]:
    """And whether that may be chosen. A column called a total is one; of NaNoWriMo's the counts themselves tell."""
    if table.kind in ("trackbear", "wordtide"):
        return "daily", False
    if chosen is not None:
        return chosen, True
    if "total" in table.columns and "words" not in table.columns:
        return "totals", True
    return ("totals" if table.kind == "nanowrimo" and _never_fall(entries) else "daily"), True


def _never_fall(entries: Sequence[Entry]) -> bool:
    words = [each.words for each in _by_day(entries)]
    return len(words) >= _LOOK_LIKE_TOTALS and words[0] < words[-1] and all(a <= b for a, b in pairwise(words))


def _by_day(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Oldest first. Those of one day as they stand in the file, from its end where that begins with the newest."""
    by_day: dict[date, list[Entry]] = defaultdict(list)
    newest_first = bool(entries) and entries[0].day > entries[-1].day
    for each in reversed(entries) if newest_first else entries:
        by_day[each.day].append(each)
    return chain.from_iterable(by_day[day] for day in sorted(by_day))


def _differences(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Of running totals, each project's for itself: what was written since the last one.

    A row that has other things to say and leaves the total empty leaves it as it was.
    """
    so_far: dict[str, int] = defaultdict(int)
    for each in _by_day(entries):
        if not each.words and each.unit != "words":
            yield each
            continue
        yield each._replace(words=each.words - so_far[each.project])
        so_far[each.project] = each.words


def _kept(entries: Sequence[Entry], kind: Kind, odd: Oddities, project: str) -> Iterator[Entry]:
    """Those that say something, and say it once, each with its key. `project`: of those that name none."""
    seen: Counter[str] = Counter()
    words: defaultdict[date, int] = defaultdict(int)
    minutes: defaultdict[date, float] = defaultdict(float)
    for each in entries:
        identity = each.key or _identity(each)
        wrong = _wrong(each, kind, project, bool(each.key and seen[identity]))
        if wrong:
            odd.add(wrong, each.row)
            continue
        seen[identity] += 1
        if seen[identity] > 1:
            odd.add("same_row", each.row)
        before = words[each.day], minutes[each.day]
        words[each.day] += max(0, each.words)
        minutes[each.day] += each.minutes or 0
        if before[0] <= MOST_IN_A_DAY < words[each.day]:
            odd.add("big_day", each.row)
        if before[1] <= LONGEST_DAY < minutes[each.day]:
            odd.add("long_day", each.row)
        yield each._replace(project=each.project or project, key=each.key or f"{identity}:{seen[identity]}")


def _wrong(entry: Entry, kind: Kind, project: str, is_known: bool) -> Odd | None:
    if abs(entry.words) > MAX_WORDS:
        return "count_huge"
    if kind != "wordtide" and not (entry.words or entry.minutes or entry.amount or entry.note):
        return "nothing"
    if entry.amount is not None and not (entry.project or project):
        return "no_project"
    return "same_id" if is_known else None


def _identity(entry: Entry) -> str:
    """What makes two rows without an id the same: also with a mended note, or with another project chosen for all."""
    said = f"{entry.words} {entry.minutes} {entry.amount} {entry.unit} {entry.project}"
    return f"{OF_DAY}{entry.day}:{hashlib.sha256(said.encode()).hexdigest()[:24]}"
