"""SIGKILL: of all processes, of one, of the one that should have finished a sprint. Nothing acknowledged is lost."""

import asyncio
import time

import pytest

from protocol.codes import CloseCode
from protocol.messages import Ack, Baseline, Op, Phase
from tests.faults.house import House, kill, start
from tests.support.group import all_in_phase, finish, together
from tests.support.wait import wait_until

pytestmark = pytest.mark.faults


async def test_all_are_killed_and_everything_is_there_again_with_nobody_doing_anything(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.one, Cleo=house.other) as (ada, ben, cleo):
        begun = await ada.start(600)
        await all_in_phase([ada, ben, cleo], Phase.WRITING)
        await ada.count_stored(120)
        assert isinstance(await ben.command(Op.BASELINE, Baseline(ben.sprint, 41_000)), Ack)
        await ada.leave()  # closes the browser, and does not come back
        await asyncio.gather(ben.count_stored(-4), cleo.count_stored(75))
        sprint = f"/api/sprints/{begun.sprint}"
        before = await ben.get(sprint)
        await kill(house.one, house.other)
        assert [await each.closed() for each in (ben, cleo)] == [1006, 1006]
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
        await together([ben, cleo], {"Ada": 120, "Ben": -4, "Cleo": 90})


async def test_writers_of_a_killed_process_go_on_through_the_other(house: House) -> None:
    # This one stores nothing by itself in time: what is stored of its writers the other one heard and stored.
    await asyncio.to_thread(house.one.restart, checkpoint_ms=60_000)
    async with house.group(Ada=house.one, Ben=house.other, Cleo=house.one) as (ada, ben, cleo):
        begun = await ada.start(600)
        await all_in_phase([ada, ben, cleo], Phase.WRITING)
        heard = await ada.count(40)
        await cleo.count(7)
        await ben.count(5)
        await ben.wait_for_standing({"Ada": 40, "Ben": 5, "Cleo": 7})
        await kill(house.one)
        assert await ada.closed() == 1006

        async def are_stored() -> bool:
            return await house.stored_words(ada.sprint) == {"Ada": 40, "Ben": 5, "Cleo": 7}

        await wait_until(are_stored)

        unheard = await ada.count(55)  # written while reconnecting
        back = time.monotonic()
        await ada.rejoin(house.other.url)
        await ada.wait_for_ack(unheard)
        assert time.monotonic() - back < 2
        assert heard.seq < unheard.seq
        assert ada.phase is not None
        assert (ada.phase.sprint, ada.phase.ends) == (begun.sprint, begun.ends)
        await ada.extend(60)  # hosts go on, too
        await together([ada, ben], {"Ada": 55, "Ben": 5, "Cleo": 7})
        await ben.wait_until(lambda: bool(ben.phase and ben.phase.ends == begun.ends + 60_000))


async def test_processes_are_restarted_in_turn_as_in_a_deploy(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.other) as (ada, ben):
        begun = await ada.start(600)
        await all_in_phase([ada, ben], Phase.WRITING)
        words = 0
        for stopping, staying in (house.one, house.other), (house.other, house.one):
            there = [each for each in (ada, ben) if each.base_url == stopping.url]
            for each in there:
                words += 10
                await each.count(words)  # acknowledged before the end, or offered again after it
            assert await asyncio.to_thread(stopping.terminate) == 0
            assert [await each.closed() for each in there] == [CloseCode.DRAIN] * len(there)
            await asyncio.gather(*(each.rejoin(staying.url) for each in there))
            await start(stopping)
        for each in ada, ben:
            await each.wait_until_stored()
        await together([ada, ben], {"Ada": words - 10, "Ben": words})
        assert await house.stored_words(ada.sprint) == {"Ada": words - 10, "Ben": words}
        assert ada.phase is not None
        assert (ada.phase.sprint, ada.phase.ends) == (begun.sprint, begun.ends)


async def test_a_sprint_whose_process_died_at_its_end_is_finished_by_another(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.one) as (ada, ben):
        await ada.start(60)
        await asyncio.gather(ada.count_stored(30), ben.count_stored(20))
        await finish(ada)
        await kill(house.one)
        sprint = f"/api/sprints/{ada.sprint}"
        assert not house.other.get(sprint)["final"]

        async def final() -> object:
            found = await asyncio.to_thread(house.other.get, sprint)
            return found if found["final"] else None

        done = await wait_until(final, 8)
        assert [(row["name"], row["words"]) for row in done["board"]] == [("Ada", 30), ("Ben", 20)]
        # Both swept for it later, and whoever comes finds it done once.
        await start(house.one)
        await ada.rejoin(house.other.url)
        assert ada.phase is not None
        assert (ada.phase.phase, ada.phase.final) == (Phase.RESULTS, True)
        rev = ada.phase.rev
        await ben.rejoin(house.one.url)
        assert ben.phase is not None
        assert ben.phase.rev == rev


async def test_a_sprint_ends_though_all_were_killed_and_nobody_comes_back(house: House) -> None:
    await asyncio.to_thread(house.one.restart, reporting_s=1)
    async with house.group(Ada=house.one, Ben=house.other) as (ada, ben):
        await ada.start(2)
        await all_in_phase([ada, ben], Phase.WRITING)
        await asyncio.gather(ada.count_stored(30), ben.count_stored(20))
        await kill(house.one, house.other)
        await start(house.one, house.other)
        sprint = f"/api/sprints/{ada.sprint}"

        async def final() -> object:
            found = await asyncio.to_thread(house.other.get, sprint)
            return found if found["final"] else None

        done = await wait_until(final, 15)
        assert [(row["name"], row["words"]) for row in done["board"]] == [("Ada", 30), ("Ben", 20)]


async def test_a_process_that_froze_and_came_back_agrees_again(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.other) as (ada, ben):
        begun = await ada.start(600)
        await all_in_phase([ada, ben], Phase.WRITING)
        await asyncio.gather(ada.count_stored(10), ben.count_stored(1))
        await together([ada, ben], {"Ada": 10, "Ben": 1})
        house.other.pause()  # with nothing in flight: in a transaction it would hold its locks for up to 15 s
        try:
            await ada.extend(60)
            await ada.count_stored(33)
            late = await ben.count(12)
        finally:
            house.other.resume()
        await ben.wait_for_ack(late)
        await together([ada, ben], {"Ada": 33, "Ben": 12})
        await ben.wait_until(lambda: bool(ben.phase and ben.phase.ends == begun.ends + 60_000))
