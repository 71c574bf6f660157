"""Row "the process that finishes a sprint dies": another one makes its results final, and sees to what follows."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from protocol.messages import Phase
from tests.faults.house import House, kill, sql, start
from tests.support.group import finish
from tests.support.wait import wait_until

pytestmark = pytest.mark.faults

FINAL_S = 8.0
"""Three seconds after the last reports, two of patience with those that hold the room, and a sweep."""
HOLD_BACK = """
    CREATE FUNCTION hold_back() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
    CREATE TRIGGER hold_back BEFORE UPDATE OF done_at ON outbox FOR EACH ROW EXECUTE FUNCTION hold_back();
"""


async def test_a_sprint_whose_process_died_at_its_end_is_finished_by_another(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.one) as (ada, ben):
        await ada.start(60)
        await asyncio.gather(ada.count_stored(30), ben.count_stored(20))
        await finish(ada)
        await kill(house.one)
        sprint = f"/api/sprints/{ada.sprint}?room={ada.room}"
        assert not house.other.get(sprint)["final"]

        async def is_final() -> bool:
            return bool((await asyncio.to_thread(house.other.get, sprint))["final"])

        await wait_until(is_final, FINAL_S)
        # Both sweep for it later, and whoever comes finds it done once.
        await start(house.one)
        await asyncio.gather(ada.rejoin(house.other.url), ben.rejoin(house.one.url))
        await house.agree([ada, ben], {"Ada": 30, "Ben": 20})
        assert ada.phase is not None
        assert ben.phase is not None
        assert (ada.phase.phase, ada.phase.final, ada.phase.rev) == (Phase.RESULTS, True, ben.phase.rev)


async def test_what_it_took_on_to_do_once_and_did_not_another_takes_on(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.one) as (ada, ben), outbox_held_back(house) as let_go:
        await ada.start(60)
        await asyncio.gather(ada.count_stored(30), ben.count_stored(20))
        house.other.pause()  # so that it is the one that finishes
        try:
            await finish(ada)

            async def is_claimed() -> bool:
                found = await outbox(house, ada.sprint)
                return found is not None and found["attempts"] == 1

            await wait_until(is_claimed, FINAL_S)
            await kill(house.one)
            assert (await outbox(house, ada.sprint))["done_at"] is None
        finally:
            house.other.resume()
        await let_go()

        async def is_done() -> bool:
            return (await outbox(house, ada.sprint))["done_at"] is not None

        await wait_until(is_done, 3)
        assert (await outbox(house, ada.sprint))["attempts"] == 2
        await asyncio.gather(*(each.rejoin(house.other.url) for each in (ada, ben)))
        assert ada.phase is not None
        assert ada.phase.final
        await house.agree([ada, ben], {"Ada": 30, "Ben": 20})


async def outbox(house: House, sprint: int) -> Any:
    """What is to be done once after a sprint; None where it has no final results yet."""
    async with sql(house.postgres) as connection:
        return await connection.fetchrow("SELECT * FROM outbox WHERE subject = $1", f"sprint:{sprint}")


@asynccontextmanager
async def outbox_held_back(house: House) -> AsyncIterator[Any]:
    """Whoever has done something of the outbox waits before it is written down, until the answer is called."""
    async with sql(house.postgres) as connection:
        await connection.execute("SELECT pg_advisory_lock(1)")
        await connection.execute(HOLD_BACK)

        async def let_go() -> None:
            await connection.execute("SELECT pg_advisory_unlock_all()")

        try:
            yield let_go
        finally:
            await let_go()
            await connection.execute("DROP FUNCTION hold_back CASCADE")
