"""What is put to SQL again and again, put to SQLite past SQLAlchemy, whose way there takes five times as long.

What SQLite is told is what SQLAlchemy's compiler makes of the statement, and its answer becomes SQLAlchemy's rows.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Executable, Row, UpdateBase
from sqlalchemy.dialects.sqlite.pysqlite import dialect
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.sql.compiler import SQLCompiler

Given = Mapping[str, Any]
Turn = Callable[[Any], Any] | None
"""Into what SQLite takes, or out of what it gives. None: it is the same."""

_SQLITE = dialect()
_KNOWN: "WeakKeyDictionary[Executable, dict[tuple[tuple[str, int], ...], Prepared]]" = WeakKeyDictionary()
"""By the names of what is given and, of a list, its length: IN has a mark for each in it."""


def prepared(statement: Executable, given: Given) -> "Prepared | None":
    """None for what is put for the first time: it may have been made for this once."""
    known = _KNOWN.get(statement)
    if known is None:
        _KNOWN[statement] = {}
        return None
    shape = tuple([(name, len(value) if isinstance(value, list) else 0) for name, value in given.items()])
    if shape not in known:
        known[shape] = Prepared(statement, given)
    return known[shape]


class Answer:
    """What the ledger asks of SQLAlchemy's Result, whose like takes longer to be made than the rows. `rowcount`: how
    many rows were changed.
    """

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> list[Any]:
        return self._rows

    def one(self) -> Any:
        (row,) = self._rows
        return row

    def one_or_none(self) -> Any:
        return self.one() if self._rows else None

    def scalar(self) -> Any:
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        return self.one()[0]

    def scalars(self) -> "Answer":
        return Answer([row[0] for row in self._rows], self.rowcount)

    def partitions(self, size: int) -> Iterator[list[Any]]:
        return (self._rows[start : start + size] for start in range(0, len(self._rows), size))


class Prepared:
    """A statement, for what has one shape."""

    def __init__(self, statement: Any, given: Given) -> None:
        names = list(given) if isinstance(statement, UpdateBase) else None
        compiled = statement.compile(dialect=_SQLITE, column_keys=names)
        assert isinstance(compiled, SQLCompiler)
        expanded = compiled.construct_expanded_state(dict(given))
        self._text = expanded.statement
        self._fixed = {name: value for name, value in compiled.params.items() if name not in given}
        of_lists = {
            mark: (name, place)
            for name, marks in expanded.parameter_expansion.items()
            for place, mark in enumerate(marks)
        }
        places = [of_lists.get(mark, (mark, None)) for mark in expanded.positiontup or ()]
        types = {name: bind.type.dialect_impl(_SQLITE) for name, bind in compiled.binds.items()}
        self._marks = [(name, place, types[name].bind_processor(_SQLITE)) for name, place in places]
        self._reads: list[Turn] = [
            column.type.dialect_impl(_SQLITE).result_processor(_SQLITE, None) for column in statement.exported_columns
        ]
        self._reads_as_is = not any(self._reads)
        self._keys: SimpleResultMetaData | None = None

    def put(self, connection: sqlite3.Connection, given: Given) -> Answer:
        values = {**self._fixed, **given}
        marks = []
        for name, place, turn in self._marks:
            value = values[name] if place is None else values[name][place]
            marks.append(value if turn is None else turn(value))
        cursor = connection.execute(self._text, marks)
        if self._keys is None:
            self._keys = SimpleResultMetaData([column[0] for column in cursor.description or ()])
        keys, places, found = self._keys, self._keys._key_to_index, cursor.fetchall()
        told = found if self._reads_as_is else map(self._read, found)
        rows: list[Row[Any]] = [Row(keys, None, places, each) for each in told]
        return Answer(rows, cursor.rowcount)

    def _read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple([cell if turn is None else turn(cell) for cell, turn in zip(row, self._reads, strict=True)])
