"""Imports: many sessions in small transactions, which become part of the history all at once, and go all at once.

Whether they are seen hangs on the import's own row: the last step changes that one row and not a hundred thousand.
"""

import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ColumnElement,
    Date,
    Float,
    Integer,
    Row,
    Select,
    String,
    Table,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from protocol.messages import CountFlags
from server.core.imports import ImportRecord, NewProject, SupersededError
from server.core.records import TakenError
from server.ledger.amounts import ARRIVED
from server.ledger.engine import Database
from server.ledger.rows import in_slices
from server.ledger.tables import imports, projects, writing_sessions
from server.ledger.writer import MAX_BATCH, GroupCommit, Kind, RunOrder, Single, Singles

IMPORTS = Singles(RunOrder.IMPORTS)
_OF = writing_sessions.c
DISCARD = 1_000
"""Sessions of an unwanted import that go in one transaction."""
GIVEN_UP = 0
"""When an import began that takes nothing more: all it brought is about to be deleted."""
EVERY_DAY = "1111111"
"""Weights of a project that is worked on alike on each weekday."""


_UNDER_WAY = and_(imports.c.done_at.is_(None), imports.c.started_at > GIVEN_UP)


class Chunk(NamedTuple):
    """Sessions of an import as JSON, each a list of what _TOLD names.

    SQL takes it apart: bound one by one, the values would hold the event loop.
    """

    import_id: str
    writer: int
    zone: str
    rows: str
    now: int


class Chunks(Kind[Chunk, int]):
    """Answers how many sessions were new. Each has a transaction of its own."""

    order = RunOrder.CHUNKS

    def __init__(self, database: Database) -> None:
        self._store = _store(database.insert, database.is_sqlite)

    def weight(self, item: Chunk) -> int:
        return MAX_BATCH

    async def run(self, connection: AsyncConnection, items: Sequence[Chunk]) -> Sequence[int]:
        return [await self._run(connection, each) for each in items]

    async def _run(self, connection: AsyncConnection, item: Chunk) -> int:
        said = {"import": item.import_id, "writer": item.writer, "zone": item.zone, "rows": item.rows, "now": item.now}
        words = [row.words for row in await connection.execute(self._store, said)]
        mine = update(imports).where(imports.c.id == item.import_id, _UNDER_WAY)
        added = sum(max(0, each) for each in words)
        more = {"sessions": imports.c.sessions + len(words), "words": imports.c.words + added}
        if not (await connection.execute(mine.values(more))).rowcount:
            raise SupersededError
        return len(words)


class Imports:
    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer
        self._chunks = Chunks(database)

    async def known(self, writer: int) -> set[str]:
        """The keys of all that was imported; those of an import that is not done are not among them."""
        keys = select(_OF.import_key).where(_OF.writer == writer, _OF.import_key.is_not(None), ARRIVED)
        return await self._strings(keys)

    async def session_ids(self, writer: int) -> set[str]:
        return await self._strings(select(_OF.id).where(_OF.writer == writer, ARRIVED))

    async def _strings(self, chosen: Select[tuple[Any]]) -> set[str]:
        async with self._database.reading() as connection:
            return {row[0] async for row in in_slices(connection, chosen, {})}

    async def projects(self, writer: int) -> list[tuple[str, str, str]]:
        """(id, title, unit) of all of them, the oldest first."""
        chosen = select(projects.c.id, projects.c.title, projects.c.unit).where(projects.c.writer == writer)
        async with self._database.asking() as connection:
            return [
                (row.id, row.title, row.unit)
                for row in await connection.execute(chosen.order_by(projects.c.created_at))
            ]

    async def of(self, writer: int) -> list[ImportRecord]:
        """Those that are done, newest first."""
        chosen = select(imports).where(imports.c.writer == writer, imports.c.done_at.is_not(None))
        async with self._database.asking() as connection:
            return [_record(row) for row in await connection.execute(chosen.order_by(imports.c.done_at.desc()))]

    async def done(self, id: UUID, writer: int) -> ImportRecord | None:
        """The import of this id, where it is done. TakenError: it is another writer's."""
        async with self._database.asking() as connection:
            found = (await connection.execute(select(imports).where(imports.c.id == str(id)))).one_or_none()
        if found is not None and found.writer != writer:
            raise TakenError("this id is another writer's import")
        return None if found is None or found.done_at is None else _record(found)

    async def begin(self, id: UUID, writer: int, kind: str, file_name: str, now: int) -> None:
        """From now on it may be stored. Whatever the writer's earlier ones left behind half-way is gone."""
        left = select(imports.c.id).where(imports.c.writer == writer, imports.c.done_at.is_(None))
        async with self._database.asking() as connection:
            remains = (await connection.scalars(left)).all()
        for each in remains:
            await self._discard(each)
        row = {"id": str(id), "writer": writer, "kind": kind, "file_name": file_name, "started_at": now}

        async def write(connection: AsyncConnection) -> None:
            await connection.execute(insert(imports).values(**row, sessions=0, words=0))

        await self._writer.submit(IMPORTS, Single(writer, write))

    async def store(self, id: UUID, writer: int, zone: str, rows: str, now: int) -> int:
        """How many of them were new. SupersededError: the writer began another import."""
        return await self._writer.submit(self._chunks, Chunk(str(id), writer, zone, rows, now))

    async def finish(self, id: UUID, writer: int, made: Sequence[NewProject], now: int) -> ImportRecord:
        """From now on all of it is part of the history. SupersededError: the writer began another import."""

        async def write(connection: AsyncConnection) -> ImportRecord:
            for each in made:
                values = each._asdict() | {"start_total": 0, "weights": EVERY_DAY, "created_at": now}
                await connection.execute(insert(projects).values(writer=writer, **values))
            mine = update(imports).where(imports.c.id == str(id), _UNDER_WAY)
            done = mine.values(done_at=now, projects=json.dumps([each.id for each in made])).returning(imports)
            row = (await connection.execute(done)).one_or_none()
            if row is None:
                raise SupersededError
            return _record(row)

        return await self._writer.submit(IMPORTS, Single(writer, write))

    async def undo(self, id: str, writer: int) -> bool:
        """Whether there was such an import. All it brought is gone at once, with the projects it made that are as it
        made them."""

        async def write(connection: AsyncConnection) -> bool:
            its = update(imports).where(imports.c.id == id, imports.c.writer == writer)
            # Not done, and long ago: whatever is not deleted now, the next pruning finds.
            gone = its.where(imports.c.done_at.is_not(None)).values(done_at=None, started_at=GIVEN_UP)
            made = await connection.scalar(gone.returning(imports.c.projects))
            if made is None:
                return False
            await connection.execute(_untouched(json.loads(made), id))
            return True

        was: bool = await self._writer.submit(IMPORTS, Single(writer, write))
        if was:
            await self._discard(id)
        return was

    async def _discard(self, id: str) -> None:
        """All of an import that is not done. Its row goes last, and with the last of its sessions: those that are of no
        import are seen.
        """
        given_up = update(imports).where(imports.c.id == id, imports.c.done_at.is_(None)).values(started_at=GIVEN_UP)
        some = select(_OF.id).where(_OF.imported_by == id).limit(DISCARD)

        async def write(connection: AsyncConnection) -> bool:
            """Whether there is more of it. Its row is changed first: a chunk that another process stores waits, too."""
            if not (await connection.execute(given_up)).rowcount:
                return False
            if (await connection.execute(delete(writing_sessions).where(_OF.id.in_(some)))).rowcount >= DISCARD:
                return True
            await connection.execute(delete(imports).where(imports.c.id == id))
            return False

        while await self._writer.submit(IMPORTS, Single(0, write)):
            pass


