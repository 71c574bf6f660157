"""The loop's lateness is seen, and told apart from time that the process was not given."""

import time

from server.lag import LagWatch
from tests.support.wait import wait_until


async def test_a_slice_that_holds_the_loop_is_seen_as_long_as_it_was() -> None:
    late: list[float] = []
    held: list[float] = []
    watch = LagWatch(1, late.append, held.append)
    try:
        await wait_until(lambda: late)
        began = time.thread_time()
        while time.thread_time() - began < 0.1:
            pass
        seen = len(late)
        await wait_until(lambda: len(late) > seen)
        assert late[seen] >= held[seen] >= 0.09
    finally:
        watch.stop()


async def test_time_in_which_nothing_was_done_is_late_and_not_work() -> None:
    late: list[float] = []
    held: list[float] = []
    watch = LagWatch(1, late.append, held.append)
    try:
        await wait_until(lambda: late)
        time.sleep(0.1)  # noqa: ASYNC251  # as if the machine had given the core to somebody else
        seen = len(late)
        await wait_until(lambda: len(late) > seen)
        assert late[seen] >= 0.09
        assert held[seen] <= 0.05
    finally:
        watch.stop()


async def test_it_stops() -> None:
    watch = LagWatch(1, lambda _: None, lambda _: None)
    watch.stop()
    assert watch._timer.cancelled()
