"""Signing out on one device, and everywhere else: the sockets are closed within two seconds in both processes."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from protocol.codes import CloseCode
from protocol.messages import Phase
from tests.faults.house import House
from tests.support.group import together
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter

pytestmark = pytest.mark.faults
CLOSED_S = 2.0


@asynccontextmanager
async def device_of(writer: SocketWriter, server: ServerProcess) -> AsyncIterator[SocketWriter]:
    """Another browser of this writer's, signed in by a code through a server of its own, in the same room."""
    code = (await writer.post("/api/me/links"))["code"]
    async with SocketWriter(server.url, writer.name) as device:
        device.me = await device.post("/api/session/link", {"code": code})
        await device.join(writer.room)
        yield device


async def has_no_session(writer: SocketWriter) -> None:
    answer = await writer.http.get(f"{writer.base_url}/api/me")
    assert answer.status_code == 401


async def test_who_signs_out_on_one_device_writes_on_with_the_other(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.other) as (ada, ben), device_of(ada, house.other) as phone:
        await ada.start(60)
        await ada.wait_for_phase(Phase.WRITING)
        await phone.wait_for_phase(Phase.WRITING)
        await phone.count_stored(40)
        said = time.monotonic()
        await ada.post("/api/session/end")
        assert await ada.closed(CLOSED_S) == CloseCode.NOT_SIGNED_IN
        assert time.monotonic() - said < CLOSED_S
        await has_no_session(ada)
        await phone.count_stored(55)
        await together([ben, phone], {"Ada": 55, "Ben": 0})


async def test_who_signs_out_everywhere_else_is_closed_in_both_processes_and_loses_no_word(house: House) -> None:
    async with (
        house.group(Ada=house.one) as (ada,),
        device_of(ada, house.other) as phone,
        device_of(ada, house.one) as laptop,
    ):
        await ada.start(60)
        await phone.wait_for_phase(Phase.WRITING)
        last = await phone.count(120)  # not acknowledged yet
        said = time.monotonic()
        await ada.post("/api/me/devices/sign-out-others")
        for device in phone, laptop:
            assert await device.closed(CLOSED_S) == CloseCode.NOT_SIGNED_IN
        assert time.monotonic() - said < CLOSED_S
        for device in phone, laptop:
            await has_no_session(device)
        code = (await ada.post("/api/me/links"))["code"]
        phone.http.cookies.clear()
        await phone.post("/api/session/link", {"code": code})
        phone.unacked = last  # as the browser keeps it where no ACK came
        await phone.rejoin()
        await phone.wait_until_stored()
        await together([ada, phone], {"Ada": 120})
        assert await house.stored_words(ada.sprint) == {"Ada": 120}


async def test_a_notice_that_is_lost_costs_no_more_than_the_look_into_sql(house: House) -> None:
    async with house.group(Ada=house.one) as (ada,), device_of(ada, house.other) as phone:
        house.line.lose(lambda chunk: b"wt:{0}" in chunk)
        await ada.post("/api/me/devices/sign-out-others")
        assert await phone.closed(CLOSED_S) == CloseCode.NOT_SIGNED_IN
        assert house.line.lost
