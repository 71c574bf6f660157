"""Row "Redis down": killed in the middle of two sprints, and back with nothing after a while."""

import asyncio

import pytest

from protocol.messages import Ack, Baseline, Op, Phase, PhaseNow
from tests.conftest import LONG
from tests.faults.house import DELAYED_S, TYPED, House, is_delayed, kill
from tests.support.group import all_in_phase, another_device, together
from tests.support.wait import wait_until
from tests.support.writer import SocketWriter

pytestmark = pytest.mark.faults

AWAY_MS = 60_000 if LONG else 4_500
ON_TIME_MS = 500
"""How late a boundary may be told."""


def told_at(writer: SocketWriter, sprint: int, phase: Phase) -> int | None:
    """When the server first said that this phase is on, by its own clock."""
    said = [each.now for each in writer.said(PhaseNow) if (each.sprint, each.phase) == (sprint, phase)]
    return min(said, default=None)


async def writes_a_word_and_hears_the_bell(writer: SocketWriter, planned: PhaseNow) -> None:
    sprint = planned.sprint or 0
    await writer.wait_until(lambda: told_at(writer, sprint, Phase.WRITING) is not None)
    await writer.count_stored(1)
    await writer.wait_until(lambda: told_at(writer, sprint, Phase.REPORTING) is not None)
    for phase, due in (Phase.WRITING, planned.starts), (Phase.REPORTING, planned.ends):
        told = told_at(writer, sprint, phase)
        assert told is not None
        assert 0 <= told - due < ON_TIME_MS


async def test_redis_being_away_stops_no_timer_and_costs_no_count(house: House) -> None:
    async with house.writing() as everybody, house.group(Eve=house.one, Fay=house.other) as (eve, fay):
        ada, ben, cleo, dan = everybody
        assert ada.phase is not None
        ends = ada.phase.ends + 60_000
        planned = await eve.start(2, delay_s=1)  # its start and its bell fall into the fault
        await fay.wait_for_phase(Phase.COUNTDOWN)

        house.valkey.kill()
        killed = ada.now()
        await asyncio.gather(*(is_delayed(each) for each in everybody))
        assert ada.now() - killed < DELAYED_S * 1_000
        await asyncio.gather(ada.count_stored(100), ben.count_stored(50))
        await together([ada, cleo], TYPED | {"Ada": 100})  # their own process's are live
        await together([ben, dan], TYPED | {"Ben": 50})
        assert isinstance(await ada.extend(60), Ack)
        await ben.wait_until(lambda: bool(ben.phase and ben.phase.ends == ends))  # read from SQL
        await asyncio.gather(*(writes_a_word_and_hears_the_bell(each, planned) for each in (eve, fay)))
        assert killed < planned.starts < planned.ends < killed + AWAY_MS
        await wait_until(lambda: ada.now() - killed >= AWAY_MS, AWAY_MS / 1_000)
        await ada.count(140)
        await ben.count(-5)

        await asyncio.to_thread(house.valkey.start)
        await asyncio.gather(
            house.agree(everybody, TYPED | {"Ada": 140, "Ben": -5}),
            house.agree([eve, fay], {"Eve": 1, "Fay": 1}),
        )
        await asyncio.gather(*(is_delayed(each, False) for each in everybody))


async def test_what_was_acknowledged_meanwhile_the_other_process_has_from_sql(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.other) as (ada, ben), another_device(ada) as phone:
        await ada.start(600)
        await all_in_phase([ada, ben], Phase.WRITING)
        await asyncio.gather(ada.count_stored(100), ben.count_stored(1))
        await together([ada, ben], {"Ada": 100, "Ben": 1})
        house.valkey.kill()
        await asyncio.gather(is_delayed(ada), is_delayed(ben))
        await ada.count_stored(140)
        assert isinstance(await ada.command(Op.BASELINE, Baseline(ada.sprint, 41_000)), Ack)

        welcome = await phone.rejoin(house.other.url)  # which never heard of either
        assert (welcome.words, welcome.start_total) == (140, 41_000)
        await together([ben, phone], {"Ada": 140, "Ben": 1})

        await ada.count_stored(150)
        await kill(house.one)  # so that nobody is left who could say it again
        await asyncio.to_thread(house.valkey.start)
        await house.agree([ben, phone], {"Ada": 150, "Ben": 1})
