"""Row "deploy": every process is ended by SIGTERM and started again, in turn, while people write."""

import asyncio
import random
from contextlib import AsyncExitStack

import pytest

from protocol.codes import CloseCode
from protocol.messages import GoAway
from tests.conftest import LONG
from tests.faults.crowd import Crowd
from tests.faults.house import House, start
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter

pytestmark = pytest.mark.faults

ROOMS, WRITERS = (20, 50) if LONG else (1, 24)
SPREAD_MS = 10_000 if LONG else 200
"""The process that plays a thousand people lets no more than a hundred come back in a second."""
BACK_P99_S = 2.0


async def test_people_are_sent_elsewhere_and_back_and_nothing_is_lost(house: House) -> None:
    chance = random.Random(16)
    servers = house.one, house.other
    if LONG:
        for server in servers:
            await asyncio.to_thread(server.restart, drain_ms=SPREAD_MS)
    logged = [len(each.log) for each in servers]
    async with AsyncExitStack() as stack:
        crowds = [await stack.enter_async_context(Crowd.of(house.ways, WRITERS, chance)) for _ in range(ROOMS)]
        begun = [crowd.writers[0].phase for crowd in crowds]
        async with AsyncExitStack() as typing:
            for crowd in crowds:
                await typing.enter_async_context(crowd.typing())
            for server in servers:
                await leaves_with(server, crowds[0])
                await asyncio.gather(*(crowd.all_back() for crowd in crowds))
                await start(server)
        for crowd, phase in zip(crowds, begun, strict=True):
            await house.agree(crowd.writers, crowd.typed)
            for each in crowd.writers:
                assert [absence.code for absence in each.absences] == [CloseCode.DRAIN] * len(each.absences)
                assert each.absences
                spread = [goaway.spread_ms for goaway in each.said(GoAway)]
                assert spread == [SPREAD_MS] * len(each.absences)
                assert each.phase is not None
                assert phase is not None
                assert (each.phase.sprint, each.phase.ends) == (phase.sprint, phase.ends)
        took = sorted(each.tried_s for crowd in crowds for writer in crowd.writers for each in writer.absences)
        assert took[len(took) * 99 // 100] < BACK_P99_S
    for server, before in zip(servers, logged, strict=True):
        assert "Traceback" not in server.log[before:]


async def leaves_with(server: ServerProcess, crowd: Crowd) -> None:
    """End it, under somebody who has just typed, and does not come back: their ACK comes before the close."""
    async with SocketWriter(server.url, f"Guest of {server.port}") as guest:
        await guest.join(crowd.writers[0].room)
        crowd.typed[guest.name] = 7
        await guest.count(7)
        assert await asyncio.to_thread(server.terminate) == 0
        assert await guest.closed() == CloseCode.DRAIN
        assert guest.unacked is None
