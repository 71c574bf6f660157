"""What a process does by itself, with a real database: it prunes, deletes who wished it, and follows only a clock that
is not its own.
"""

import asyncio
import logging

import pytest
from sqlalchemy import insert

from server.clock import Clock
from server.core.sprint import Limits
from server.ledger.deletion import NOBODY, WRITER_GOES
from server.ledger.tables import outbox
from server.live import upkeep
from server.live.plane import Plane, Timing
from server.live.relay import MemoryRelay
from server.live.rooms import Rooms
from server.live.upkeep import Upkeep
from tests.support.clocks import Held
from tests.support.ledgers import DAY, HOUR, Place, group, row_counts
from tests.support.wait import wait_until


async def test_upkeep_prunes_and_follows_the_clock_of_postgresql_but_not_the_wall_clock(
    database: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "CLOCK_MS", 1)
    monkeypatch.setattr(upkeep, "PRUNE_MS", 1)
    ledger, forward = await database.open(), Held()
    clock = Clock(forward=forward)
    now = await ledger.now_ms()

    async def an_hour_ago() -> int:
        return now - HOUR

    async def nobody_is_signed_in() -> bool:
        return (await row_counts(ledger))["auth_sessions"] == 0

    def gained_ms() -> int:
        return clock.now() - (now - HOUR) - round((forward.s - 1_000) * 1_000)

    def gains() -> bool:
        forward.s += 1
        return gained_ms() > 5

    await clock.sample(an_hour_ago)  # since then somebody has set the clock
    plane = Plane(ledger, MemoryRelay(), clock, Limits())
    rounds = Upkeep(plane, Rooms(plane))
    rounds.start()
    try:
        for token in ("first", "second"):  # by the second, every kind of round has come by
            await ledger.new_guest("Ben", "UTC", token, now - 500 * DAY)
            await wait_until(nobody_is_signed_in)
        if not database.is_sqlite:
            await wait_until(gains)
    finally:
        await rounds.stop()

    forward.s += 60
    assert abs(gained_ms()) <= 1 if database.is_sqlite else gained_ms() >= 590


async def test_who_wished_it_is_deleted_and_open_rooms_see_it_though_another_one_s_deletion_fails(
    database: Place, caplog: pytest.LogCaptureFixture
) -> None:
    ledger, relay = await database.open(), MemoryRelay()
    clock = Clock()
    await clock.sample(ledger.now_ms)
    group_of_two = await group(ledger, 2)
    plane = Plane(ledger, relay, clock, Limits(), Timing(outbox_ms=1))
    rooms = Rooms(plane)
    await relay.start(rooms)
    opened = await rooms.open(group_of_two.room.id)
    assert opened is not None
    async with ledger._database.writing() as connection:
        broken = insert(outbox).values(kind=WRITER_GOES, subject="writer:?", payload="{}", attempts=0, created_at=0)
        await connection.execute(broken.values(lease_until=0))
    await ledger.deletion.begin(group_of_two.host.id, clock.now())
    rounds = Upkeep(plane, rooms)
    rounds.start()
    try:
        await wait_until(lambda: opened.crowd.row(0, 0).name == NOBODY)
        await wait_until(lambda: "_delete_writers failed and will be tried again: KeyError('writer')" in caplog.text)
    finally:
        await rounds.stop()
        rooms.stop()
        await relay.stop()
    assert opened.crowd.of_writer(group_of_two.host.id) is None
    assert (opened.crowd.writers, list(opened.crowd.hosts)) == (1, [1])


async def test_of_two_processes_that_find_a_sprint_overdue_one_says_that_it_is_final(
    postgres_database: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "wordtide.live")
    ledger, relay, clock = await postgres_database.open(), MemoryRelay(), Clock()
    sprint = await (await group(ledger, 1)).start()
    # A ledger each: what goes in one transaction is answered alike.
    planes = [Plane(each, relay, clock, Limits()) for each in (ledger, await postgres_database.open())]
    await asyncio.gather(*(Upkeep(each, Rooms(each))._sweep() for each in planes))
    stored = await ledger.sprint(sprint.id)
    assert stored is not None
    assert stored.final
    assert caplog.text.count("was overdue and is final now") == 1
