"""A life's work is summed beside the event loop: a sprint that runs meanwhile is not held up."""

from datetime import date

import pytest

from server import aside, lag
from tests.support.ledgers import a_life_s_work
from tests.web.house import House

N = 45_000
HELD_S = 0.020
PAGES = ("overview", "years/2020", "streak", f"history?from={date(2020, 1, 1)}&to={date(2020, 1, 2)}")


@pytest.mark.usefixtures("no_full_collection")
async def test_no_page_of_a_long_history_holds_the_loop(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = await house.writer("Ann")
    await a_life_s_work(house.ledger, (await ann.get("/api/me")).json()["id"], N)
    for page in PAGES:
        held: list[float] = []
        watch = lag.LagWatch(1, lambda _: None, held.append)
        answer = await ann.get(f"/api/me/{page}")
        watch.stop()
        assert answer.status_code == 200
        assert max(held) < HELD_S, page
        with monkeypatch.context() as here:
            here.setattr(aside, "LONG", N + 1)
            assert (await ann.get(f"/api/me/{page}")).json() == answer.json()