def _untouched(made: Sequence[str], id: str) -> Any:
    """Deletes of these projects those that nobody chose, planned with or gave other sessions to."""
    others = exists().where(_OF.project == projects.c.id, or_(_OF.imported_by.is_(None), _OF.imported_by != id))
    plain = (
        *(projects.c[name].is_(None) for name in ("target", "deadline", "chosen_at")),
        projects.c.start_total == 0,
        projects.c.weights == EVERY_DAY,
    )
    return delete(projects).where(projects.c.id.in_(made), *plain, ~others)


def _record(row: Row[Any]) -> ImportRecord:
    return ImportRecord(row.id, row.kind, row.file_name, row.sessions, row.words, row.started_at, row.done_at)


@cache
def _store(insert_of: Callable[[Table], sqlite.Insert], is_sqlite: bool) -> Any:
    """INSERT of a chunk, made once: what its JSON says, and what all its rows have in common."""
    told = _told_sqlite() if is_sqlite else _told_postgresql()
    same: dict[str, ColumnElement[Any]] = {
        "writer": bindparam("writer", type_=BigInteger),
        "imported_by": bindparam("import", type_=String),
        "zone": bindparam("zone", type_=String),
        "source": literal("import"),
        "local_hour": literal(12),
        "seq": bindparam("now", type_=BigInteger),
        "stored_at": bindparam("now", type_=BigInteger),
        "flags": literal(int(CountFlags.REPORTED)),
        "active_ms": literal(0),
        "start_total": literal(0),
        "counts": literal(False, Boolean),
    }
    values = told | same
    chosen = select(*values.values()).where(literal(True))  # SQLite would take ON CONFLICT for a join's condition
    stored = insert_of(writing_sessions).from_select(list(values), chosen)
    return stored.on_conflict_do_nothing(index_elements=["writer", "import_key"]).returning(_OF.words)


_TOLD: tuple[tuple[str, TypeEngine[Any]], ...] = (
    ("id", Text()),
    ("started_at", BigInteger()),
    ("local_day", Date()),
    ("rollover", Integer()),
    ("words", Integer()),
    ("minutes", Float()),
    ("project", Text()),
    ("amount", Integer()),
    ("note", Text()),
    ("import_key", Text()),
)


def _told_sqlite() -> dict[str, ColumnElement[Any]]:
    row = func.json_each(bindparam("rows", type_=Text)).table_valued("value").c.value
    return {name: type_coerce(func.json_extract(row, f"$[{place}]"), kind) for place, (name, kind) in enumerate(_TOLD)}


def _told_postgresql() -> dict[str, ColumnElement[Any]]:
    rows = cast(bindparam("rows", type_=Text), JSON)
    row = func.json_array_elements(rows).table_valued("value").c.value
    return {name: cast(row.op("->>")(place), kind) for place, (name, kind) in enumerate(_TOLD)}
