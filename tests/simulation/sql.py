"""The database of a simulation: real SQLite, asked without threads, in virtual time, by processes that may die in it.

One file for all processes, as PostgreSQL is in production: who writes waits for who wrote first, readers see their
instant. A process that dies leaves its transaction undone; one that freezes in it loses it after a while.
"""

import asyncio
import atexit
import shutil
import sqlite3
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Protocol

from server.ledger.engine import SQLITE_FILE, Database, asker_of, sqlite_engines
from server.ledger.tables import metadata
from tests.simulation.image import image
from tests.simulation.loop import Universe, VirtualLoop, bury

LATENCY_S = 0.0002, 0.006
NO_TIME = 0.5
IDLE_IN_TRANSACTION_S = 4.0
"""A frozen process loses its transaction after so long. PostgreSQL is told 15 s."""
AWAY = "no active connection: the database is away"
"""SQLAlchemy knows by these words that a connection of aiosqlite's is lost."""


class Connection(Protocol):
    """A connection, as the server sees it."""

    loop: VirtualLoop

    @property
    def is_open(self) -> bool: ...

    def end(self) -> None: ...


class SqlServer:
    """Begins as a prepared database. While it `is_away` every statement and every commit fails."""

    def __init__(self, universe: Universe, random: Random, wall: Callable[[], float]) -> None:
        self.is_away = False
        self.wall = wall
        self.committed: list[Callable[[VirtualLoop], object]] = []
        """Called with the process's loop after each commit of a transaction that wrote."""
        self._universe, self._random = universe, random
        self._connections: dict[Connection, None] = {}
        self._writing: Connection | None = None
        self._queue: deque[tuple[Connection, asyncio.Future[None]]] = deque()
        self.looker = _looker()
        """Sees what is committed, at once."""
        _begin_anew(self.looker)

    def close(self) -> None:
        self.drop(lambda _: True)

    def go_away(self) -> None:
        """What was not committed is lost, with all connections."""
        self.is_away = True
        self.drop(lambda _: True)

    def drop(self, which: Callable[["Connection"], bool]) -> None:
        for connection in [each for each in self._connections if which(each)]:
            connection.end()

    # What connections ask ---------------------------------------------------------------------------------------------

    def opened(self, connection: "Connection") -> None:
        if self.is_away:
            raise sqlite3.OperationalError(AWAY)
        self._connections[connection] = None

    def closed(self, connection: "Connection") -> None:
        self._connections.pop(connection, None)
        for waiting, granted in self._queue:
            if waiting is connection and not granted.done():
                granted.set_exception(sqlite3.OperationalError(AWAY))
        self.let_go(connection)

    async def trip(self) -> None:
        """The way to the database and back. Often it takes no time, which spares the simulation a step."""
        if self._random.random() < NO_TIME:
            return
        loop = asyncio.get_running_loop()
        came = loop.create_future()
        timer = loop.call_later(self._random.uniform(*LATENCY_S), came.set_result, None)
        try:
            await came
        finally:
            timer.cancel()

    async def lock(self, connection: "Connection") -> None:
        """The right to write, in the order in which it was asked for."""
        if self._writing is not None:
            granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._queue.append((connection, granted))
            self._universe.after(IDLE_IN_TRANSACTION_S, connection.loop, self._evict, self._writing, granted)
            await granted
        else:
            self._writing = connection

    def _evict(self, writing: "Connection", granted: "asyncio.Future[None]") -> None:
        if not granted.done() and self._writing is writing and writing.loop.is_frozen:
            writing.end()

    def has_committed(self, connection: "Connection") -> None:
        if self.let_go(connection):
            for each in self.committed:
                each(connection.loop)

    def let_go(self, connection: "Connection") -> bool:
        """Whether it had the right to write."""
        if self._writing is not connection:
            return False
        self._writing = None
        while self._queue:
            waiting, granted = self._queue.popleft()
            if not granted.done() and waiting.is_open:
                self._writing = waiting
                granted.set_result(None)
                break
        return True


