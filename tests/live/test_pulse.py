"""The pulse: changes gather into ticks and flushes."""

import asyncio

import pytest

from server.live.pulse import PUSHED_AT_ONCE, Pulse, tick_ms
from tests.support.wait import wait_until


def test_ticks_slow_down_as_rooms_grow() -> None:
    assert [tick_ms(writers) for writers in (0, 100, 101, 1_000, 1_001, 10_000)] == [200, 200, 400, 400, 1_000, 1_000]


async def test_changes_of_a_tick_come_together_once() -> None:
    ticks: list[tuple[set[int], set[int]]] = []
    pushes: list[set[int]] = []
    pulse = Pulse(
        asyncio.get_running_loop(), 5, lambda: 2, lambda rows, names: ticks.append((rows, names)), pushes.append
    )
    pulse.row_changed(1, push=True)
    pulse.row_changed(1, push=True)
    pulse.row_changed(2, push=False)
    pulse.name_changed(3)
    await wait_until(lambda: pulse.idle)
    assert ticks == [({1, 2}, {3})]
    assert pushes == [{1}]


async def test_a_crowd_is_pushed_a_part_at_a_time_and_whole_where_it_has_to_be() -> None:
    pushes: list[set[int]] = []
    pulse = Pulse(asyncio.get_running_loop(), 5, lambda: 2, lambda rows, names: None, pushes.append)
    for slot in range(2_500):
        pulse.row_changed(slot, push=True)
    await wait_until(lambda: pulse.idle)
    assert [len(each) for each in pushes] == [PUSHED_AT_ONCE, PUSHED_AT_ONCE, 2_500 - 2 * PUSHED_AT_ONCE]
    assert set().union(*pushes) == set(range(2_500))
    for slot in range(2_500):
        pulse.row_changed(slot, push=True)
    pulse.push_now()
    assert pushes[-1] == set(range(2_500))
    pulse.stop()


async def test_a_tick_comes_when_it_is_asked_for_though_no_slot_changed() -> None:
    ticks: list[set[int]] = []
    pulse = Pulse(asyncio.get_running_loop(), 5, lambda: 2, lambda rows, _: ticks.append(rows), lambda slots: None)
    pulse.wake()
    await wait_until(lambda: ticks == [set()])
    pulse.stop()


async def test_another_sprint_pushes_what_was_gathered_and_forgets_its_rows() -> None:
    ticks: list[set[int]] = []
    pushes: list[set[int]] = []
    pulse = Pulse(asyncio.get_running_loop(), 5, lambda: 2, lambda rows, _: ticks.append(rows), pushes.append)
    pulse.row_changed(1, push=True)
    pulse.forget_rows()
    assert pushes == [{1}]
    await wait_until(lambda: len(ticks) == 1)
    assert ticks == [set()]
    pulse.stop()


@pytest.mark.parametrize(("writers", "wait_s"), [(2, 0.05), (500, 0.1), (5_000, 0.25)])
async def test_a_change_waits_for_others_to_be_pushed_with_the_longer_the_longer_a_tick_is(
    writers: int, wait_s: float
) -> None:
    pushed: list[float] = []
    loop = asyncio.get_running_loop()
    pulse = Pulse(loop, 5, lambda: writers, lambda rows, names: None, lambda _: pushed.append(loop.time()))
    began = loop.time()
    pulse.row_changed(1, push=True)
    await wait_until(lambda: pushed)
    assert pushed[0] - began >= wait_s
    pulse.stop()
