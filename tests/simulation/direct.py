"""A short way to the simulated database: the ledger's own statements, by SQLAlchemy's synchronous connection or, where
they come again and again, as they were prepared once.

SQLAlchemy's asynchronous engine with its pool costs three times what a statement does. Most worlds go without: what is
sent to SQLite, and when, is the same. One world in `ENGINE_EVERY` has the product's engine as it is.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, Executable, Row, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tests.simulation.loop import VirtualLoop
from tests.simulation.prepared import prepared
from tests.simulation.sql import AWAY, SharedDatabase, SqlServer, access, database_file

ENGINE_EVERY = 100

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]] | None


class DirectDatabase(SharedDatabase):
    def __init__(self, server: SqlServer, loop: VirtualLoop) -> None:
        super().__init__(server, *access(0).engines)
        self._loop = loop
        self._idle: list[DirectConnection] = []

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Any]:
        async with self._connection() as connection:
            await self._server.trip()
            try:
                with _as_sqlalchemy():
                    await self._server.lock(connection)
                connection.run("BEGIN IMMEDIATE")
                yield connection
                await self._server.trip()
                connection.run("COMMIT")
            except BaseException:
                connection.roll_back()
                raise
            self._server.has_committed(connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Any]:
        async with self._connection() as connection:
            await self._server.trip()
            connection.run("BEGIN")
            try:
                yield connection
            finally:
                connection.roll_back()

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[Any]:
        async with self._connection() as connection:
            yield connection

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator["DirectConnection"]:
        self._idle = [each for each in self._idle if each.is_open]
        if not self._idle:
            await self._server.trip()
            self._idle.append(DirectConnection(self._server, self._loop))
        connection = self._idle.pop()
        try:
            yield connection
        finally:
            self._idle.append(connection)

    async def close(self) -> None:
        for connection in self._idle:
            connection.end()


class DirectConnection:
    """What the ledger asks of SQLAlchemy's AsyncConnection."""

    def __init__(self, server: SqlServer, loop: VirtualLoop) -> None:
        self._server, self.loop = server, loop
        with _as_sqlalchemy():
            server.opened(self)
        self._raw, sync = _IDLE.pop() if _IDLE else _opened()
        self._sync: Connection | None = sync

    @property
    def is_open(self) -> bool:
        return self._sync is not None

    def end(self) -> None:
        if self._sync is not None:
            self._raw.rollback()
            _IDLE.append((self._raw, self._sync))
            self._sync = None
        self._server.closed(self)

    def _must_be_open(self) -> Connection:
        if self._sync is None or self._server.is_away:
            raise OperationalError("", None, sqlite3.OperationalError(AWAY))
        return self._sync

    def run(self, statement: str) -> None:
        self._must_be_open()
        self._raw.execute(statement)

    def roll_back(self) -> None:
        if self._sync is not None and self._raw.in_transaction:
            self._raw.rollback()
        self._server.let_go(self)

    async def execute(self, statement: Executable, parameters: Parameters = None) -> Any:
        await self._server.trip()
        connection = self._must_be_open()
        rows = parameters if isinstance(parameters, Sequence) else [parameters or {}]
        ways = [prepared(statement, row) for row in rows]
        if None in ways:
            return connection.execute(statement, parameters)
        return [way.put(self._raw, row) for way, row in zip(ways, rows, strict=True) if way][-1]

    async def exec_driver_sql(self, text: str, rows: Sequence[Sequence[Any]]) -> None:
        """What has been compiled already, for each of these."""
        await self._server.trip()
        self._must_be_open()
        self._raw.executemany(text, rows)

    async def scalar(self, statement: Executable, parameters: Parameters = None) -> Any:
        return (await self.execute(statement, parameters)).scalar()

    async def scalars(self, statement: Executable, parameters: Parameters = None) -> Any:
        return (await self.execute(statement, parameters)).scalars()

    @asynccontextmanager
    async def stream(self, statement: Executable, parameters: Parameters = None) -> AsyncIterator["Stream"]:
        yield Stream(await self.execute(statement, parameters))


@contextmanager
def _as_sqlalchemy() -> Iterator[None]:
    """SQLAlchemy's word for what SQLite raises."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OperationalError("", None, error) from None


class Stream:
    """What SQLAlchemy's AsyncResult is asked for."""

    def __init__(self, result: Any) -> None:
        self._result = result

    async def partitions(self, size: int) -> AsyncIterator[Sequence[Row[Any]]]:
        for part in self._result.partitions(size):
            yield part


_IDLE: list[tuple[sqlite3.Connection, Connection]] = []
"""Connections that no process has just now. They know how to run what was run on them before, which takes SQLite longer
to learn than to do."""


def _opened() -> tuple[sqlite3.Connection, Connection]:
    sync = _engine().connect()
    raw: Any = sync.connection.dbapi_connection
    sync.detach()
    return raw, sync


@cache
def _engine() -> Engine:
    """One for all connections: each engine compiles every statement for itself."""
    return create_engine(f"sqlite:///{database_file()}", poolclass=NullPool, isolation_level="AUTOCOMMIT")
