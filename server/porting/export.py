"""What is kept of a writer as CSV that spreadsheets open without harm; the sessions can be imported again."""

import csv
import io
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import astuple

from protocol.data import ExportSession
from server.porting.cells import neutral

DIGITS = 5
"""Of minutes: a thousandth of a second."""


def header(shape: type[Struct] = ExportSession) -> bytes:
    """The first line, which names the columns."""
    return _lines([shape.__struct_fields__])


def lines(rows: Iterable[Struct]) -> bytes:
    """A line for each row, of fields of whatever is no Struct itself."""
    return _lines(map(_cells, rows))


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cells(row: Struct) -> list[str]:
    return [_cell(value) for value in astuple(row)]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(map(_cell, value))
    if isinstance(value, float):
        return f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")
    return str(value) if isinstance(value, int) else neutral(str(value))
