"""`--workers 2`: two processes on one port, one of which is killed, and the end of both."""

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from protocol.codes import CloseCode
from protocol.messages import Phase
from tests.faults.house import House
from tests.support.group import all_in_phase, group, together
from tests.support.server import ServerProcess
from tests.support.wait import wait_until

pytestmark = pytest.mark.faults


@pytest.fixture
def shared_port(house: House) -> Iterator[ServerProcess]:
    settings: dict[str, Any] = dict(house.one.settings)
    with ServerProcess("--workers", "2", **settings) as running:
        yield running


async def pids(server: ServerProcess, n: int) -> set[int]:
    """Those of n processes: the kernel spreads new connections over them."""
    seen: set[int] = set()

    async def are_seen() -> bool:
        async with httpx.AsyncClient() as one_connection:
            try:
                seen.add((await one_connection.get(f"{server.url}/healthz")).json()["pid"])
            except httpx.TransportError:
                return False
        return len(seen) == n

    await wait_until(are_seen, 20)
    return seen


async def test_two_workers_share_a_port_and_a_killed_one_is_replaced(house: House, shared_port: ServerProcess) -> None:
    first = await pids(shared_port, 2)
    assert shared_port.pid not in first  # the parent only looks after them
    async with group(shared_port.url, "Ada", "Ben", "Cleo", "Dan") as writers:
        ada = writers[0]
        await ada.start(600)
        await all_in_phase(writers, Phase.WRITING)
        for words, each in enumerate(writers):
            await each.count_stored(words)
        await together(writers, {"Ada": 0, "Ben": 1, "Cleo": 2, "Dan": 3})

        killed = min(first)
        os.kill(killed, signal.SIGKILL)
        await wait_until(lambda: not _lives(killed))
        for each in writers:
            await each.rejoin()  # where it was cut off, and where not
        await ada.count_stored(50)
        both = replace(house, one=shared_port, other=shared_port)
        await both.agree(writers, {"Ada": 50, "Ben": 1, "Cleo": 2, "Dan": 3})
        survivor = first - {killed}
        now = await pids(shared_port, 2)
        assert survivor < now
        assert killed not in now

        assert await asyncio.to_thread(shared_port.terminate) == 0
        assert [await each.closed() for each in writers] == [CloseCode.DRAIN] * 4
    assert not any(map(_lives, now))


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
