"""Row "pub/sub silently dead": connections to Redis die and nobody is told, or live on and bring nothing."""

import asyncio

import pytest
from redis.asyncio import Redis

from protocol.messages import PhaseNow
from tests.faults.house import TYPED, House, is_delayed
from tests.support.writer import SocketWriter

pytestmark = pytest.mark.faults

STALE_S = 3.0


async def all_see(writers: list[SocketWriter], writer: SocketWriter, words: int) -> None:
    await asyncio.gather(*(each.wait_for_words(writer.slot, words, STALE_S) for each in writers))


async def test_silent_lines_are_replaced_before_anything_is_three_seconds_old(house: House) -> None:
    async with house.writing() as (ada, ben, cleo, dan):
        house.line.silence()  # as where a firewall forgot them: neither side is told
        await ada.count(100)
        await ben.count(50)
        await asyncio.gather(all_see([ben, dan], ada, 100), all_see([ada, cleo], ben, 50))
        await house.agree([ada, ben, cleo, dan], TYPED | {"Ada": 100, "Ben": 50})


async def test_subscriptions_that_redis_ended_are_taken_up_again(house: House) -> None:
    async with house.writing() as (ada, ben, cleo, dan), Redis.from_url(house.valkey.url) as redis:
        assert await redis.client_kill_filter(_type="pubsub") >= 2  # of each process
        await ada.count(100)
        await ben.count(50)
        await asyncio.gather(all_see([ben, dan], ada, 100), all_see([ada, cleo], ben, 50))
        await house.agree([ada, ben, cleo, dan], TYPED | {"Ada": 100, "Ben": 50})
        assert not any(each.delayed for writer in (ada, ben, cleo, dan) for each in writer.said(PhaseNow))


async def test_who_hears_of_no_others_is_told_so_and_has_all_when_it_is_over(house: House) -> None:
    async with house.writing() as (ada, ben, cleo, dan):
        house.line.lose(lambda chunk: True)  # commands go through: everything looks green
        await ada.count(100)
        await asyncio.gather(*(is_delayed(each) for each in (ben, dan)))
        assert house.line.lost
        await ben.count(50)
        await all_see([ben, dan], ben, 50)  # their own process's are live
        assert not any(each.delayed for writer in (ada, cleo) for each in writer.said(PhaseNow))
        house.line.mend()
        await house.agree([ada, ben, cleo, dan], TYPED | {"Ada": 100, "Ben": 50})
        await asyncio.gather(*(is_delayed(each, False) for each in (ben, dan)))
