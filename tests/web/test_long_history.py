"""A life's work is summed beside the event loop: a sprint that runs meanwhile is not held up."""

import gc
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import text

from server import aside, lag
from server.ledger.engine import connect
from tests.web.house import House, open_house

N = 60_000
HELD_S = 0.020
_LONG = text(
    """
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :n - 1)
    INSERT INTO writing_sessions (id, writer, source, started_at, zone, rollover, local_day, local_hour, seq, words,
        flags, active_ms, start_total, minutes, counts, stored_at, intention, note, called_off, aside)
    SELECT printf('%08d-0000-4000-8000-000000000000', i), :writer, 'manual', 1400000000000 + i, 'UTC', 0,
        date('2014-01-01', (i / 15) || ' days'), i % 24, i, i % 900 - 50, 0, 0, 0, 20 + i % 9, i % 2, 0, '', '', 0, 0
    FROM n
    """
)
PAGES = ("overview", "years/2020", "streak", f"history?from={date(2020, 1, 1)}&to={date(2020, 1, 2)}")


@pytest.fixture
def no_full_collection() -> Iterator[None]:
    """As in mid-sprint: to go through the heap of all these tests holds the loop for longer than anything."""
    gc.disable()
    yield
    gc.enable()


async def _with_a_life_s_work(house: House) -> None:
    """Of the only writer."""
    await house.ledger.close()
    database = connect(None, house.data)
    async with database.writing() as connection:
        writer = await connection.scalar(text("SELECT id FROM writers"))
        await connection.execute(_LONG, {"n": N, "writer": writer})
    await database.close()


@pytest.mark.usefixtures("no_full_collection")
async def test_no_page_of_a_long_history_holds_the_loop(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = await house.writer("Ann")
    session = ann.cookies
    await _with_a_life_s_work(house)
    async with open_house(house.data) as again:
        client = await again.stranger()
        client.cookies = session
        for page in PAGES:
            held: list[float] = []
            watch = lag.LagWatch(1, lambda _: None, held.append)
            answer = await client.get(f"/api/me/{page}")
            watch.stop()
            assert answer.status_code == 200
            assert max(held) < HELD_S, page
            with monkeypatch.context() as here:
                here.setattr(aside, "LONG", N + 1)
                assert (await client.get(f"/api/me/{page}")).json() == answer.json()
