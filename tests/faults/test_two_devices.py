"""Row "two tabs, two devices": one writer on both processes, and the newest change wins, whoever has more words."""

import asyncio

import pytest

from protocol.messages import Ack, Baseline, CountFlags, Op, Phase, RosterFlags
from tests.faults.house import House
from tests.support.group import another_device
from tests.support.wait import wait_until

pytestmark = pytest.mark.faults


async def test_one_person_on_two_processes_is_one_writer(house: House) -> None:
    async with (
        house.group(Ada=house.one, Ben=house.other) as (laptop, ben),
        another_device(laptop) as tab,
        another_device(laptop) as phone,
    ):
        await laptop.start(60)
        await ben.wait_for_phase(Phase.WRITING)
        await asyncio.gather(laptop.count_stored(100, CountFlags.REPORTED), ben.count_stored(7))
        await ben.wait_for_standing({"Ada": 100, "Ben": 7})
        assert isinstance(await laptop.command(Op.BASELINE, Baseline(laptop.sprint, 41_000)), Ack)
        await phone.rejoin(house.other.url)
        assert phone.slot == laptop.slot

        async def is_told() -> bool:
            welcome = await phone.rejoin()
            return (welcome.words, welcome.start_total) == (100, 41_000)

        await wait_until(is_told, 1)
        await tab.rejoin()
        devices = [laptop, tab, phone]
        newest = await phone.count(60, CountFlags.REPORTED)
        await asyncio.gather(*(each.wait_for_ack(newest) for each in devices))
        await house.agree([*devices, ben], {"Ada": 60, "Ben": 7})
        await tab.count(61)
        await house.agree([*devices, ben], {"Ada": 61, "Ben": 7})
        assert not ben.roster[laptop.slot].flags & RosterFlags.AWAY


async def test_a_device_that_was_away_brings_what_is_newer_and_takes_what_is_newer(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.other) as (laptop, ben), another_device(laptop) as phone:
        await laptop.start(60)
        await ben.wait_for_phase(Phase.WRITING)
        await asyncio.gather(laptop.count_stored(100), ben.count_stored(7))
        await phone.rejoin(house.other.url)
        await laptop.cut()
        older = await laptop.count(900)
        await wait_until(lambda: phone.now() > older.seq)
        await phone.count_stored(40)
        await laptop.rejoin()
        await house.agree([laptop, phone, ben], {"Ada": 40, "Ben": 7})

        await laptop.cut()
        newer = await phone.count_stored(500)
        await wait_until(lambda: laptop.now() > newer.seq)
        await laptop.count(30)  # she deleted, on the train
        await laptop.rejoin(house.other.url)
        await house.agree([laptop, phone, ben], {"Ada": 30, "Ben": 7})
