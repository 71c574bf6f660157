"""The relay over a real Redis that is killed, frozen, emptied, or silently loses messages."""

import asyncio
import logging
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import pytest
from redis.asyncio import Redis

from server.core.board import Row
from server.live.relay_format import EPOCH, VERSION, hash_key, unpack_row
from server.live.relay_line import done
from server.live.relay_redis import Opened, RedisRelay
from tests.support.process import BoardProcess, agree
from tests.support.proxy import LossyProxy
from tests.support.valkey import Valkey
from tests.support.wait import wait_until

pytestmark = pytest.mark.faults

ROOM, SPRINT = 7, 21
NOW = 1_790_000_000_000
IDLE = [Row(0, 0, 0, 0), *(Row(slot, NOW, 100 * slot, 0) for slot in range(1, 6))]
"""Those who have written nothing yet are on the board too."""


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with Valkey(tcp=True) as server:
        yield server


@asynccontextmanager
async def asking(valkey: Valkey) -> AsyncIterator["Redis"]:
    client = Redis.from_url(valkey.url)
    try:
        yield client
    finally:
        await client.aclose()


@asynccontextmanager
async def two_in_the_room(url: str, other_url: str = "") -> AsyncIterator[tuple[BoardProcess, BoardProcess]]:
    async with AsyncExitStack() as stack:
        ada = await stack.enter_async_context(BoardProcess(RedisRelay(url)))
        ben = await stack.enter_async_context(BoardProcess(RedisRelay(other_url or url)))
        for each in ada, ben:
            await each.join(ROOM, SPRINT)
        yield ada, ben


def stored_in(valkey: Valkey, rows: list[Row]) -> Callable[[], Awaitable[bool]]:
    """A condition: the sprint's hash holds exactly these rows."""

    async def stands() -> bool:
        async with asking(valkey) as client:
            stored: dict[Any, Any] = await client.hgetall(hash_key(ROOM, SPRINT))
        found = [unpack_row(*each) for each in stored.items() if each[0] not in (EPOCH, VERSION)]
        return sorted(found) == sorted(rows)

    return stands


async def settled(valkey: Valkey, rows: list[Row], *processes: BoardProcess) -> None:
    """All hold the rows, and every sprint's second look, a round after it was watched, is over."""
    await wait_until(agree(ROOM, SPRINT, rows, *processes))
    async with asking(valkey) as client:

        async def looked_twice() -> bool:
            reads = (await client.info("commandstats"))["cmdstat_hscan"]["calls"]
            return int(reads) >= 2 * len(processes)

        await wait_until(looked_twice, 4)


async def test_killed_and_back_empty_all_have_all_within_3_s_idle_writers_too(valkey: Valkey) -> None:
    async with two_in_the_room(valkey.url) as (ada, ben):
        ada.count(ROOM, SPRINT, *IDLE)
        await wait_until(agree(ROOM, SPRINT, IDLE, ben))
        valkey.kill()
        await wait_until(lambda: ada.healths == ben.healths == [False], 3)
        ada.count(ROOM, SPRINT, Row(1, NOW + 1, 90, 0), Row(11, NOW + 1, 5, 0))
        ben.count(ROOM, SPRINT, Row(12, NOW + 2, 7, 0))
        truth = [IDLE[0], Row(1, NOW + 1, 90, 0), *IDLE[2:], Row(11, NOW + 1, 5, 0), Row(12, NOW + 2, 7, 0)]
        valkey.start()
        back = time.monotonic()
        await wait_until(agree(ROOM, SPRINT, truth, ada, ben), 3)
        await wait_until(stored_in(valkey, truth), 3)
        await wait_until(lambda: ada.healths == ben.healths == [False, True], 3)
        assert time.monotonic() - back < 3


