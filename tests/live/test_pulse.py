"""The pulse: changes gather into ticks and flushes."""

import asyncio
import time
from collections.abc import Callable

import pytest

from server.live.pulse import BETWEEN_ROOMS_MS, LEAD, PUSHED_AT_ONCE, Beat, Pulse, tick_ms
from tests.support.wait import wait_until


def test_ticks_slow_down_as_rooms_grow() -> None:
    assert [tick_ms(writers) for writers in (0, 100, 101, 1_000, 1_001, 10_000)] == [200, 200, 400, 400, 1_000, 1_000]


class Room:
    """What a pulse was told to do, and when (s, on the clock that all share)."""

    def __init__(self, period_ms: int = 200, room: int = 1, gather: Callable[[], None] = lambda: None) -> None:
        self.ticks: list[tuple[set[int], set[int]]] = []
        self.pushes: list[set[int]] = []
        self.ticked_at: list[float] = []
        self.pushed_at: list[float] = []
        loop = asyncio.get_running_loop()
        self.pulse = Pulse(loop, now_ms, room, 5, lambda: period_ms, gather, self._tick, self._push)

    def _tick(self, rows: set[int], names: set[int]) -> None:
        self.ticks.append((rows, names))
        self.ticked_at.append(time.monotonic())

    def _push(self, slots: set[int]) -> None:
        self.pushes.append(slots)
        self.pushed_at.append(time.monotonic())


def now_ms() -> int:
    return int(time.monotonic() * 1_000)


async def test_changes_of_a_tick_come_together_once() -> None:
    room = Room()
    room.pulse.row_changed(1, push=True)
    room.pulse.row_changed(1, push=True)
    room.pulse.row_changed(2, push=False)
    room.pulse.name_changed(3)
    await wait_until(lambda: room.pulse.idle)
    assert room.ticks == [({1, 2}, {3})]
    assert room.pushes == [{1}]


async def test_a_crowd_is_pushed_a_part_at_a_time_and_whole_where_it_has_to_be() -> None:
    room = Room()
    crowd = range(2 * PUSHED_AT_ONCE + 100)
    for slot in crowd:
        room.pulse.row_changed(slot, push=True)
    await wait_until(lambda: room.pulse.idle)
    assert [len(each) for each in room.pushes] == [PUSHED_AT_ONCE, PUSHED_AT_ONCE, 100]
    assert set().union(*room.pushes) == set(crowd)
    for slot in crowd:
        room.pulse.row_changed(slot, push=True)
    room.pulse.push_now()
    assert room.pushes[-1] == set(crowd)
    room.pulse.stop()


async def test_a_tick_comes_when_it_is_asked_for_though_no_slot_changed() -> None:
    room = Room()
    room.pulse.wake()
    await wait_until(lambda: room.ticks == [(set(), set())])


async def test_another_sprint_pushes_what_was_gathered_and_forgets_its_rows() -> None:
    room = Room()
    room.pulse.row_changed(1, push=True)
    room.pulse.forget_rows()
    assert room.pushes == [{1}]
    await wait_until(lambda: len(room.ticks) == 1)
    assert room.ticks == [(set(), set())]
    room.pulse.stop()


async def test_what_is_gathered_at_the_last_moment_is_pushed_with_the_rest() -> None:
    gathered: list[int] = []

    def gather() -> None:
        gathered.append(7)
        room.pulse.row_changed(7, push=True)

    room = Room(gather=gather)
    room.pulse.row_changed(1, push=True)
    await wait_until(lambda: room.pulse.idle)
    assert (room.pushes, gathered) == ([{1, 7}], [7])


async def test_while_counts_move_two_processes_tick_at_the_same_instants_and_push_before_them() -> None:
    period_ms, room = 40, 9
    here, there = Room(period_ms, room), Room(period_ms, room)

    def both_ticked() -> bool:
        """And each time something has changed since."""
        here.pulse.row_changed(1, push=True)
        there.pulse.row_changed(1, push=True)
        return min(len(here.ticked_at), len(there.ticked_at)) > 12

    await wait_until(both_ticked)
    here.pulse.stop()
    there.pulse.stop()
    for instants, early_ms in ((here.ticked_at, 0), (there.ticked_at, 0), (here.pushed_at, 8), (there.pushed_at, 8)):
        # The first came after a quiet time. A machine that is busy is late now and then, but never early.
        after = sorted((at * 1_000 - room * BETWEEN_ROOMS_MS + early_ms) % period_ms for at in instants[1:])
        assert after[len(after) // 2] < period_ms / 4, after
    assert period_ms // LEAD == 8


class Hand:
    """A loop's clock and the clock of all, set by hand; ms."""

    def __init__(self, at: float) -> None:
        self.at = at

    def time(self) -> float:
        return self.at / 1_000


def due_ms(hand: Hand, beat: Beat, early_ms: int = 0) -> float:
    return round(beat.due(400, early_ms) * 1_000, 6)


@pytest.fixture
def hand() -> Hand:
    return Hand(10_000)


@pytest.fixture
def beat(hand: Hand) -> Beat:
    return Beat(hand, lambda: int(hand.at), 0.05, 100)  # type: ignore[arg-type]  # nothing else of a loop is used


def test_after_a_quiet_time_what_comes_first_waits_only_for_what_comes_with_it(hand: Hand, beat: Beat) -> None:
    assert due_ms(hand, beat) == 10_050
    hand.at = 10_050
    beat.came()
    hand.at = 10_451
    assert due_ms(hand, beat) == 10_501


def test_then_it_is_due_at_the_next_instant_or_before_it(hand: Hand, beat: Beat) -> None:
    beat.came()
    hand.at = 10_210
    assert (due_ms(hand, beat), due_ms(hand, beat, early_ms=80)) == (10_500, 10_420)
    hand.at = 10_430
    beat.came()
    assert (due_ms(hand, beat), due_ms(hand, beat, early_ms=80)) == (10_900, 10_820)


def test_an_instant_that_a_timer_was_early_for_is_not_met_twice(hand: Hand, beat: Beat) -> None:
    hand.at = 10_499
    beat.came()
    assert due_ms(hand, beat) == 10_900
