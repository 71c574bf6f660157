"""The loop's lateness is seen, and told apart from time that the process was not given."""

import time
from collections.abc import Callable

from server.lag import LagWatch
from tests.support.wait import wait_until

HELD_S = 0.1


def work() -> None:
    began = time.thread_time()
    while time.thread_time() - began < HELD_S:
        pass


def have_no_core() -> None:
    """As if the machine had given it to somebody else."""
    time.sleep(HELD_S)


async def seen(meanwhile: Callable[[], None]) -> tuple[float, float]:
    """How late, and held by work, one look finds the loop, in s."""
    late: list[float] = []
    held: list[float] = []
    watch = LagWatch(60_000, late.append, held.append)
    try:
        work()  # before the look: it is none of it
        watch._timer.cancel()
        watch._look()
        meanwhile()
        await wait_until(lambda: late)
    finally:
        watch.stop()
    return late[0], held[0]


async def test_a_slice_that_holds_the_loop_is_seen_as_long_as_it_was() -> None:
    late, held = await seen(work)
    assert late >= held >= 0.9 * HELD_S


async def test_time_in_which_nothing_was_done_is_late_and_not_work() -> None:
    late, held = await seen(have_no_core)
    assert late >= 0.9 * HELD_S
    assert held <= 0.5 * HELD_S


async def test_it_looks_again_and_again() -> None:
    late: list[float] = []
    watch = LagWatch(1, late.append, late.append)
    await wait_until(lambda: len(late) >= 4)
    watch.stop()


async def test_it_stops() -> None:
    watch = LagWatch(1, lambda _: None, lambda _: None)
    watch.stop()
    assert watch._timer.cancelled()
