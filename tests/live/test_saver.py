"""When counts are stored: soon, a few calls for many, and again where the database was away."""

import asyncio
import logging
import math
from collections.abc import Container, Coroutine, Iterable
from typing import Any

import pytest
import uvloop

from server.clock import Clock
from server.core.board import Row
from server.core.records import CountRow
from server.core.sprint import Limits
from server.live.counts import Counts
from server.live.plane import Plane, Timing
from server.live.relay import MemoryRelay
from server.live.saver import Due, Saver
from tests.support.wait import wait_until

T = 1_781_092_800_000


class Shelf:
    """A ledger that keeps the rows it is given, unless it is away. Of `strays` it knows no such members."""

    def __init__(self) -> None:
        self.calls: list[set[int]] = []
        self.strays: set[int] = set()
        self.readings = 0
        self.away = False
        self.refused: set[int] = set()

    async def checkpoint(self, sprint: int, rows: Iterable[CountRow], now: int) -> dict[int, CountRow]:
        if self.away:
            raise ConnectionError("away")
        given = {row.slot: row for row in rows}
        if self.refused & set(given):
            raise ValueError("this row cannot be stored")
        self.calls.append(set(given))
        return {slot: row for slot, row in given.items() if slot not in self.strays}

    async def reread(self) -> None:
        self.readings += 1


def saver(shelf: Shelf, timing: Timing, strangers: Container[int] = ()) -> Saver:
    plane = Plane(shelf, MemoryRelay(), Clock(), Limits(), timing)  # type: ignore[arg-type]  # all that is asked of it

    def writer_of(slot: int) -> int | None:
        return None if slot in strangers else 100 + slot

    return Saver(plane, Counts(7), writer_of, shelf.reread, lambda rows, newer: None)


def count(each: Saver, slot: int, own: bool = True) -> None:
    each.counts.merge(Row(slot, T + len(each.counts.unsaved), slot, 0))
    each.touch([slot], own)