async def test_killed_and_back_at_once_nobody_is_told_and_nothing_is_missing(valkey: Valkey) -> None:
    async with two_in_the_room(valkey.url) as (ada, ben):
        ada.count(ROOM, SPRINT, *IDLE)
        await wait_until(agree(ROOM, SPRINT, IDLE, ben))
        valkey.restart()
        await wait_until(stored_in(valkey, IDLE), 3)
        ben.count(ROOM, SPRINT, Row(12, NOW, 7, 0))
        await wait_until(agree(ROOM, SPRINT, [*IDLE, Row(12, NOW, 7, 0)], ada), 3)
        assert ada.healths == ben.healths == []


async def test_a_frozen_server_is_noticed_within_3_s_and_its_return_heals(valkey: Valkey) -> None:
    async with two_in_the_room(valkey.url) as (ada, ben):
        ada.count(ROOM, SPRINT, *IDLE)
        await settled(valkey, IDLE, ada, ben)
        valkey.pause()
        try:
            slots = iter(range(100, 10_000))

            def noticed_while_counts_go_on() -> bool:
                ada.count(ROOM, SPRINT, Row(next(slots), NOW, 1, 0))
                return ada.healths == ben.healths == [False]

            await wait_until(noticed_while_counts_go_on, 3)
            ada.relay.notify(ROOM, b"to myself")
            assert ada.notices == [(ROOM, b"to myself")]
            late = BoardProcess(RedisRelay(valkey.url))
            began = time.monotonic()
            await late.relay.start(late)
            assert time.monotonic() - began < 2.5
            assert not late.relay.healthy
            await late.relay.stop()
        finally:
            valkey.resume()
        truth = ada.board(ROOM, SPRINT)
        await wait_until(lambda: ada.relay.healthy and ben.relay.healthy, 6)
        await wait_until(agree(ROOM, SPRINT, truth, ada, ben), 3)
        await wait_until(stored_in(valkey, truth), 3)
        assert ada.healths == ben.healths == [False, True]


@pytest.mark.parametrize("seed", [1, 2])
async def test_boards_converge_though_a_fifth_of_the_messages_is_lost(valkey: Valkey, seed: int) -> None:
    chance = random.Random(seed)
    async with LossyProxy(valkey.port) as proxy:
        proxy.loses = lambda chunk: b"smessage" in chunk and chance.random() < 0.2
        through = f"redis://127.0.0.1:{proxy.port}"
        async with two_in_the_room(through, through) as (ada, ben):
            for seq in range(150):
                who = chance.choice([ada, ben])
                who.count(ROOM, SPRINT, Row(chance.randrange(20), NOW + seq, chance.randrange(-50, 2_000), 0))
                await asyncio.sleep(0.005)  # a pace, no wait: messages go out one by one
            await wait_until(lambda: len(ada.board(ROOM, SPRINT)) == 20)
            await wait_until(lambda: ada.board(ROOM, SPRINT) == ben.board(ROOM, SPRINT), 5)
            await wait_until(stored_in(valkey, ada.board(ROOM, SPRINT)), 3)
            assert proxy.lost > 10


async def test_a_process_that_starts_without_its_server_works_alone_then_joins(valkey: Valkey) -> None:
    valkey.kill()
    began = time.monotonic()
    async with two_in_the_room(valkey.url) as (ada, ben):
        assert time.monotonic() - began < 2.5
        assert not ada.relay.healthy
        ada.count(ROOM, SPRINT, *IDLE)
        ada.relay.notify(ROOM, b"to myself")
        assert ada.notices == [(ROOM, b"to myself")]
        valkey.start()
        await wait_until(agree(ROOM, SPRINT, IDLE, ben), 3)
        await wait_until(lambda: ada.healths == ben.healths == [True])
        ada.relay.notify(ROOM, b"to all")
        await wait_until(lambda: ben.notices == [(ROOM, b"to all")])


async def test_what_sql_gave_a_board_reaches_the_others_within_3_s(valkey: Valkey) -> None:
    async with two_in_the_room(valkey.url) as (ada, ben):
        ada.count(ROOM, SPRINT, IDLE[1])
        await wait_until(agree(ROOM, SPRINT, [IDLE[1]], ben))
        async with BoardProcess(RedisRelay(valkey.url)) as restarted:
            await restarted.join(ROOM, SPRINT)
            restarted.hold(ROOM, SPRINT, *IDLE)
            await wait_until(agree(ROOM, SPRINT, IDLE, ada, ben, restarted), 3)


