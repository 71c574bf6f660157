"""Row "a message dropped": one message of the relay is lost on its way to a process, with nobody told."""

import asyncio
import time

import pytest

from protocol.messages import PhaseNow
from tests.faults.house import TYPED, House
from tests.support.wait import wait_until

pytestmark = pytest.mark.faults

MOVING_S, STILL_S = 1.0, 2.0
ROWS = b"\r\nR "
"""How a message of rows begins, within RESP."""


async def test_one_lost_among_others_is_made_up_for_at_once_and_the_last_one_soon(house: House) -> None:
    async with house.writing() as (ada, ben, cleo, dan):
        house.line.lose(lambda chunk: ROWS in chunk and not house.line.lost)
        await ada.count(100)
        await cleo.wait_for_words(ada.slot, 100)
        await wait_until(lambda: house.line.lost)
        after = time.monotonic()
        await cleo.count(200)  # its message does not follow on the last one that came
        await asyncio.gather(*(each.wait_for_words(ada.slot, 100, MOVING_S) for each in (ben, dan)))
        assert time.monotonic() - after < MOVING_S

        house.line.mend()
        house.line.lose(lambda chunk: ROWS in chunk and not house.line.lost)
        await ada.count(-100)  # and then nobody types
        await asyncio.gather(*(each.wait_for_words(ada.slot, -100, STILL_S) for each in (ben, dan)))
        assert house.line.lost
        await house.agree([ada, ben, cleo, dan], TYPED | {"Ada": -100, "Cleo": 200})
        for each in ada, ben, cleo, dan:
            assert not any(phase.delayed for phase in each.said(PhaseNow))
