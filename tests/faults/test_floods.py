"""Clients that send what nobody should, as fast as they can: cut off at once, and others hardly notice."""

import asyncio
import re
import socket
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.house import TYPED, House
from tests.support.frames import masked
from tests.support.frozen import never_reads
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter

pytestmark = pytest.mark.faults

CUT_S = 1.0
MORE_BYTES = 5_000_000
ANSWER_S = 0.5
"""On a machine that other tests use, too."""
PACE_S = 0.02
A_GO = 64 * 1024
"""Bytes in one call of send()."""


FLOODS = {
    "pings whose pongs nobody reads": masked(9, b"p" * 125),
    "fragments of nothing": masked(0, fin=False),
    "messages that nobody knows": masked(2, b"\x91\x7f"),
    "messages of nothing": masked(2),
    "text": masked(1, b"t"),
}


async def test_each_is_cut_off_within_a_second_and_takes_no_memory(house: House) -> None:
    async with house.writing() as (ada, ben, cleo, dan):
        for name, frame in FLOODS.items():
            with await asyncio.to_thread(never_reads, house.one.url, ada.room, 1) as line:
                before = memory(house.one)
                flooding = asyncio.create_task(asyncio.to_thread(flood, line, name, frame))
                slowest, most = 0.0, before
                while not flooding.done():
                    slowest = max(slowest, await answer_s(ada))
                    most = max(most, memory(house.one))
                    await asyncio.sleep(PACE_S)
                assert await flooding < CUT_S, name
                assert most - before < MORE_BYTES, name
                assert slowest < ANSWER_S, name
        await asyncio.gather(ada.count(100), ben.count(50))
        await house.agree([ada, ben, cleo, dan], TYPED | {"Ada": 100, "Ben": 50})


def flood(line: socket.socket, name: str, frame: bytes) -> float:
    """Send it over and over; how long that was let happen, in s."""
    line.settimeout(5)
    begun = time.monotonic()
    with suppress(ConnectionError):
        if name == "fragments of nothing":
            line.sendall(masked(2, fin=False))
        while time.monotonic() - begun < 5:
            line.sendall(frame * (A_GO // len(frame)))
    return time.monotonic() - begun


async def answer_s(writer: SocketWriter) -> float:
    asked = time.monotonic()
    await writer.ping()
    return time.monotonic() - asked


def memory(server: ServerProcess) -> int:
    """Resident, in bytes."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1_024