async def test_a_forgotten_sprint_expires_half_an_hour_after_its_last_count(valkey: Valkey) -> None:
    async with two_in_the_room(valkey.url) as (ada, _), asking(valkey) as client:
        ada.count(ROOM, SPRINT, *IDLE)
        await wait_until(stored_in(valkey, IDLE))
        assert 29 * 60_000 < await client.pttl(hash_key(ROOM, SPRINT)) <= 30 * 60_000
        await client.pexpire(hash_key(ROOM, SPRINT), 60_000)
        ada.count(ROOM, SPRINT, Row(1, NOW + 1, 1, 0))
        await wait_until(stored_in(valkey, [IDLE[0], Row(1, NOW + 1, 1, 0), *IDLE[2:]]))
        assert 29 * 60_000 < await client.pttl(hash_key(ROOM, SPRINT)) <= 30 * 60_000


async def test_a_server_that_forgot_the_script_is_taught_it_again(valkey: Valkey) -> None:
    async with two_in_the_room(valkey.url) as (ada, ben), asking(valkey) as client:
        await client.script_flush()
        ada.count(ROOM, SPRINT, *IDLE)
        await wait_until(agree(ROOM, SPRINT, IDLE, ben), 3)


async def test_a_listener_that_fails_does_not_cost_the_line(
    valkey: Valkey, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with two_in_the_room(valkey.url) as (ada, ben):
        with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
            patch.setattr(ben, "notice_came", lambda room, notice: 1 / 0)
            ada.relay.notify(ROOM, b"trouble")
            await wait_until(lambda: "ZeroDivisionError" in caplog.text)
        ada.relay.notify(ROOM, b"heard")
        await wait_until(lambda: ben.notices == [(ROOM, b"heard")])


async def test_stop_ends_in_time_and_leaves_no_task_though_the_server_is_frozen(valkey: Valkey) -> None:
    before = asyncio.all_tasks()
    async with two_in_the_room(valkey.url) as (ada, ben):
        valkey.pause()
        try:
            ada.count(ROOM, SPRINT, *IDLE)
            began = time.monotonic()
            await asyncio.gather(ada.relay.stop(), ben.relay.stop())
            assert time.monotonic() - began < 3
        finally:
            valkey.resume()
    assert asyncio.all_tasks() == before


async def test_an_address_that_redis_py_cannot_read_is_a_line_that_is_lost(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "server.live.relay_redis"):
        async with BoardProcess(RedisRelay("redis://127.0.0.1:1?socket_timeout=soon")) as ada:
            assert not ada.relay.healthy
    assert ["socket_timeout" in each.getMessage() for each in caplog.records] == [True]


async def test_a_room_that_was_opening_when_the_line_broke_is_heard_on_the_next_one(valkey: Valkey) -> None:
    async with AsyncExitStack() as stack:
        relay = RedisRelay(valkey.url)
        await stack.enter_async_context(BoardProcess(relay))
        await wait_until(lambda: relay.healthy)
        first = relay._line
        assert first is not None
        opened = relay._rooms.setdefault(ROOM, Opened())  # asked for, and not confirmed
        first.break_off(ConnectionError("cut"))
        await wait_until(lambda: relay._line not in (None, first))
        second = relay._line
        await wait_until(opened.heard.is_set, 1)
        first.break_off(TimeoutError("a call on the former line fails late"))
        await relay.open(ROOM)
        assert relay._line is second


async def test_a_task_that_redis_py_kept_from_being_cancelled_ends_all_the_same() -> None:
    begun = asyncio.Event()

    async def forgets_that_it_was_cancelled() -> None:
        begun.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()

    async def publishes_for_ever() -> None:
        while True:
            await done(forgets_that_it_was_cancelled())

    task = asyncio.create_task(publishes_for_ever())
    await begun.wait()
    task.cancel()
    await asyncio.wait({task}, timeout=5)
    assert task.cancelled()
