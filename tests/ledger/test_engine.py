"""Where the database is: an address, or a folder."""

import asyncio
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from server.ledger.engine import SQLITE_FILE, backup_sqlite, connect


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://ann:secret@db/wordtide", "postgresql+asyncpg://ann:secret@db/wordtide"),
        ("postgres://db:5433/wordtide", "postgresql+asyncpg://db:5433/wordtide"),
        ("postgresql://db/wordtide?sslmode=require", "postgresql+asyncpg://db/wordtide?ssl=require"),
        ("postgresql://wordtide@/wordtide?host=/run/pg", "postgresql+asyncpg://wordtide@/wordtide?host=%2Frun%2Fpg"),
    ],
)
async def test_an_address_as_libpq_takes_it_is_understood(given: str, used: str, tmp_path: Path) -> None:
    database = connect(given, tmp_path)

    assert database.address.render_as_string(hide_password=False) == used
    await database.close()


@pytest.mark.parametrize("given", ["mysql://db/wordtide", "sqlite:///x", "redis://localhost"])
def test_another_databases_address_is_refused(given: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        connect(given, tmp_path)


async def test_sqlite_is_kept_in_the_folder_and_syncs_each_commit(tmp_path: Path) -> None:
    database = connect(None, tmp_path / "new" / "folder")
    async with database.writing() as connection:
        asked = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar() for name in ("journal_mode", "synchronous")
        ]
    await database.close()

    assert asked == ["wal", 2]
    assert (tmp_path / "new" / "folder").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["why?", "a#b", "%41"])
async def test_a_folder_may_have_any_name(name: str, tmp_path: Path) -> None:
    """Each of these signs means something else in an address."""
    database = connect(None, tmp_path / name)
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE t (n INTEGER)"))
    backup_sqlite(tmp_path / name / SQLITE_FILE, tmp_path / name / "copy")
    await database.close()

    assert os.listdir(tmp_path) == [name]
    with closing(sqlite3.connect(tmp_path / name / "copy")) as copy:
        assert copy.execute("SELECT name FROM sqlite_master").fetchall() == [("t",)]


class LateToStop(logging.Handler):
    """Holds aiosqlite's threads up when they are told to stop, as a busy machine may."""

    def emit(self, record: logging.LogRecord) -> None:
        if "close_and_stop" in str(record.args):
            time.sleep(0.02)


@pytest.fixture
def _threads_are_late_to_stop() -> Iterator[None]:
    logger, late = logging.getLogger("aiosqlite"), LateToStop()
    level, propagate = logger.level, logger.propagate
    logger.addHandler(late)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    yield
    logger.removeHandler(late)
    logger.setLevel(level)
    logger.propagate = propagate


@pytest.mark.usefixtures("_threads_are_late_to_stop")
async def test_a_file_that_cannot_be_opened_leaves_no_thread_behind(tmp_path: Path) -> None:
    """Such a thread would answer an event loop that is closed by then."""
    (tmp_path / "wordtide.sqlite3").mkdir()
    database = connect(None, tmp_path)
    before = set(threading.enumerate())
    with pytest.raises(OperationalError):
        async with database.asking():
            pass
    left = database_threads(before)
    await database.close()

    assert left == []


@pytest.mark.usefixtures("_threads_are_late_to_stop")
async def test_nothing_runs_on_once_it_is_closed_though_somebody_was_reading(tmp_path: Path) -> None:
    database = connect(None, tmp_path)
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE t (n INTEGER)"))
    before = set(threading.enumerate())
    reading = asyncio.Event()

    async def read() -> None:
        async with database.reading() as connection:
            reading.set()
            while True:
                await connection.execute(text("SELECT * FROM t"))

    reader = asyncio.create_task(read())
    await reading.wait()
    await database.close()
    with pytest.raises((OperationalError, ValueError)):  # aiosqlite's own, where it is asked between two statements
        await reader
    assert not database_threads(before)


@pytest.mark.usefixtures("_threads_are_late_to_stop")
async def test_a_reader_that_is_cancelled_twice_leaves_no_thread_behind(tmp_path: Path) -> None:
    database = connect(None, tmp_path)
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE t (n INTEGER)"))
    before = set(threading.enumerate())

    async def read() -> None:
        async with database.reading() as connection:
            while True:
                await connection.execute(text("SELECT * FROM t"))

    for steps in range(30):
        reader = asyncio.create_task(read())
        for _ in range(steps):
            await asyncio.sleep(0)
        reader.cancel()
        await asyncio.sleep(0)
        reader.cancel()
        with suppress(asyncio.CancelledError):
            await reader
    await database.close()
    assert not database_threads(before)


def database_threads(before: set[threading.Thread]) -> list[str]:
    """Those that were not there before."""
    return [each.name for each in set(threading.enumerate()) - before if "_connection_worker_thread" in each.name]
