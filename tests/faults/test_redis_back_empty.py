"""Row "Redis back, empty": it has forgotten everything, and nobody was typing when it did."""

import asyncio

import pytest

from protocol.messages import Keyframe
from tests.faults.house import TYPED, House
from tests.support.writer import SocketWriter

pytestmark = pytest.mark.faults


def keyframes(writers: list[SocketWriter]) -> list[int]:
    return [len(each.said(Keyframe)) for each in writers]


async def test_every_process_gives_it_back_what_it_holds_and_people_notice_nothing(house: House) -> None:
    async with house.writing() as writers:
        before = keyframes(writers)
        house.valkey.empty()  # the connections stay: nothing but the lost epoch tells of it
        await house.agree(writers, TYPED)
        assert keyframes(writers) == before

        await asyncio.to_thread(house.valkey.restart)
        await house.agree(writers, TYPED)
        await writers[1].count(500)  # and counts move again
        await house.agree(writers, TYPED | {"Ben": 500})
        assert all(now - then <= 1 for now, then in zip(keyframes(writers), before, strict=True))
