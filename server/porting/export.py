"""A history as CSV that spreadsheets open without harm, and that can be imported again."""

import csv
import io
from collections.abc import Iterable

from msgspec.structs import astuple

from protocol.data import ExportSession
from server.porting.cells import neutral

DIGITS = 5
"""Of minutes: a thousandth of a second."""


def header() -> bytes:
    return _lines([ExportSession.__struct_fields__])


def lines(sessions: Iterable[ExportSession]) -> bytes:
    return _lines(map(_cells, sessions))


def _lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cells(session: ExportSession) -> list[str]:
    return [_cell(value) for value in astuple(session)]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")
    return str(value) if isinstance(value, int) else neutral(str(value))
