"""Row "a message dropped": one message of the relay is lost on its way to a process, with nobody told."""

import asyncio
import time

import pytest

from protocol.messages import PhaseNow
from tests.faults.house import TYPED, House
from tests.support.wait import wait_until

pytestmark = pytest.mark.faults

MOVING_S, STILL_S = 1.0, 2.5
ROWS, NOTICE = b"\r\nR ", b"\r\nN "
"""How messages begin, within RESP."""
STEADY_MS = 2_500
"""A board is read whole once more, within two seconds of its opening; from then on only where something is amiss."""


class NextRows:
    """Loses the next message of rows; and all notices, which would bring the same rows as soon as they are stored."""

    is_lost = False

    def __call__(self, chunk: bytes) -> bool:
        if NOTICE in chunk:
            return True
        loses = ROWS in chunk and not self.is_lost
        self.is_lost = self.is_lost or loses
        return loses


async def test_the_last_one_is_made_up_for_soon_and_one_among_others_at_once(house: House) -> None:
    async with house.writing() as (ada, ben, cleo, dan):
        begun = ada.phase
        assert begun is not None
        await wait_until(lambda: ada.now() - begun.starts > STEADY_MS)
        last = NextRows()
        house.line.lose(last)
        await ada.count(-100)  # and then nobody types
        await asyncio.gather(*(each.wait_for_words(ada.slot, -100, STILL_S) for each in (ben, dan)))
        assert last.is_lost

        among = NextRows()
        house.line.lose(among)
        await cleo.count(200)
        await ada.wait_for_words(cleo.slot, 200)
        await wait_until(lambda: among.is_lost)
        after = time.monotonic()
        await ada.count(100)  # its message does not follow on the last one that came
        await asyncio.gather(*(each.wait_for_words(cleo.slot, 200, MOVING_S) for each in (ben, dan)))
        assert time.monotonic() - after < MOVING_S
        house.line.mend()
        await house.agree([ada, ben, cleo, dan], TYPED | {"Ada": 100, "Cleo": 200})
        for each in ada, ben, cleo, dan:
            assert not any(phase.delayed for phase in each.said(PhaseNow))
