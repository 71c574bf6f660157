"""A process that stands still for a moment, as on a machine that swaps, and goes on with what it believed."""

import pytest

from protocol.messages import Ack
from tests.faults.house import TYPED, House

pytestmark = pytest.mark.faults


async def test_a_process_that_froze_and_came_back_agrees_again(house: House) -> None:
    async with house.writing() as (ada, ben, cleo, dan):
        assert ada.phase is not None
        ends = ada.phase.ends + 60_000
        house.other.pause()  # with nothing in flight: in a transaction it would hold its locks for up to 15 s
        try:
            assert isinstance(await ada.extend(60), Ack)
            await ada.count_stored(33)
            await ben.count(12)
        finally:
            house.other.resume()
        await house.agree([ada, ben, cleo, dan], TYPED | {"Ada": 33, "Ben": 12})
        for each in ada, ben, cleo, dan:
            assert each.phase is not None
            assert each.phase.ends == ends
