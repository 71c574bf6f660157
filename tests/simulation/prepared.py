"""Questions that are asked again and again, put to SQLite past SQLAlchemy, whose way there takes five times as long.

What SQLite is asked is what SQLAlchemy's compiler makes of the statement, and its answer becomes SQLAlchemy's rows.
"""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Executable, Result, Select
from sqlalchemy.dialects.sqlite.pysqlite import dialect
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData

_SQLITE = dialect()
_KNOWN: "WeakKeyDictionary[Executable, dict[tuple[int, ...], Prepared]]" = WeakKeyDictionary()
"""By what was asked before, and by the lengths of the lists that were given: IN has a mark for each of a list."""


def prepared(statement: Executable, given: Mapping[str, Any]) -> "Prepared | None":
    """None for what changes something, and for what is asked for the first time: it may be made for this once."""
    if not isinstance(statement, Select):
        return None
    known = _KNOWN.get(statement)
    if known is None:
        _KNOWN[statement] = {}
        return None
    lengths = tuple([len(value) for value in given.values() if isinstance(value, list)])
    if lengths not in known:
        known[lengths] = Prepared(statement, given)
    return known[lengths]


class Prepared:
    """A SELECT, for lists of certain lengths."""

    def __init__(self, statement: Select[Any], given: Mapping[str, Any]) -> None:
        compiled = statement.compile(dialect=_SQLITE)
        expanded = compiled.construct_expanded_state(dict(given))
        assert not expanded.processors, "what is given has to be turned into what SQLite takes"
        self._text = expanded.statement
        self._fixed = {name: value for name, value in compiled.params.items() if name not in given}
        of_lists = {
            mark: (name, place)
            for name, marks in expanded.parameter_expansion.items()
            for place, mark in enumerate(marks)
        }
        self._marks = [of_lists.get(mark, (mark, None)) for mark in expanded.positiontup or ()]
        types = [column.type.dialect_impl(_SQLITE) for column in statement.selected_columns]
        reads = [each.result_processor(_SQLITE, None) for each in types]
        self._reads: list[tuple[int, Callable[[Any], Any]]] = [
            (place, read) for place, read in enumerate(reads) if read is not None
        ]
        self._keys: SimpleResultMetaData | None = None

    def ask(self, connection: sqlite3.Connection, given: Mapping[str, Any]) -> Result[Any]:
        values = {**self._fixed, **given}
        marks = [values[name] if place is None else values[name][place] for name, place in self._marks]
        cursor = connection.execute(self._text, marks)
        if self._keys is None:
            self._keys = SimpleResultMetaData([column[0] for column in cursor.description])
        rows = cursor.fetchall()
        return IteratorResult(self._keys, map(self._read, rows) if self._reads else iter(rows))

    def _read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        cells = list(row)
        for place, read in self._reads:
            cells[place] = read(cells[place])
        return tuple(cells)
