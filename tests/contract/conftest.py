"""The databases that every ledger's contract is run on. A PostgreSQL that cannot start fails the tests."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest

from server.ledger.ledger import SqlLedger
from tests.support.ledgers import Place, judge_sessions_at_now, postgres_place, prepare_postgres, sqlite_place
from tests.support.postgres import Postgres

Two = tuple[SqlLedger, SqlLedger]


@pytest.fixture(autouse=True)
def _sessions_at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    judge_sessions_at_now(monkeypatch)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    server = Postgres.start_new()
    try:
        prepare_postgres(server, tmp_path_factory.mktemp("postgres"))
        yield server
    finally:
        server.close()


@pytest.fixture
async def sqlite_database(tmp_path: Path) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        yield sqlite_place(tmp_path / "data", stack)


@pytest.fixture
async def postgres_database(postgres: Postgres, tmp_path: Path) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        yield await postgres_place(postgres, tmp_path / "data", stack)


@pytest.fixture
async def sqlite_empty(tmp_path: Path) -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        yield Place(None, tmp_path / "data", stack)


@pytest.fixture
async def postgres_empty(postgres: Postgres, tmp_path: Path) -> AsyncIterator[Place]:
    connection = await asyncpg.connect(postgres.url())
    try:
        async with AsyncExitStack() as stack:
            await connection.execute("CREATE DATABASE bare")
            yield Place(postgres.url("bare"), tmp_path / "data", stack)
        await connection.execute("DROP DATABASE bare WITH (FORCE)")
    finally:
        await connection.close()


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest) -> Place:
    """Without a schema."""
    place: Place = request.getfixturevalue(f"{request.param}_empty")
    return place


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Place:
    place: Place = request.getfixturevalue(f"{request.param}_database")
    return place


@pytest.fixture
async def ledger(database: Place) -> SqlLedger:
    return await database.open()


@pytest.fixture
async def two(postgres: Postgres, postgres_database: Place) -> AsyncIterator[Two]:
    """Two processes. The test fails where PostgreSQL had to break a circle of waiting ones."""
    log = postgres.folder / "log"
    before = log.read_text().count("deadlock detected")
    yield await postgres_database.open(), await postgres_database.open()
    assert log.read_text().count("deadlock detected") == before


async def someone_waits(postgres: Postgres, many: int = 1) -> bool:
    """At least so many."""
    connection = await asyncpg.connect(postgres.url())
    try:
        waiting: int = await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return waiting >= many
    finally:
        await connection.close()
