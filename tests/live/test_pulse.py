"""The pulse: changes gather into ticks and flushes."""

import asyncio

from server.live.pulse import Pulse, tick_ms
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
    await wait_until(lambda: len(ticks) == 1)
    assert ticks == [({1, 2}, {3})]
    assert pushes == [{1}]
    assert pulse.idle


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
