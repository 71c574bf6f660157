"""The database goes away, is full, or is someone else's: callers are told, nothing acknowledged is lost."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import SQLAlchemyError

from server.core.board import Register
from server.ledger.engine import DataFolderInUse
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import LIMITS, NOW, Place, group, row_counts
from tests.support.postgres import Postgres
from tests.support.wait import wait_until

AWAY = (OSError, SQLAlchemyError)
"""What callers may be told while the database is away."""


@pytest.fixture
def restarting(postgres: Postgres) -> Iterator[Postgres]:
    """The server, which stands again after the test whatever became of it."""
    yield postgres
    if not postgres.running:
        postgres.start()


async def test_after_a_crash_of_postgresql_the_writer_goes_on_and_nothing_acknowledged_is_lost(
    restarting: Postgres, postgres_database: Place
) -> None:
    ledger = await postgres_database.open()
    room = await group(ledger, 2)
    sprint = await room.start()
    acknowledged, refused, crashed = 0, 0, asyncio.Event()

    async def write() -> None:
        nonlocal acknowledged, refused
        n = 0
        while not crashed.is_set():
            n += 1
            try:
                stands = await ledger.checkpoint(sprint.id, [room.row(n % 2, NOW + n, n)], NOW)
                acknowledged = max(acknowledged, stands[n % 2].register.words)
            except AWAY:
                refused += 1
                await asyncio.sleep(0.01)

    writing = asyncio.create_task(write())
    await wait_until(lambda: acknowledged > 20)
    await asyncio.to_thread(restarting.stop, "immediate")
    await wait_until(lambda: refused > 2)
    with pytest.raises(AWAY):
        await ledger.counts(sprint.id)
    before = acknowledged
    await asyncio.to_thread(restarting.start)
    await wait_until(lambda: acknowledged > before)
    crashed.set()
    await writing

    assert max(row.register.words for row in await ledger.counts(sprint.id)) >= acknowledged
    assert await ledger.revs([room.room.id]) == {room.room.id: 3}


async def test_a_command_that_was_cut_off_can_be_repeated_with_its_id(
    restarting: Postgres, postgres_database: Place
) -> None:
    ledger = await postgres_database.open()
    room = await group(ledger, 1)
    await asyncio.to_thread(restarting.stop, "immediate")
    with pytest.raises(AWAY):
        await room.start()
    await asyncio.to_thread(restarting.start)

    assert (await room.start()).round == 1
    assert (await row_counts(ledger))["sprints"] == 1


async def test_a_second_process_on_one_data_folder_is_told_so(sqlite_database: Place) -> None:
    ledger = await sqlite_database.open()

    with pytest.raises(DataFolderInUse, match="WORDTIDE_DATA"):
        await SqlLedger.open(None, sqlite_database.data, LIMITS)

    await ledger.close()
    again = await SqlLedger.open(None, sqlite_database.data, LIMITS)
    await again.close()


async def test_a_ledger_that_closes_stores_what_waits_and_reopens_as_it_was(sqlite_database: Place) -> None:
    ledger = await sqlite_database.open()
    room = await group(ledger, 2)
    sprint = await room.start()
    state = await ledger.room_state(room.room.id)
    storing = asyncio.create_task(ledger.checkpoint(sprint.id, [room.row(1, NOW, 7)], NOW))
    await asyncio.sleep(0)

    await ledger.close()

    assert (await storing)[1].register.words == 7
    again = await sqlite_database.open()
    assert await again.room_state(room.room.id) == state
    assert [row.register for row in await again.counts(sprint.id)] == [Register(NOW, 7, 0)]
