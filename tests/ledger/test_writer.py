"""Group commit: what waits together is committed together, and one bad write harms nobody else's."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ledger.engine import SQLITE_FILE, Database, connect
from server.ledger.writer import GroupCommit, Kind, Single, Singles


class Notes(Kind[int, int]):
    """Writes numbers that must differ; answers each doubled. Below zero cannot be written."""

    def __init__(self, order: int = 1, log: list[str] | None = None) -> None:
        self.order = order
        self.batches: list[list[int]] = []
        self._log = log if log is not None else []

    async def run(self, connection: AsyncConnection, items: Sequence[int]) -> Sequence[int]:
        self.batches.append(list(items))
        self._log.append(f"kind {self.order}")
        if min(items) < 0:
            raise ValueError("below zero cannot be written")
        await connection.execute(text("INSERT INTO notes VALUES (:n)"), [{"n": item} for item in items])
        return [2 * item for item in items]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = connect(None, tmp_path)
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE notes (n INTEGER PRIMARY KEY)"))
    yield database
    await database.close()


@pytest.fixture
async def writer(database: Database) -> AsyncIterator[GroupCommit]:
    writer = GroupCommit(database)
    yield writer
    await writer.close(within_s=10)


async def written(database: Database) -> list[int]:
    async with database.reading() as connection:
        return list((await connection.scalars(text("SELECT n FROM notes ORDER BY n"))).all())


async def test_what_waits_together_is_committed_together(writer: GroupCommit, database: Database) -> None:
    notes = Notes()

    answers = await asyncio.gather(*(writer.submit(notes, n) for n in range(50)))

    assert answers == [2 * n for n in range(50)]
    assert notes.batches == [list(range(50))]
    assert await written(database) == list(range(50))


async def test_a_failing_write_is_its_callers_alone(writer: GroupCommit, database: Database) -> None:
    notes = Notes()

    answers = await asyncio.gather(*(writer.submit(notes, n) for n in (12, -1, 14, 14)), return_exceptions=True)

    assert answers[0] == 24
    assert isinstance(answers[1], ValueError)
    assert answers[2] == 28
    assert isinstance(answers[3], IntegrityError)
    assert await written(database) == [12, 14]
    assert await writer.submit(notes, 15) == 30


async def test_kinds_run_in_their_order_and_singles_by_their_key(writer: GroupCommit) -> None:
    log: list[str] = []
    last, first, singles = Notes(3, log), Notes(1, log), Singles(2)

    def single(key: int) -> Single[None]:
        async def write(_: AsyncConnection) -> None:
            log.append(f"single {key}")

        return Single(key, write)

    ones = [writer.submit(singles, single(key)) for key in (9, 4)]
    await asyncio.gather(writer.submit(last, 1), *ones, writer.submit(first, 2))

    assert log == ["kind 1", "single 4", "single 9", "kind 3"]


async def test_who_stops_waiting_disturbs_nobody(writer: GroupCommit, database: Database) -> None:
    notes = Notes()
    impatient = asyncio.create_task(writer.submit(notes, 1))
    patient = asyncio.create_task(writer.submit(notes, 2))
    await asyncio.sleep(0)
    impatient.cancel()

    assert await patient == 4
    assert await written(database) == [1, 2]


async def test_closing_writes_what_waits_and_takes_no_more(writer: GroupCommit, database: Database) -> None:
    notes = Notes()
    waiting = [asyncio.create_task(writer.submit(notes, n)) for n in range(3)]
    await asyncio.sleep(0)

    await writer.close(within_s=10)

    assert await asyncio.gather(*waiting) == [0, 2, 4]
    with pytest.raises(ConnectionError):
        await writer.submit(notes, 4)
    assert await written(database) == [0, 1, 2]


async def test_closing_does_not_wait_for_a_database_that_says_nothing(writer: GroupCommit) -> None:
    silent = asyncio.Event()

    async def write(connection: AsyncConnection) -> None:
        silent.set()
        await asyncio.Event().wait()

    waiting = [asyncio.create_task(writer.submit(Singles(order=1), Single(n, write))) for n in range(2)]
    await silent.wait()

    await writer.close(within_s=0.01)

    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(answer, ConnectionError) for answer in answers)


async def test_nobody_is_left_waiting_when_the_loop_is_cancelled(writer: GroupCommit, database: Database) -> None:
    notes = Notes()
    waiting = [asyncio.create_task(writer.submit(notes, n)) for n in range(3)]
    await asyncio.sleep(0)
    (loop,) = [task for task in asyncio.all_tasks() if task.get_name() == "ledger writer"]
    await asyncio.sleep(0)

    loop.cancel()

    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(answer, ConnectionError) for answer in answers)
    await writer.close(within_s=10)
    assert await written(database) == []


async def pragma(database: Database, what: str) -> None:
    """On the one connection that writes."""
    async with database.writing() as connection:
        await connection.execute(text(f"PRAGMA {what}"))


async def test_a_full_disk_reaches_the_callers_and_room_again_lets_them_write(
    writer: GroupCommit, database: Database
) -> None:
    notes, many = Notes(), range(5_000)
    await pragma(database, "max_page_count = 3")

    answers = await asyncio.gather(*(writer.submit(notes, n) for n in many), return_exceptions=True)
    again = [n for n, answer in enumerate(answers) if isinstance(answer, OperationalError) and "full" in str(answer)]
    assert again
    assert await written(database) == [n for n in many if answers[n] == 2 * n] == sorted({*many} - {*again})
    await pragma(database, "max_page_count = 1000000")

    assert await asyncio.gather(*(writer.submit(notes, n) for n in again)) == [2 * n for n in again]
    assert await written(database) == list(many)


async def test_a_lock_that_another_program_holds_reaches_the_callers_and_passes(
    writer: GroupCommit, database: Database, tmp_path: Path
) -> None:
    notes = Notes()
    await pragma(database, "busy_timeout = 20")
    shell = sqlite3.connect(tmp_path / SQLITE_FILE, isolation_level=None)
    shell.execute("BEGIN IMMEDIATE")

    answers = await asyncio.gather(*(writer.submit(notes, n) for n in range(3)), return_exceptions=True)
    assert all(isinstance(answer, OperationalError) and "locked" in str(answer) for answer in answers)
    shell.execute("ROLLBACK")
    shell.close()

    assert await asyncio.gather(*(writer.submit(notes, n) for n in range(3))) == [0, 2, 4]
