"""A table of days in CSV, or pasted: what parts its cells, whether it begins with a header, which column is which."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter
from typing import Literal, NamedTuple

from server.porting.dates import FORMS, form_of
from server.porting.numbers import whole, whole_at_the_beginning
from server.porting.problem import FileError
from server.porting.text import Text

Kind = Literal["trackbear", "wordtide", "nanowrimo", "csv"]

_DELIMITERS = ("\t", ";", ",", "|")
_LOOKED_AT = 50
"""Rows from which the kind of a table is told."""
MOST_CELL = 100_000
"""Characters. More is a quotation mark that was never closed."""
csv.field_size_limit(MOST_CELL)
MOST_LINES = 500
"""Of a row, whose cells may have lines in them."""
MOST_CELLS = 500
_MOST_COLUMNS = 100

_HEADERS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "day", "local day", "datum", "fecha", "data", "dato", "дата", "日付", "日期", "날짜"),
    "words": (
        *("count", "words", "word count", "wordcount", "words net", "words written", "new words", "words added"),
        *("wörter", "worte", "wortzahl", "palabras", "mots", "nombre de mots", "parole", "palavras", "woorden", "ord"),
        *("słowa", "слова", "単語数", "文字数", "字数", "단어 수"),
    ),
    "total": (
        *("total", "total words", "word total", "running total", "total word count", "cumulative"),
        *("gesamt", "totale", "totaal"),
    ),
    "minutes": (
        *("minutes", "mins", "min", "time", "duration", "minuten", "minutos", "minuti", "minuter", "minutter"),
        *("minuty", "минуты", "分", "分钟", "분", "dauer", "duración", "durée", "durata", "duração", "duur"),
    ),
    "project": (
        *("project", "project title", "work", "title", "book", "projekt", "proyecto", "projet", "progetto", "projeto"),
        *("prosjekt", "проект", "プロジェクト", "项目", "프로젝트", "titel", "título", "titre", "titolo"),
    ),
    "note": (
        *("note", "notes", "comment", "comments", "notiz", "notizen", "nota", "notas", "kommentar", "comentario"),
        *("commentaire", "comentário", "commento", "opmerking", "заметка", "メモ", "备注", "메모"),
    ),
    "amount": ("amount",),
    "unit": ("unit",),
    "measure": ("measure",),
    "key": ("uuid", "session id"),
    "original": ("original id",),
}
"""What a column may be called, as `_plain` writes it. Where two fit, the one named first here is taken."""
_ORDER = ("date", "words", "project", "minutes", "note")
"""What columns are without a header, in this order."""


class Cells(NamedTuple):
    """Of a row, by what they are, without blanks around them. "": no such column, or the row ends before it."""

    date: str
    words: str
    total: str
    minutes: str
    project: str
    note: str
    amount: str
    unit: str
    measure: str
    key: str
    original: str


@dataclass(frozen=True, slots=True)
class Table:
    """`columns`: where each of Cells is. `first`: the number of the first row that is no header, from 1."""

    text: Text
    delimiter: str
    kind: Kind
    columns: Mapping[str, int]
    first: int
    unread: Sequence[str]
    """Names of the columns that nothing is made of."""

    def rows(self) -> Iterator[tuple[int, Cells | None]]:
        """Numbered as a person counts them, from 1 and with the header. None: an empty one.

        FileError where quotes do not end.
        """
        width = 1 + max(self.columns.values())
        cells_of = itemgetter(*(self.columns.get(role, -1) for role in Cells._fields))
        for number, row in islice(_rows(self.text, self.delimiter), self.first - 1, None):
            if not any(map(str.strip, row)):
                yield number, None
            else:
                missing = max(0, width - len(row)) + 1
                yield number, Cells(*map(str.strip, cells_of([*row, *[""] * missing])))


def table_of(text: Text) -> Table:
    """FileError where no column has dates, or none has counts."""
    delimiter = max(_DELIMITERS, key=lambda each: _fit(text, each))
    if not _fit(text, delimiter):
        if any(_names_alone(text, each) for each in _DELIMITERS):
            raise FileError("has the names of its columns and no day below them: nothing is in it yet")
        raise FileError(f"has no column of dates with counts beside them; dates can be {FORMS}")
    begin = list(islice(_rows(text, delimiter), _LOOKED_AT))
    first = next(place for place, (_, row) in enumerate(begin) if any(map(form_of, row)))
    names = next((row for _, row in reversed(begin[:first]) if any(cell.strip() for cell in row)), None)
    rows = [row for _, row in begin[first:]]
    columns = _columns_by_name(names) if names else {}
    if "date" not in columns:
        columns, names = _columns_by_place(rows), None
    known = set(columns.values())
    unread = [name.strip() for place, name in enumerate(names or ()) if place not in known and name.strip()]
    kind = _kind(names or (), columns, delimiter, rows)
    _demand_counts(columns)
    return Table(text, delimiter, kind, columns, first + 1, [name for name in unread if _plain(name) != "actions"])


def _rows(text: Text, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    lines = _Lines(text, delimiter)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        lines.of_row = 0
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise FileError(f"has a quotation mark in row {number:,} that does not fit: mend that row") from None
        yield number, row


class _Lines:
    """Those of a text, as long as a row has a bounded number of them, and of cells: csv reads a row in one step."""

    def __init__(self, text: Text, delimiter: str) -> None:
        self._lines, self._delimiter = text.lines(), delimiter
        self.of_row = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.of_row += 1
        if self.of_row > MOST_LINES or line.count(self._delimiter) > MOST_CELLS:
            raise FileError("has a row that is too long for a day: save your counts as CSV, with a row for each day")
        return line


def _fit(text: Text, delimiter: str) -> int:
    """How many rows at the beginning have a date and a count, if cells are parted so."""
    found = 0
    try:
        for _, row in islice(_rows(text, delimiter), _LOOKED_AT):
            found += any(map(form_of, row)) and any(map(_is_count, row))
    except FileError:  # whoever reads on will come to it
        return found
    return found


def _names_alone(text: Text, delimiter: str) -> bool:
    """Whether there is a header that could be read, and nothing else: somebody exported before they wrote."""
    try:
        begin = list(islice(_rows(text, delimiter), _LOOKED_AT))
    except FileError:
        return False
    rows = [row for _, row in begin if any(map(str.strip, row))]
    return len(rows) == 1 and {"date", "words"} <= _columns_by_name(rows[0]).keys()


def _is_count(cell: str) -> bool:
    return bool(cell.strip()) and not form_of(cell) and whole_at_the_beginning(cell) is not None


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name).strip().casefold()


def _columns_by_name(names: Sequence[str]) -> dict[str, int]:
    places = {_plain(name): place for place, name in reversed(list(enumerate(names)))}
    found: dict[str, int] = {}
    for role, called in _HEADERS.items():
        place = next((places[name] for name in called if name in places), None)
        # A total beside a count says the same twice.
        if place is not None and not (role == "total" and "words" in found):
            found[role] = place
    if "words" not in found and len(names) > 1 and _plain(names[1]).startswith("count"):
        found["words"] = 1  # one browser copies the head of the next column along with this one
    return found


def _columns_by_place(rows: Sequence[Sequence[str]]) -> dict[str, int]:
    """The column of dates, then the next one with numbers; what follows, in its order."""
    width = min(_MOST_COLUMNS, max(map(len, rows)))
    date = max(range(width), key=lambda place: sum(bool(form_of(cell)) for cell in _cells(rows, place)))
    others = [place for place in range(width) if place != date]
    count = max(others, key=lambda place: sum(map(_is_count, _cells(rows, place))), default=None)
    if count is None:
        return {"date": date}
    rest = [place for place in others if place > count]
    return {"date": date, "words": count, **dict(zip(_ORDER[2:], rest, strict=False))}


def _cells(rows: Sequence[Sequence[str]], place: int) -> Iterator[str]:
    return (row[place] for row in rows if place < len(row))


def _kind(names: Sequence[str], columns: Mapping[str, int], delimiter: str, rows: Sequence[Sequence[str]]) -> Kind:
    plain = {_plain(name) for name in names}
    if {"uuid", "measure", "count", "date"} <= plain:
        return "trackbear"
    if {"session id", "local day", "words net"} <= plain:
        return "wordtide"
    pasted = delimiter == "\t" and set(columns) <= {"date", "words"}
    copied = pasted and any(form_of(cell) == "mond" for cell in _cells(rows, columns["date"]))
    return "nanowrimo" if copied or (pasted and plain >= {"date", "count"}) else "csv"


def _demand_counts(columns: Mapping[str, int]) -> None:
    if not columns.keys() & {"words", "total", "minutes"}:
        raise FileError("has dates, but no column called words or minutes: write words above your counts")


def count_of(cell: str, kind: Kind) -> int | None:
    """None: it is no count."""
    return whole_at_the_beginning(cell) if kind == "nanowrimo" else whole(cell)
