"""The server's clock: the database's time, carried on by a clock that nobody sets."""

import time
from itertools import pairwise

import pytest

from server.clock import Clock
from tests.support.clocks import Held


async def test_the_clock_follows_the_database_and_then_runs_on() -> None:
    forward = Held()
    clock = Clock(forward=forward)

    async def read() -> int:
        forward.s += 0.1
        return 1_764_000_000_000

    await clock.sample(read)
    assert clock.now() == 1_764_000_000_050
    forward.s += 60
    assert clock.now() == 1_764_000_060_050


async def test_a_difference_within_the_doubt_of_the_round_trip_moves_nothing() -> None:
    forward = Held()
    clock = Clock(forward=forward)

    async def answer(value: int, takes_s: float) -> int:
        forward.s += takes_s
        return value

    await clock.sample(lambda: answer(1_764_000_000_000, 0))
    forward.s += 1
    await clock.sample(lambda: answer(1_764_000_001_150, 0.2))
    assert clock.now() == 1_764_000_001_200


async def reads(value: int) -> int:
    """What a database with a quick answer says."""
    return value


@pytest.mark.parametrize("step_ms", [3_600_000, -3_600_000])
async def test_a_database_whose_clock_is_set_moves_a_running_countdown_by_a_hundredth_at_most(step_ms: int) -> None:
    forward = Held()
    clock = Clock(forward=forward)
    await clock.sample(lambda: reads(1_764_000_000_000))
    forward.s += 30
    await clock.sample(lambda: reads(1_764_000_030_000 + step_ms))
    assert clock.now() == 1_764_000_030_000

    said = [clock.now()]
    for second in range(1, 61):
        forward.s += 1
        if second % 30 == 0:
            now = 1_764_000_030_000 + second * 1_000 + step_ms
            await clock.sample(lambda now=now: reads(now))  # type: ignore[misc]
        said.append(clock.now())

    shifts = {later - earlier - 1_000 for earlier, later in pairwise(said)}
    assert shifts <= ({9, 10, 11} if step_ms > 0 else {-9, -10, -11})


async def test_the_clock_arrives_at_the_databases_and_stays_there() -> None:
    forward = Held()
    clock = Clock(forward=forward)
    await clock.sample(lambda: reads(1_764_000_000_000))
    await clock.sample(lambda: reads(1_764_000_000_200))

    forward.s += 10
    assert abs(clock.now() - 1_764_000_010_100) <= 1
    forward.s += 10
    assert abs(clock.now() - 1_764_000_020_200) <= 1
    forward.s += 1_000
    assert abs(clock.now() - 1_764_001_020_200) <= 1


async def test_a_database_whose_clock_is_set_back_again_is_followed_no_further() -> None:
    forward = Held()
    clock = Clock(forward=forward)
    await clock.sample(lambda: reads(1_764_000_000_000))
    await clock.sample(lambda: reads(1_764_003_600_000))
    await clock.sample(lambda: reads(1_764_000_000_000))

    forward.s += 60
    assert abs(clock.now() - 1_764_000_060_000) <= 1


async def test_before_the_first_sample_it_is_this_machines_time() -> None:
    assert abs(Clock().now() - time.time() * 1_000) < 1_000


def test_a_shift_moves_what_is_read() -> None:
    forward = Held()
    assert Clock(shift_ms=5_000, forward=forward).now() - Clock(forward=forward).now() in (4_999, 5_000, 5_001)
