"""Row "client offline at the end": what was written before its writer could know of the end comes in once, and late."""

import asyncio

import pytest

from protocol.messages import CountFlags, Phase
from tests.faults.house import House
from tests.support.group import all_in_phase, finish
from tests.support.wait import wait_until
from tests.support.writer import SocketWriter

pytestmark = pytest.mark.faults


async def test_it_comes_through_whichever_process_and_revises_the_results_once(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.other, Cleo=house.other) as (ada, ben, cleo):
        await ada.start(60)
        await all_in_phase([ben, cleo], Phase.WRITING)
        await asyncio.gather(ada.count_stored(10), ben.count_stored(20), cleo.count_stored(30))
        await ben.cut()
        offline = await ben.count(60)
        await finish(ada)
        await asyncio.gather(is_final(ada), is_final(cleo))
        await wait_until(lambda: len(revs(ada, cleo)) == 1)
        (stood,) = revs(ada, cleo)
        await house.agree([ada, cleo], {"Ada": 10, "Ben": 20, "Cleo": 30})

        await ben.rejoin(house.one.url)
        await ben.wait_for_ack(offline)
        await asyncio.gather(*(is_late(each, ben.slot) for each in (ada, ben, cleo)))
        await house.agree([ada, ben, cleo], {"Ada": 10, "Ben": 60, "Cleo": 30})
        await wait_until(lambda: revs(ada, ben, cleo) == {stood + 1})
        await ben.say(offline)  # its ACK may have been lost
        await ben.rejoin(house.other.url)
        await ben.say(offline)
        await ben.ping()
        await house.agree([ada, ben, cleo], {"Ada": 10, "Ben": 60, "Cleo": 30})
        assert revs(ada, ben, cleo) == {stood + 1}
        for server in house.one, house.other:
            board = (await asyncio.to_thread(server.get, f"/api/sprints/{ada.sprint}?room={ada.room}"))["board"]
            assert [(row["name"], row["late"]) for row in board] == [("Ben", True), ("Cleo", False), ("Ada", False)]


async def is_final(writer: SocketWriter) -> None:
    await writer.wait_until(lambda: bool(writer.phase and writer.phase.final), 10)


async def is_late(writer: SocketWriter, slot: int) -> None:
    await writer.wait_until(lambda: bool(writer.roster[slot].flags & CountFlags.LATE))


def revs(*writers: SocketWriter) -> set[int]:
    """Of what each of them was told last."""
    return {each.phase.rev for each in writers if each.phase}
