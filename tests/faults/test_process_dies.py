"""Row "a server process dies": SIGKILL, of one, of all, again and again. Nothing acknowledged is lost."""

import asyncio
import random
import time
from contextlib import AsyncExitStack

import pytest

from protocol.messages import Ack, Baseline, Op, Phase
from tests.conftest import LONG
from tests.faults.crowd import BACK_S, Crowd
from tests.faults.house import House, kill, start
from tests.support.group import all_in_phase
from tests.support.wait import wait_until

pytestmark = pytest.mark.faults

KILLS, ROOMS, WRITERS = (100, 20, 50) if LONG else (2, 1, 24)


async def test_all_are_killed_and_everything_is_there_again_with_nobody_doing_anything(house: House) -> None:
    await asyncio.to_thread(house.one.restart, reporting_s=1)
    async with (
        house.group(Ada=house.one, Ben=house.one, Cleo=house.other) as (ada, ben, cleo),
        house.group(Dan=house.one, Eve=house.other) as (dan, eve),
    ):
        begun = await ada.start(600)
        await all_in_phase([ada, ben, cleo], Phase.WRITING)
        await ada.count_stored(120)
        assert isinstance(await ben.command(Op.BASELINE, Baseline(ben.sprint, 41_000)), Ack)
        await ada.leave()  # closes the browser, and does not come back
        await dan.start(2)
        await all_in_phase([dan, eve], Phase.WRITING)
        await asyncio.gather(*(each.count_stored(n) for each, n in ((ben, -4), (cleo, 75), (dan, 30), (eve, 20))))
        sprint = f"/api/sprints/{begun.sprint}?room={ben.room}"
        before = await ben.get(sprint)
        await kill(house.one, house.other)
        assert [await each.closed() for each in (ben, cleo, dan, eve)] == [1006] * 4
        house.valkey.empty()  # what comes back comes from SQL
        offline = await cleo.count(90)
        await start(house.one, house.other)
        for server in house.one, house.other:
            now = await asyncio.to_thread(server.get, sprint)
            assert (now["starts_at"], now["ends_at"]) == (before["starts_at"], before["ends_at"])
            assert {row["name"]: row["words"] for row in now["board"]} == {"Ada": 120, "Ben": -4, "Cleo": 75}

        welcome, _ = await asyncio.gather(ben.rejoin(), cleo.rejoin())
        assert (welcome.words, welcome.start_total) == (-4, 41_000)
        for each in ben, cleo:
            assert each.phase is not None
            assert (each.phase.phase, each.phase.starts, each.phase.ends) == (Phase.WRITING, begun.starts, begun.ends)
        await cleo.wait_for_ack(offline)
        await house.agree([ben, cleo], {"Ada": 120, "Ben": -4, "Cleo": 90})

        async def final() -> object:
            """The other room's sprint, to which nobody has come back."""
            found = await asyncio.to_thread(house.other.get, f"/api/sprints/{dan.sprint}?room={dan.room}")
            return found if found["final"] else None

        done = await wait_until(final, 10)
        assert [(row["name"], row["words"]) for row in done["board"]] == [("Dan", 30), ("Eve", 20)]


async def test_writers_of_a_killed_process_go_on_through_the_other(house: House) -> None:
    # This one stores nothing by itself in time: what is stored of its writers the other one heard and stored.
    await asyncio.to_thread(house.one.restart, checkpoint_ms=60_000)
    async with house.group(Ada=house.one, Ben=house.other, Cleo=house.one) as (ada, ben, cleo):
        begun = await ada.start(600)
        await all_in_phase([ada, ben, cleo], Phase.WRITING)
        heard = await ada.count(40)
        await cleo.count(7)  # and is idle from now on
        await ben.count(5)
        await ben.wait_for_standing({"Ada": 40, "Ben": 5, "Cleo": 7})
        await kill(house.one)
        assert await ada.closed() == 1006

        async def are_stored() -> bool:
            return await house.stored_words(ada.sprint) == {"Ada": 40, "Ben": 5, "Cleo": 7}

        await wait_until(are_stored)

        unheard = await ada.count(55)  # written while reconnecting
        back = time.monotonic()
        await asyncio.gather(*(each.rejoin(house.other.url) for each in (ada, cleo)))
        await ada.wait_for_ack(unheard)
        assert time.monotonic() - back < BACK_S
        assert heard.seq < unheard.seq
        assert ada.phase is not None
        assert (ada.phase.sprint, ada.phase.ends) == (begun.sprint, begun.ends)
        assert isinstance(await ada.extend(60), Ack)  # hosts go on, too
        await ben.wait_until(lambda: bool(ben.phase and ben.phase.ends == begun.ends + 60_000))
        await house.agree([ada, ben, cleo], {"Ada": 55, "Ben": 5, "Cleo": 7})


async def test_kills_at_any_moment_cost_and_double_no_count(house: House) -> None:
    chance = random.Random(1)
    async with AsyncExitStack() as stack:
        crowds = [await stack.enter_async_context(Crowd.of(house.ways, WRITERS, chance)) for _ in range(ROOMS)]
        async with AsyncExitStack() as typing:
            for crowd in crowds:
                await typing.enter_async_context(crowd.typing())
            for n in range(KILLS):
                await asyncio.sleep(chance.random())  # for nothing: any moment will do
                victim = (house.one, house.other)[n % 2]
                await kill(victim)
                await asyncio.gather(*(crowd.all_back() for crowd in crowds))
                await start(victim)
        for crowd in crowds:
            await house.agree(crowd.writers, crowd.typed)
            absences = crowd.absences_s()
            assert len(absences) >= WRITERS // 2
            assert absences[-1] < BACK_S
            assert absences[-1] - absences[0] > 0.05, "all came back in the same moment"
