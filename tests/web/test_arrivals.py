"""Writers that began lately, by their keys."""

import asyncio

import pytest

from server.web.arrivals import KEEP_MS, MOST, Arrival, Arrivals


class Door:
    """Counts who comes in."""

    def __init__(self) -> None:
        self.came = 0
        self.is_open = True

    async def enter(self) -> Arrival:
        if not self.is_open:
            raise OSError("the database is away")
        self.came += 1
        return Arrival(self.came, f"token {self.came}")


async def test_what_failed_is_tried_again() -> None:
    door, arrivals = Door(), Arrivals()
    door.is_open = False
    with pytest.raises(OSError, match="away"):
        await arrivals.once("key", 0, door.enter)
    door.is_open = True
    assert (await arrivals.once("key", 1, door.enter)).writer == 1
    assert (await arrivals.once("key", 2, door.enter)).writer == 1


async def test_one_that_hangs_up_leaves_the_writer_to_its_retry() -> None:
    gate, arrivals, door = asyncio.Event(), Arrivals(), Door()

    async def enter() -> Arrival:
        await gate.wait()
        return await door.enter()

    first = asyncio.create_task(arrivals.once("key", 0, enter))
    await asyncio.sleep(0)
    first.cancel()
    gate.set()
    assert (await arrivals.once("key", 1, enter)).writer == 1
    assert door.came == 1


async def test_keys_are_forgotten_after_a_time_and_beyond_a_number() -> None:
    door, arrivals = Door(), Arrivals()
    await arrivals.once("old", 0, door.enter)
    assert (await arrivals.once("old", KEEP_MS - 1, door.enter)).writer == 1
    assert (await arrivals.once("old", KEEP_MS, door.enter)).writer == 2
    for n in range(MOST):
        await arrivals.once(f"many {n}", KEEP_MS, door.enter)
    assert (await arrivals.once("old", KEEP_MS, door.enter)).writer == MOST + 3
