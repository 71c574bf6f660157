"""Clients that never read, as frozen tabs: they are skipped, cut off, and hold up neither people nor the end."""

import asyncio
import itertools
import random
import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from protocol.codes import CloseCode
from protocol.messages import CountFlags
from tests.faults.crowd import Crowd
from tests.faults.house import House
from tests.support.frozen import never_reads
from tests.support.server import ServerProcess
from tests.support.wait import wait_until

pytestmark = pytest.mark.faults

WRITERS, FROZEN = 64, 3
LONG_NAMES = "\U00020000" * 37
"""160 bytes each: a roster's rows are what fills a buffer soonest."""
UNREAD_BYTES = 40_000
SEEN_S = 1.0
GONE_S, ENDED_S = 14.0, 12.0
"""The kernel would cut them off after 15 s."""


async def test_they_are_cut_off_and_nobody_waits_for_them_nor_does_the_end(house: House) -> None:
    async with Crowd.of(house.ways, WRITERS, random.Random(3), LONG_NAMES) as crowd:
        room = crowd.writers[0].room
        slowest_s = 0.0
        with frozen(house.one, room), frozen(house.other, room) as holding:
            begun = time.monotonic()
            await wait_until(lambda: sockets(house.one) == sockets(house.other) == WRITERS // 2 + FROZEN)
            turns = itertools.count()
            while sockets(house.one) > WRITERS // 2:
                slowest_s = max(slowest_s, await stir(crowd, next(turns)))
                assert time.monotonic() - begun < GONE_S
            assert slowest_s < SEEN_S
            full = unread(house.other, holding)
            assert min(full) > UNREAD_BYTES
            await stir(crowd, next(turns))
            assert unread(house.other, holding) == full  # the kernel takes no more: the rest waits in the process
            begun = time.monotonic()
            assert await asyncio.to_thread(house.other.terminate) == 0
            assert time.monotonic() - begun < ENDED_S
        await crowd.all_back()
        assert {absence.code for each in crowd.writers for absence in each.absences} == {CloseCode.DRAIN}
        await house.agree(crowd.writers, crowd.typed)


async def stir(crowd: Crowd, n: int) -> float:
    """Everybody's count and the flag of who is writing change, so that there is much to tell.

    How long it takes, in s, until a count is seen through the other process.
    """
    begun = time.monotonic()
    words = [await crowd.type(each, CountFlags.WRITING * (n % 2)) for each in crowd.writers]
    here, there = n % 2, 1 - n % 2
    await crowd.writers[there].wait_for_words(crowd.writers[here].slot, words[here])
    return time.monotonic() - begun


@contextmanager
def frozen(server: ServerProcess, room: str) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        yield [stack.enter_context(never_reads(server.url, room, buffer_bytes=1)) for _ in range(FROZEN)]


def sockets(server: ServerProcess) -> int:
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return int(float(next(line.split()[1] for line in lines if line.startswith("wordtide_sockets "))))


def unread(server: ServerProcess, lines: list[socket.socket]) -> list[int]:
    """Bytes that the server's kernel holds for the other ends of these."""
    queues: dict[tuple[int, int], int] = {}
    for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, here, there, _, queue, *_ = row.split()
        ports = int(here.partition(":")[2], 16), int(there.partition(":")[2], 16)
        queues[ports] = int(queue.partition(":")[0], 16)
    return [queues.get((server.port, each.getsockname()[1]), 0) for each in lines]
