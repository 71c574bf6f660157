"""Virtual loops do what asyncio's do, but that time jumps, and that they can be killed and frozen."""

import asyncio

import pytest

from tests.simulation.direct import ENGINE_EVERY
from tests.simulation.loop import Universe, VirtualLoop, bury
from tests.simulation.run import simulate


def test_time_jumps_to_the_next_timer_of_any_loop() -> None:
    universe = Universe()
    loops = [VirtualLoop(universe), VirtualLoop(universe, begins=5_000)]
    woke: list[tuple[int, float]] = []

    async def sleeper(which: int, seconds: float) -> None:
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(seconds)
        woke.append((which, asyncio.get_running_loop().time() - began))

    for which, seconds in ((0, 3_600.0), (1, 60.0), (0, 5.0)):
        loops[which].begin(sleeper(which, seconds))
    universe.run_until(3_599)
    assert [(which, round(after)) for which, after in woke] == [(0, 5), (1, 60)]
    universe.run_until(3_601)
    assert round(woke[-1][1]) == 3_600
    assert universe.now == 3_601


def test_a_killed_loop_runs_nothing_more() -> None:
    universe = Universe()
    loop = VirtualLoop(universe)
    steps: list[str] = []

    async def worker() -> None:
        try:
            while True:
                steps.append("step")
                await asyncio.sleep(1)
        finally:
            steps.append("finally")

    loop.begin(worker())
    universe.run_until(2.5)
    loop.kill()
    universe.run_until(60)
    assert steps == ["step"] * 3
    bury(universe, [loop])
    assert steps[3:] == ["finally"]


def test_a_loop_can_be_killed_between_two_steps_that_no_time_lies_between() -> None:
    universe = Universe()
    loop = VirtualLoop(universe)
    steps: list[int] = []

    async def worker() -> None:
        for step in range(10):
            steps.append(step)
            await asyncio.sleep(0)

    loop.after_steps(3, loop.kill)
    loop.begin(worker())
    universe.run_until(1)
    assert steps == [0, 1, 2, 3]
    bury(universe, [loop])


def test_a_frozen_loop_catches_up() -> None:
    universe = Universe()
    loop = VirtualLoop(universe)
    woke: list[float] = []

    async def worker() -> None:
        for _ in range(2):
            await asyncio.sleep(1)
            woke.append(universe.now)

    loop.begin(worker())
    universe.run_until(0.5)
    loop.freeze()
    universe.run_until(10)
    assert woke == []
    loop.thaw()
    universe.run_until(12)
    assert woke == [10, 11]


def test_timeouts_and_cancelling_work_as_ever() -> None:
    universe = Universe()
    loop = VirtualLoop(universe)

    async def late() -> str:
        try:
            async with asyncio.timeout(2):
                await asyncio.Event().wait()
        except TimeoutError:
            return f"after {universe.now:.0f} s"
        return "in time"

    asked = loop.begin(late())
    universe.run_until(5)
    assert asked.result() == "after 2 s"


def test_a_failure_that_nobody_handles_is_told() -> None:
    universe = Universe()
    loop = VirtualLoop(universe)
    loop.call_soon(lambda: 1 // 0)
    universe.run_until(1)
    assert "ZeroDivisionError" in universe.failures[0]


@pytest.mark.parametrize("seed", [7, ENGINE_EVERY])
def test_a_seed_is_the_same_world_each_time(seed: int) -> None:
    first, again = simulate(seed), simulate(seed)
    assert len(first.events) > 20
    assert first == again
    assert simulate(seed + 1).events != first.events
