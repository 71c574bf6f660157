"""Row "database down at the end": PostgreSQL crashes in the middle of a sprint, and is frozen when the bell rings."""

import asyncio
import time
from functools import partial

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from protocol.codes import ErrorCode, reconnects
from protocol.messages import Ack, CountFlags, ErrorMessage, Extend, Op, Phase
from tests.faults.house import House
from tests.support.group import all_in_phase, together
from tests.support.wait import wait_until
from tests.support.writer import SocketWriter

pytestmark = pytest.mark.faults

WRITING_AGAIN_S = 5.0
RUNG_MS = 1_500
"""A process asks SQL for up to a second whether the bell still holds, and then rings it."""


async def test_no_ack_without_a_row_and_nothing_lost(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.other, Cleo=house.other) as (ada, ben, cleo):
        everybody = [ada, ben, cleo]
        begun = await ada.start(600)
        await all_in_phase(everybody, Phase.WRITING)
        for each in everybody:
            await each.count_stored(1)
        storm = [await each.count(2 + n) for n in range(5) for each in (ada, ben)]
        await asyncio.to_thread(house.postgres.stop, "immediate")
        try:
            acknowledged = {each.name: each.acked[ada.sprint] for each in everybody}
            last = [await each.count(words) for each, words in ((ada, 300), (ben, -20))]
            await together(everybody, {"Ada": 300, "Ben": -20, "Cleo": 1})  # counts go on from process to process
            refused = await ada.command(Op.EXTEND, Extend(ada.sprint, 60), id=5)
            assert isinstance(refused, ErrorMessage)
            assert (refused.code, refused.temporary) == (ErrorCode.INTERNAL, True)
            assert refused.retry_ms > 0
            await cleo.cut()
            offline = await cleo.count(44)
            assert not await _can_rejoin(cleo)  # nobody can say who this is
            assert cleo.close_code is not None
            assert reconnects(cleo.close_code)
            assert (await ada.http.get(f"{house.one.url}/readyz")).json()["database"] is False
            assert {each.name: each.acked[ada.sprint] for each in everybody} == acknowledged
        finally:
            await asyncio.to_thread(house.postgres.start)
        back = time.monotonic()
        stored = await house.stored(ada.sprint)
        for each in everybody:
            assert stored[each.name][0] >= acknowledged[each.name], "an ACK that no row stands for"

        await asyncio.gather(ada.wait_for_ack(last[0], WRITING_AGAIN_S), ben.wait_for_ack(last[1], WRITING_AGAIN_S))
        assert isinstance(await ada.command(Op.EXTEND, Extend(ada.sprint, 60), id=5), Ack)
        await wait_until(partial(_can_rejoin, cleo), WRITING_AGAIN_S)
        await cleo.wait_for_ack(offline)
        assert time.monotonic() - back < WRITING_AGAIN_S
        await house.agree(everybody, {"Ada": 300, "Ben": -20, "Cleo": 44})
        assert await house.stored(ada.sprint) == {
            "Ada": (last[0].seq, 300),
            "Ben": (last[1].seq, -20),
            "Cleo": (offline.seq, 44),
        }
        assert all(each.seq < last[0].seq for each in storm)
        await ben.wait_until(lambda: bool(ben.phase and ben.phase.ends == begun.ends + 60_000))
        assert "Exception in ASGI application" not in house.one.log + house.other.log


async def test_a_bell_rings_without_it_and_final_counts_wait_on_the_device_for_their_ack(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.other, Cleo=house.other) as everybody:
        ada, ben, cleo = everybody
        await ada.start(3)
        await all_in_phase(everybody, Phase.WRITING)
        kept = [await each.count(words) for words, each in enumerate(everybody, start=1)]
        await asyncio.gather(*(each.wait_for_ack(count) for each, count in zip(everybody, kept, strict=True)))
        await asyncio.to_thread(house.postgres.pause)
        try:
            assert ada.phase is not None
            assert ada.now() < ada.phase.ends, "this machine is too busy for this test"
            await all_in_phase(everybody, Phase.REPORTING)
            assert ada.now() - ada.phase.ends < RUNG_MS
            last = [await each.count(words, CountFlags.IN) for each, words in ((ada, 300), (ben, -20))]
            await together(everybody, {"Ada": 300, "Ben": -20, "Cleo": 3})
        finally:
            await asyncio.to_thread(house.postgres.resume)
        await asyncio.to_thread(house.postgres.restart, "immediate")
        for each, count, before in zip((ada, ben), last, kept, strict=False):
            assert each.acked[count.sprint] >= before.seq
            await each.wait_for_ack(count, WRITING_AGAIN_S)
        await house.agree(everybody, {"Ada": 300, "Ben": -20, "Cleo": 3})
        results = await cleo.get(f"/api/sprints/{cleo.sprint}")
        assert {(row["name"], row["reported"], row["late"]) for row in results["board"]} == {
            ("Ada", True, False),
            ("Ben", True, False),
            ("Cleo", False, False),
        }


async def _can_rejoin(writer: SocketWriter) -> bool:
    try:
        await writer.rejoin()
    except (OSError, InvalidStatus, ConnectionClosed):
        return False
    return True
