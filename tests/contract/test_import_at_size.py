"""An import of a life's work beside a sprint: soon done, and neither the event loop nor SQL is held up meanwhile.

100,000 rows with `./dev test --long`, 5,000 otherwise.
"""

import asyncio
import time
from datetime import date, timedelta
from uuid import uuid4

import pytest

from server import lag
from server.porting.plan import CHUNK, Ground, Plan
from server.porting.reading import Choices, read
from tests.conftest import LONG
from tests.porting.files import tally, zipped
from tests.support.ledgers import NOW, Place, group

N = 100_000 if LONG else 5_000
LIMIT_S = 10 if LONG else 2
"""Of the processor's time in this process: how long it takes by the clock is also the neighbours' doing."""
HELD_S = 0.020
FIRST = date(2014, 1, 1)


def file() -> bytes:
    days = (FIRST + timedelta(days=n * 4_000 // N) for n in range(N))
    return zipped(
        *(tally(str(uuid4()), day.isoformat(), "word", n % 900, f"Novel {n % 5}") for n, day in enumerate(days))
    )


@pytest.mark.usefixtures("no_full_collection")
async def test_a_life_s_work_beside_a_sprint(database: Place) -> None:
    ledger = await database.open()
    room = await group(ledger, 2)
    sprint = await room.start()
    data = file()
    held: list[float] = []
    watch = lag.LagWatch(5, lambda _: None, held.append)
    begun = time.process_time()
    async with room.counting(sprint) as counted:
        reading = await asyncio.to_thread(read, data, Choices(), date(2026, 11, 27))
        known = await ledger.imports.known(room.host.id)
        plan = await asyncio.to_thread(Plan, reading, Ground("UTC", lambda _: 180, known, frozenset(), []))
        id, chunks = uuid4(), plan.chunks(NOW)
        await ledger.imports.begin(id, room.host.id, "trackbear", "trackbear.zip", NOW)
        before = counted()
        while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
            await ledger.imports.store(id, room.host.id, plan.zone, chunk, NOW)
        record = await ledger.imports.finish(id, room.host.id, plan.to_make, NOW)
        beside = counted() - before
        took = time.process_time() - begun
    watch.stop()

    assert record.sessions == len(plan.entries) == N - sum(each.n for each in plan.odd if each.left_out)
    assert took < LIMIT_S
    assert beside > N / CHUNK, "each part that is stored lets the sprint write"
    assert max(held) < HELD_S
    known = await ledger.imports.known(room.host.id)
    again = Plan(reading, Ground("UTC", lambda _: 180, known, frozenset(), []))
    assert (len(again.entries), again.already) == (0, record.sessions)
