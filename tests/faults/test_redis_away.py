"""Redis is killed in the middle of two sprints, away for ten real seconds, and comes back with nothing."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from protocol.messages import Ack, Baseline, Op, Phase, PhaseNow
from server.live.relay_format import EPOCH, VERSION, hash_key, unpack_row
from tests.faults.house import AGREED_S, House, kill
from tests.support.group import all_in_phase, another_device, together
from tests.support.wait import wait_until
from tests.support.writer import SocketWriter

pytestmark = pytest.mark.faults

AWAY_MS = 10_000
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


async def is_delayed(writer: SocketWriter, delayed: bool = True) -> None:
    await writer.wait_until(lambda: bool(writer.phase and writer.phase.delayed is delayed))


async def words_in_redis(house: House, writer: SocketWriter) -> dict[int, int]:
    """By slot."""
    key = hash_key(int((await writer.get(f"/api/rooms/{writer.room}"))["id"]), writer.sprint)
    async with Redis.from_url(house.valkey.url, protocol=2) as redis:
        stored: dict[Any, Any] = await redis.hgetall(key)
    rows = [unpack_row(*each) for each in stored.items() if each[0] not in (EPOCH, VERSION)]
    return {row.slot: row.words for row in rows}


async def test_ten_seconds_without_redis_stop_no_timer_and_cost_no_count(house: House) -> None:
    async with (
        house.group(Ada=house.one, Ben=house.other, Cleo=house.one, Dan=house.other) as (ada, ben, cleo, dan),
        house.group(Eve=house.one, Fay=house.other) as (eve, fay),
    ):
        everybody = [ada, ben, cleo, dan]
        begun = await ada.start(600)
        await all_in_phase(everybody, Phase.WRITING)
        for words, each in enumerate(everybody, start=10):
            await each.count_stored(words)
        await together(everybody, {"Ada": 10, "Ben": 11, "Cleo": 12, "Dan": 13})
        planned = await eve.start(4, delay_s=3)  # its start and its bell fall into the fault
        await fay.wait_for_phase(Phase.COUNTDOWN)

        house.valkey.kill()
        killed = ada.now()
        await asyncio.gather(*(is_delayed(each) for each in everybody))
        assert ada.now() - killed < 4_000
        for each in ada, ben:  # Cleo and Dan are idle from now on
            await each.count_stored(100)
        await together([ada, cleo], {"Ada": 100, "Ben": 11, "Cleo": 12, "Dan": 13})  # their own process's are live
        await together([ben, dan], {"Ada": 10, "Ben": 100, "Cleo": 12, "Dan": 13})
        assert isinstance(await ada.extend(60), Ack)
        await ben.wait_until(lambda: bool(ben.phase and ben.phase.ends == begun.ends + 60_000))  # read from SQL
        await asyncio.gather(*(writes_a_word_and_hears_the_bell(each, planned) for each in (eve, fay)))
        assert killed < planned.starts < planned.ends < killed + AWAY_MS
        await wait_until(lambda: ada.now() - killed >= AWAY_MS, AWAY_MS / 1_000)
        await ada.count(140)
        await ben.count(-5)

        await asyncio.to_thread(house.valkey.start)
        back = ada.now()
        whole = {"Ada": 140, "Ben": -5, "Cleo": 12, "Dan": 13}
        await asyncio.gather(
            *(each.wait_for_standing(whole, AGREED_S) for each in everybody),
            *(each.wait_for_standing({"Eve": 1, "Fay": 1}, AGREED_S) for each in (eve, fay)),
        )
        await asyncio.gather(*(is_delayed(each, False) for each in everybody))
        assert ada.now() - back < AGREED_S * 1_000
        # Those who were idle before the fault are in Redis again, for whoever reads it next.
        in_redis = {each.slot: whole[each.name] for each in everybody}

        async def are_in_redis() -> bool:
            return await words_in_redis(house, ada) == in_redis

        await wait_until(are_in_redis, AGREED_S)


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
        await together([ben, phone], {"Ada": 150, "Ben": 1})
