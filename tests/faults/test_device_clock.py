"""Row "device clock an hour off": stamps are made with the server's time, and one from the future is refused."""

import asyncio

import pytest

from protocol.codes import ErrorCode
from protocol.messages import ErrorMessage
from tests.faults.house import TYPED, House

pytestmark = pytest.mark.faults

HOUR_MS = 3_600_000


async def test_clocks_an_hour_off_change_nothing_and_one_that_jumps_is_told_the_time(house: House) -> None:
    async with house.writing() as (ada, ben, cleo, dan):
        ben.device_clock_ms, dan.device_clock_ms = HOUR_MS, -HOUR_MS
        await asyncio.gather(ben.rejoin(), dan.rejoin())  # WELCOME tells the time
        await asyncio.gather(ben.count_stored(20), dan.count_stored(40))
        await house.agree([ada, ben, cleo, dan], TYPED | {"Ben": 20, "Dan": 40})

        true = ada.now()
        ada.device_clock_ms, cleo.device_clock_ms = HOUR_MS, -HOUR_MS  # set by hand, while connected
        offered, behind = await ada.count(100), await cleo.count(200)
        assert offered.seq >= true + HOUR_MS
        assert behind.seq < true
        refusal = await ada.wait(lambda: next(iter(ada.said(ErrorMessage)), None))
        assert (refusal.ref, refusal.code, refusal.field) == (ada.sprint, ErrorCode.CLOCK_AHEAD, "seq")
        assert 0 <= refusal.now - true < 1_000
        await cleo.wait_for_ack(behind)
        await ada.restamp(refusal)
        await house.agree([ada, ben, cleo, dan], TYPED | {"Ada": 100, "Ben": 20, "Cleo": 200, "Dan": 40})
        assert [each.name for each in (ada, ben, cleo, dan) if each.errors] == ["Ada"]
