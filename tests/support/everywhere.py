"""A writer of whom every table holds something, made by walking the tables: a new one is filled by itself."""

import uuid
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Boolean, Column, Date, Float, LargeBinary, String, Table, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ledger.tables import metadata, writers

_ONE_OF = {"projects.unit": "words", "goals.unit": "words", "goals.period": "day"}
"""Where a table takes only some values."""
_SECRET = {"challenge", "public_key", "kept"}


def of_writers() -> Iterator[tuple[Table, list[Column[Any]]]]:
    """Each table that refers to writers, with the columns that do."""
    for table in metadata.sorted_tables:
        columns = [column for column in table.columns if column.references(writers.c.id)]
        if columns:
            yield table, columns


async def fill(connection: AsyncConnection, writer: int, other: int, room: int, mark: str) -> None:
    """A row in every table that refers to writers and has none of this writer's yet; its texts hold the `mark`."""
    for table, columns in of_writers():
        theirs = or_(*(column == writer for column in columns))
        if not await connection.scalar(select(func.count()).select_from(table).where(theirs)):
            row = {column.name: _value(column, mark) for column in table.columns}
            known = {"writer": writer, "other": other, "room": room}
            if table.primary_key.columns.keys() == ["id"] and not isinstance(table.c.id.type, String):
                del row["id"]
            await connection.execute(insert(table).values(row | {name: known[name] for name in known.keys() & row}))


async def rows_of(connection: AsyncConnection, writer: int) -> dict[str, int]:
    """How many rows of each table refer to the writer."""
    found = {}
    for table, columns in of_writers():
        theirs = or_(*(column == writer for column in columns))
        found[table.name] = await connection.scalar(select(func.count()).select_from(table).where(theirs)) or 0
    return found


async def named_in(connection: AsyncConnection, marks: list[str]) -> list[str]:
    """The columns of text, of all tables, in which one of the marks stands."""
    found = []
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, String):
                said = or_(*(column.icontains(mark, autoescape=True) for mark in marks))
                if await connection.scalar(select(func.count()).select_from(table).where(said)):
                    found.append(str(column))
    return found


async def secrets_of(connection: AsyncConnection, writer: int) -> list[str]:
    """What stands in the columns that hold digests and challenges of the writer's."""
    found: list[str] = []
    for table, _ in of_writers():
        for column in table.columns:
            if column.name.endswith("_sha256") or column.name in _SECRET:
                found += map(str, await connection.scalars(select(column).where(table.c.writer == writer)))
    return found


def _value(column: Column[Any], mark: str) -> Any:
    name = str(column)
    if name in _ONE_OF:
        return _ONE_OF[name]
    if isinstance(column.type, String):
        length = column.type.length or 200
        return (f"{uuid.uuid4()} {mark}" if length > len(mark) + 40 else str(uuid.uuid4()))[:length]
    if isinstance(column.type, Date):
        return date(2026, 6, 10)
    if isinstance(column.type, LargeBinary):
        return mark.encode()
    if isinstance(column.type, Boolean):
        return False
    return 1.0 if isinstance(column.type, Float) else 1
