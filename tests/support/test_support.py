"""That the tests' own server and writer do what stories rely on."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import ConnectionClosed

from protocol.codes import CloseCode, ErrorCode
from protocol.messages import ErrorMessage, Op, Phase, Start
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter

pytestmark = pytest.mark.faults


@pytest.fixture
async def server() -> AsyncIterator[ServerProcess]:
    async with ServerProcess(reporting_s=30, checkpoint_ms=100, poll_ms=500) as running:
        yield running


async def test_two_writers_see_each_other_s_counts_and_get_them_acknowledged(server: ServerProcess) -> None:
    async with SocketWriter(server.url, "Ada") as ada, SocketWriter(server.url, "Ben") as ben:
        await ada.sign_in()
        room = await ada.make_room()
        await ada.join(room)
        await ben.join(room)
        await ada.start(60)
        await ben.wait_for_phase(Phase.WRITING)
        await ada.count_stored(120)
        await ben.count_stored(-3)
        for each in ada, ben:
            await each.wait_for_standing({"Ada": 120, "Ben": -3})
        assert ada.unacked is None
        pong = await ada.ping()
        assert pong.s1 <= pong.s2


async def test_a_killed_server_comes_back_at_the_same_address_with_everything(server: ServerProcess) -> None:
    async with SocketWriter(server.url, "Ada") as ada:
        await ada.sign_in()
        await ada.join(await ada.make_room())
        phase = await ada.start(60)
        await ada.count_stored(120)
        pid = server.get("/healthz")["pid"]
        await asyncio.to_thread(server.kill)
        assert await ada.closed() == 1006
        offline = await ada.count(150)
        await asyncio.to_thread(server.start)
        assert server.get("/healthz")["pid"] != pid
        welcome = await ada.rejoin()
        assert welcome.words == 120
        assert ada.phase is None or ada.phase.ends == phase.ends
        await ada.wait_for_ack(offline)
        await ada.wait_for_standing({"Ada": 150})


async def test_a_stopped_server_says_goaway_and_ends_in_order(server: ServerProcess) -> None:
    async with SocketWriter(server.url, "Ada") as ada:
        await ada.sign_in()
        await ada.join(await ada.make_room())
        await asyncio.to_thread(server.terminate)
        assert await ada.closed() == CloseCode.DRAIN
        assert ada.goaway is not None
    assert "Traceback" not in server.log


async def test_refusals_come_back_as_answers_and_as_close_codes(server: ServerProcess) -> None:
    async with SocketWriter(server.url, "Ada") as ada, SocketWriter(server.url, "Ben") as ben:
        await ada.sign_in()
        room = await ada.make_room()
        await ben.join(room)
        refusal = await ben.command(Op.START, Start(60))
        assert isinstance(refusal, ErrorMessage)
        assert refusal.code == ErrorCode.NOT_ALLOWED
        with pytest.raises(ConnectionClosed):
            await ada.join("no-such-room")
        assert ada.close_code == CloseCode.NO_SUCH_ROOM