class SqlConnection:
    """What SQLAlchemy asks of aiosqlite's connection. Statements run in the caller's thread."""

    def __init__(self, server: SqlServer, loop: VirtualLoop, file: str, **options: Any) -> None:
        self._server, self.loop = server, loop
        server.opened(self)
        self._connection: sqlite3.Connection | None = sqlite3.connect(file, **options)
        self._tx = self

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    @property
    def _conn(self) -> sqlite3.Connection:
        return self._must_be_open()

    def _must_be_open(self) -> sqlite3.Connection:
        if self._connection is None or self._server.is_away:
            raise sqlite3.OperationalError(AWAY)
        return self._connection

    def put_nowait(self, work: "tuple[asyncio.Future[Any], Callable[[], Any]]") -> None:
        """How SQLAlchemy hands aiosqlite's thread something to do."""
        answer, function = work
        answer.set_result(function())

    async def create_function(self, *args: Any, **options: Any) -> None:
        self._conn.create_function(*args, **options)

    def cursor(self) -> "SqlCursor":
        return SqlCursor(self)

    async def run(self, execute: Callable[[str, Any], object], statement: str, parameters: Any) -> None:
        await self._server.trip()
        if statement == "BEGIN IMMEDIATE":
            await self._server.lock(self)
        self._must_be_open()
        execute(statement, parameters)

    async def commit(self) -> None:
        await self._server.trip()
        self._conn.commit()
        self._server.has_committed(self)

    async def rollback(self) -> None:
        if self._connection is not None:
            self._connection.rollback()
        self._server.let_go(self)

    async def close(self) -> None:
        self.end()

    def stop(self) -> None:
        self.end()

    def end(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._server.closed(self)


class SqlCursor:
    def __init__(self, connection: SqlConnection) -> None:
        self._connection = connection
        self._cursor = connection._conn.cursor()

    async def __aenter__(self) -> "SqlCursor":
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    async def execute(self, statement: str, parameters: Any = ()) -> None:
        await self._connection.run(self._cursor.execute, statement, parameters)

    async def executemany(self, statement: str, parameters: Iterable[Any]) -> None:
        await self._connection.run(self._cursor.executemany, statement, parameters)

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        return self._cursor.fetchmany(*(() if size is None else (size,)))

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class Access:
    """One process's engines, kept from simulation to simulation: SQLAlchemy compiles each statement once for each."""

    def __init__(self) -> None:
        self._server: SqlServer | None = None
        self._loop: VirtualLoop | None = None
        writer, reader = sqlite_engines(database_file(), self._open)
        self.engines = writer, reader, asker_of(reader)
        self._learn()

    def _learn(self) -> None:
        """An engine's first connection asks the database a few things more: here, so that all worlds are alike."""
        universe = Universe()
        loop = VirtualLoop(universe)
        server = SqlServer(universe, Random(0), lambda: 0.0)
        database = self.database(server, loop)

        async def ask() -> None:
            async with database.writing(), database.reading():
                pass

        asked = loop.begin(ask())
        universe.run_until(1)
        asked.result()
        bury(universe, [loop])
        server.close()

    def database(self, server: SqlServer, loop: VirtualLoop) -> "SharedDatabase":
        """For a process that starts, on that server."""
        self._server, self._loop = server, loop
        for engine in self.engines[:2]:
            engine.sync_engine.dispose(close=False)
        return SharedDatabase(server, *self.engines)

    async def _open(self, file: str, **options: Any) -> SqlConnection:
        assert self._server is not None
        assert self._loop is not None
        await self._server.trip()
        return SqlConnection(self._server, self._loop, file, **options)


class SharedDatabase(Database):
    """Has a clock of its own, as a database that many processes share."""

    has_own_clock = True

    def __init__(self, server: SqlServer, *engines: Any) -> None:
        super().__init__(*engines)
        self._server = server

    async def now_ms(self) -> int:
        await self._server.trip()
        if self._server.is_away:
            raise sqlite3.OperationalError(AWAY)
        return int(self._server.wall() * 1_000)


@cache
def access(index: int) -> Access:
    """Of the process of that number, in every simulation."""
    return Access()


@cache
def database_file() -> Path:
    """In memory, if the machine has a place for that. One file for all worlds: who opens another one has everything to
    parse again."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="wordtide-", dir=memory if memory.is_dir() else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copyfile(image().file, folder / SQLITE_FILE)
    return folder / SQLITE_FILE


@cache
def _looker() -> sqlite3.Connection:
    looker = sqlite3.connect(database_file(), isolation_level=None)
    looker.execute("PRAGMA journal_mode=WAL")
    looker.execute("ATTACH ? AS image", (str(image().file),))
    return looker


def _begin_anew(looker: sqlite3.Connection) -> None:
    """Put back what the prepared database has."""
    filled = looker.execute(_asked_which("main")).fetchone()
    looker.execute("BEGIN IMMEDIATE")
    for table, is_filled, has_rows in zip(metadata.tables, filled, _in_image(), strict=True):
        if is_filled:
            looker.execute(f"DELETE FROM main.{table}")
        if has_rows:
            looker.execute(f"INSERT INTO main.{table} SELECT * FROM image.{table}")
    looker.execute("COMMIT")


@cache
def _in_image() -> Sequence[int]:
    found: Sequence[int] = _looker().execute(_asked_which("image")).fetchone()
    return found


@cache
def _asked_which(database: str) -> str:
    """Which tables have rows."""
    return "SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {database}.{table})" for table in metadata.tables)
