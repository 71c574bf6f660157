"""The way to the database: SQLite in the data folder, or PostgreSQL. The rest of the ledger hardly sees which."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from pathlib import Path
from typing import IO, Any, Self
from weakref import WeakSet

import aiosqlite
from sqlalchemy import BigInteger, ColumnElement, Connection, Dialect, Table, any_, bindparam, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from server.ledger import folding
from server.ledger.answers import OF_POSTGRESQL, OF_SQLITE

SQLITE_FILE = "wordtide.sqlite3"
LOCK_FILE = "wordtide.lock"
CONNECT_TIMEOUT_S = 5
STATEMENT_TIMEOUT_S = 15
BUSY_TIMEOUT_MS = 5_000
"""How long SQLite waits for a lock that some other program (a shell, a backup) holds on the file."""

WITHOUT_BEGIN = "wordtide_without_begin"


class DataFolderInUse(RuntimeError):
    """Another process serves from this data folder: two writers on one SQLite file would harm it."""


Listed = Callable[[ColumnElement[int], str], ColumnElement[bool]]
"""Says that a column is one of the integers in a list, which is given by this name when the statement runs.

PostgreSQL gets it as one value: with hundreds of them one by one, as `rows.among` has it, the statement would be longer
than its answer.
"""


def _listed_in_sqlite(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    return column.in_(bindparam(name, expanding=True))


def _listed_in_postgresql(column: ColumnElement[int], name: str) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=postgresql.ARRAY(BigInteger)))


class Database:
    """Connections to one database. `insert` makes an INSERT that knows ON CONFLICT in the database's dialect, `json`
    JSON as it does.
    """

    def __init__(
        self,
        writer: AsyncEngine,
        reader: AsyncEngine,
        asker: AsyncEngine,
        lock: IO[str] | None = None,
        opened: Iterable["_SqliteConnection"] = (),
    ) -> None:
        """`opened`: the connections to SQLite that are open, as they come and go."""
        self._writer, self._reader, self._asker, self._lock = writer, reader, asker, lock
        self._opened = opened
        self.dialect: Callable[[], Dialect] = type(writer.dialect)
        self.is_sqlite = writer.dialect.name == "sqlite"
        self.listed: Listed = _listed_in_sqlite if self.is_sqlite else _listed_in_postgresql
        self.json = OF_SQLITE if self.is_sqlite else OF_POSTGRESQL
        self.address = writer.url
        self._fold: folding.Fold | None = folding.fold_on_sqlite if self.is_sqlite else None
        self.insert: Callable[[Table], sqlite.Insert] = sqlite.insert if self.is_sqlite else _postgresql_insert

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction. On SQLite there is one connection that writes, so only one at a time."""
        return self._writer.begin()

    @asynccontextmanager
    async def upgrading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may take its time, and wait for another process's."""
        if self.is_sqlite:
            async with self.writing() as connection:
                yield connection
            return
        patient = create_async_engine(self.address, poolclass=NullPool, connect_args={"timeout": CONNECT_TIMEOUT_S})
        async with patient.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction whose reads all see the same instant."""
        async with self._reader.connect() as connection:
            yield connection

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[AsyncConnection]:
        """For one statement, which needs no transaction around it."""
        async with self._asker.connect() as connection:
            yield connection

    @property
    def has_own_clock(self) -> bool:
        return not self.is_sqlite

    async def now_ms(self) -> int:
        if self.is_sqlite:
            return time.time_ns() // 1_000_000
        async with self.asking() as connection:
            return int(await connection.scalar(text("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)")))

    async def fold(self) -> folding.Fold:
        """How this database takes the case from a text, as `folding.folded` does."""
        if self._fold is None:
            known = text("SELECT collname FROM pg_collation WHERE collname = ANY(:names) AND collencoding IN (-1, 6)")
            async with self.asking() as connection:
                found = set(await connection.scalars(known, {"names": list(folding.COLLATIONS)}))
            self._fold = folding.fold_on_postgresql(next((each for each in folding.COLLATIONS if each in found), None))
        return self._fold

    async def close(self) -> None:
        await self._writer.dispose()
        if self._reader is not self._writer:
            await self._reader.dispose()
        for connection in list(self._opened):  # somebody still reads, or was cancelled in the middle of it
            await connection.ended()
        if self._lock is not None:
            self._lock.close()


def connect(url: str | None, data: Path, beside: bool = False) -> Database:
    """Raises ValueError for an address that is not PostgreSQL's, DataFolderInUse for a second process on SQLite.

    `beside`: for a few quick statements while a server may have the folder. What that holds in memory has to know
    nothing of them.
    """
    return _connect_sqlite(data, beside) if url is None else _connect_postgresql(_address(url))


def backup_sqlite(file: Path, path: Path) -> None:
    """Copy the database as of now, also beside a server that is writing to it, for its owner's eyes alone.

    FileExistsError if `path` is taken. Where it fails, nothing is left there.
    """
    try:
        path.touch(mode=0o600, exist_ok=False)  # into an empty file it may be copied
    except FileExistsError:
        raise FileExistsError(f"{path} exists already: choose another name") from None
    try:
        address = f"{file.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_MS / 1_000)) as source:
            source.execute("VACUUM INTO ?", (str(path),))
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _postgresql_insert(table: Table) -> Any:
    return postgresql.insert(table)


def _address(url: str) -> URL:
    given = make_url(url)
    if given.get_backend_name() not in ("postgresql", "postgres"):
        raise ValueError("the database's address begins with postgresql://")
    # libpq says sslmode, asyncpg says ssl; the values are the same.
    query = {("ssl" if name == "sslmode" else name): value for name, value in given.query.items()}
    return given.set(drivername="postgresql+asyncpg", query=query)


def _connect_postgresql(address: URL) -> Database:
    engine = create_async_engine(
        address,
        pool_size=6,
        max_overflow=6,
        pool_timeout=CONNECT_TIMEOUT_S,
        # After a restart of PostgreSQL every pooled connection is dead: find out before a caller does.
        pool_pre_ping=True,
        connect_args={
            "timeout": CONNECT_TIMEOUT_S,
            "command_timeout": STATEMENT_TIMEOUT_S,
            # A process that froze in a transaction must not hold a room's lock for ever.
            "server_settings": {"idle_in_transaction_session_timeout": "15s", "lock_timeout": "10s"},
        },
    )
    reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database(engine, reader, engine.execution_options(isolation_level="AUTOCOMMIT"))


def _connect_sqlite(data: Path, beside: bool) -> Database:
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = None if beside else _lock_folder(data)
    opened: WeakSet[_SqliteConnection] = WeakSet()

    async def open_one(file: str, **options: Any) -> _SqliteConnection:
        connection = _SqliteConnection(file, options)
        opened.add(connection)
        return await connection.begun()

    writer, reader = sqlite_engines(data / SQLITE_FILE, open_one)
    return Database(writer, reader, asker_of(reader), lock, opened)


def sqlite_engines(file: Path, open_one: Callable[..., Awaitable[Any]]) -> tuple[AsyncEngine, AsyncEngine]:
    """The writing engine, the reading one. `open_one(file, **options)` opens a connection as aiosqlite has."""
    address = URL.create("sqlite+aiosqlite", database=str(file))  # in a text a "?" would end the path
    shared: dict[str, Any] = {"pool_timeout": STATEMENT_TIMEOUT_S, "connect_args": {"async_creator_fn": open_one}}
    writer = create_async_engine(address, pool_size=1, max_overflow=0, **shared)
    reader = create_async_engine(address, pool_size=4, max_overflow=4, **shared)
    # Results are rare and precious: FULL, so that what was acknowledged survives the loss of power.
    _prepare(
        writer, "BEGIN IMMEDIATE", ["PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON"]
    )
    _prepare(reader, "BEGIN", ["PRAGMA query_only=ON"])
    return writer, reader


def asker_of(reader: AsyncEngine) -> AsyncEngine:
    """The same connections for single statements, without a transaction around each."""
    return reader.execution_options(**{WITHOUT_BEGIN: True})


class _SqliteConnection(aiosqlite.Connection):
    """aiosqlite's connection, whose thread is waited for. By itself it leaves threads behind that answer an event loop
    which may be closed by then: where opening fails, and where a task is cancelled in the middle of a statement.
    """

    def __init__(self, file: str, options: Mapping[str, Any]) -> None:
        super().__init__(lambda: sqlite3.connect(file, **options), iter_chunk_size=64)
        self._thread.daemon = True  # as SQLAlchemy's own opening has it: no thread keeps a process that ends

    async def begun(self) -> Self:
        try:
            await self
        except BaseException:
            await self.ended()
            raise
        return self

    def stop(self) -> "asyncio.Future[Any] | None":
        # A second time the thread has ended, and would never answer whoever waits for it.
        return super().stop() if self._running else None

    async def ended(self) -> None:
        self.stop()
        await asyncio.to_thread(self._thread.join)


def _prepare(engine: AsyncEngine, begin: str, pragmas: list[str]) -> None:
    """Let transactions begin with `begin`, which Python's sqlite3 would otherwise do in its own way and late."""

    def on_connect(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in [f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}", *pragmas]:
            cursor.execute(pragma)
        cursor.close()
        connection.create_function(folding.FOLDED, 1, folding.folded_or_null, deterministic=True)

    event.listen(engine.sync_engine, "connect", on_connect)

    def on_begin(connection: Connection) -> None:
        if WITHOUT_BEGIN not in connection.get_execution_options():
            connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "begin", on_begin)


def _lock_folder(data: Path) -> IO[str]:
    import fcntl

    file = (data / LOCK_FILE).open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as taken:
        file.close()
        raise DataFolderInUse(
            f"another Wordtide serves from {data}: stop it, or give this one a folder of its own (WORDTIDE_DATA)"
        ) from taken
    return file