def on_uvloop(test: Coroutine[Any, Any, None]) -> None:
    """As in production."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(test)


def test_what_is_due_at_once_does_not_stand_in_the_way_of_what_comes_next() -> None:
    async def story() -> None:
        shelf = Shelf()
        each = saver(shelf, Timing(checkpoint_ms=0))
        for slot in range(5):
            count(each, slot)
        await wait_until(lambda: each.idle)
        assert set().union(*shelf.calls) == set(range(5))

    on_uvloop(story())


def test_many_rows_are_stored_in_calls_that_hold_nothing_up() -> None:
    async def story() -> None:
        shelf = Shelf()
        each = saver(shelf, Timing())
        for slot in range(300):
            count(each, slot)
        assert await each.flush()
        assert [len(call) for call in shelf.calls] == [250, 50]

    on_uvloop(story())


def test_another_process_s_row_is_left_to_it_for_a_while() -> None:
    async def story() -> None:
        shelf = Shelf()
        each = saver(shelf, Timing(checkpoint_ms=100))
        count(each, 1, own=False)
        count(each, 2)
        assert each._due._when[1] - each._due._when[2] > 0.09  # twice the time, less a step
        await wait_until(lambda: each.idle)
        assert set().union(*shelf.calls) == {1, 2}

    on_uvloop(story())


def test_what_could_not_be_stored_is_tried_again_until_it_is() -> None:
    async def story() -> None:
        shelf = Shelf()
        shelf.away = True
        each = saver(shelf, Timing(checkpoint_ms=10))
        count(each, 1)
        assert not await each.flush()
        assert each.counts.unsaved == {1}
        shelf.away = False
        await wait_until(lambda: each.idle)
        assert shelf.calls == [{1}]

    on_uvloop(story())


def test_a_row_waits_for_a_writer_who_is_not_known_yet() -> None:
    async def story() -> None:
        shelf, strangers = Shelf(), {1}
        each = saver(shelf, Timing(checkpoint_ms=10), strangers)
        count(each, 1)
        count(each, 2)
        assert not await each.flush()
        assert each.counts.unsaved == {1}
        strangers.clear()
        await wait_until(lambda: each.idle)
        assert shelf.calls == [{2}, {1}]

    on_uvloop(story())


def test_a_row_of_whom_sql_does_not_know_is_given_up_once_it_was_asked_whose_the_place_is() -> None:
    async def story() -> None:
        shelf = Shelf()
        shelf.strays = {1}
        each = saver(shelf, Timing(checkpoint_ms=60_000))
        count(each, 1)
        count(each, 2)
        assert await each.flush()
        assert (shelf.calls, shelf.readings, each.idle) == ([{1, 2}], 1, True)
        each.stop()

    on_uvloop(story())


def test_a_row_that_cannot_be_stored_keeps_no_other_out(caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        shelf = Shelf()
        shelf.refused = {7}
        each = saver(shelf, Timing(checkpoint_ms=60_000))
        for slot in range(600):
            count(each, slot)
        with caplog.at_level(logging.CRITICAL, "wordtide.live"):
            assert not await each.flush()
        assert each.counts.unsaved == {7}
        each.stop()

    on_uvloop(story())


def test_a_row_that_is_refused_time_and_again_is_tried_ever_more_rarely_and_told_of_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def story() -> None:
        shelf = Shelf()
        shelf.refused = {7}
        each = saver(shelf, Timing(checkpoint_ms=60_000))
        count(each, 7)
        each._due.take(math.inf)  # else it may be due before its time comes again
        now = asyncio.get_running_loop().time()
        waits: list[float] = []
        for _ in range(9):
            assert not await each.flush()
            waits.append(each._due.first - now)
            each._due.take(math.inf)
        most = [1, 2, 4, 8, 16, 32, 64, 64, 64]
        assert all(at / 2 - 0.01 <= wait <= at + 0.5 for wait, at in zip(waits, most, strict=True)), waits
        shelf.refused = set()
        assert await each.flush()
        shelf.refused = {7}
        each.counts.merge(Row(7, T + 10, 8, 0))
        each.touch([7], own=True)
        assert not await each.flush()
        assert each._due.first - now < 1.5
        each.stop()

    with caplog.at_level(logging.ERROR, "wordtide.live"):
        on_uvloop(story())
    assert len(caplog.records) == 2


def test_rows_of_many_writers_are_stored_together_and_none_later_than_it_may_be() -> None:
    due, most_s = Due(0.3), 5.0
    asked = {slot: 1_000 + slot / 1_000 for slot in range(10_000)}  # a thousand counts a second
    for slot, at in asked.items():
        due.within([slot], 0, most_s, at)
        due.within([slot], 0, most_s, at + 1)  # counted once more: that is no reason to wait longer
    instants: list[float] = []
    stored: dict[int, float] = {}
    while due:
        instants.append(due.first)
        stored |= dict.fromkeys(due.take(instants[-1]), instants[-1])
    assert stored.keys() == asked.keys()
    assert all(0 <= stored[slot] - at <= most_s + 1e-6 for slot, at in asked.items())
    assert len(instants) == 3


def test_what_is_left_to_others_for_a_while_is_not_due_before() -> None:
    for phase in 0, 0.3, 0.999:
        due = Due(phase)
        for n in range(100):
            due.within([n], 5.0, 10.0, 1_000 + n / 7)
        for n in range(100):
            assert 5.0 - 1e-6 <= due._when[n] - (1_000 + n / 7) <= 10.0


def test_who_becomes_urgent_does_not_wait_for_their_turn() -> None:
    due = Due(0)
    due.within([1, 2], 0, 5.0, 1_000)
    due.within([1], 0, 0.05, 1_000)
    assert due.take(1_000.051) == {1}
    assert due.take(1_004) == set()
    assert due.take(1_005) == {2}
    assert not due


def test_a_slow_database_gets_fewer_calls_and_not_a_queue_of_them() -> None:
    async def story() -> None:
        shelf = Shelf()
        gate = asyncio.Event()
        checkpoint = shelf.checkpoint

        async def slow(sprint: int, rows: Iterable[CountRow], now: int) -> dict[int, CountRow]:
            await gate.wait()
            return await checkpoint(sprint, rows, now)

        shelf.checkpoint = slow  # type: ignore[method-assign]
        each = saver(shelf, Timing(checkpoint_ms=1))
        for slot in range(50):
            count(each, slot)
            await wait_until(lambda slot=slot: slot not in each._due._when)  # type: ignore[misc]
        gate.set()
        await wait_until(lambda: each.idle)
        assert len(shelf.calls) == 2
        assert set().union(*shelf.calls) == set(range(50))

    on_uvloop(story())
