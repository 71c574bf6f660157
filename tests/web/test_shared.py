"""What many ask for is made once, and kept for a moment."""

import asyncio

import pytest

from server.web.shared import Shared, in_slices
from tests.support.wait import wait_until


async def test_all_who_ask_meanwhile_and_for_a_moment_after_share_one_making() -> None:
    made = 0
    shared: Shared[str, int] = Shared(keep_s=0.05)
    ready = asyncio.Event()

    async def make() -> int:
        nonlocal made
        made += 1
        await ready.wait()
        return made

    asking = [asyncio.create_task(shared.get("a", make)) for _ in range(50)]
    asking[0].cancel()  # one that goes away takes nothing from the others
    ready.set()
    assert await asyncio.gather(*asking[1:]) == [1] * 49
    assert await shared.get("a", make) == 1
    assert await shared.get("b", make) == 2

    async def is_made_anew() -> bool:
        return await shared.get("a", make) == 3

    await wait_until(is_made_anew)


async def test_a_failure_is_told_to_all_who_waited_and_not_kept() -> None:
    shared: Shared[str, int] = Shared(keep_s=60)

    async def fail() -> int:
        await asyncio.sleep(0)
        raise OSError("away")

    async def make() -> int:
        return 7

    failed = await asyncio.gather(shared.get("a", fail), shared.get("a", fail), return_exceptions=True)
    assert [type(each) for each in failed] == [OSError, OSError]
    with pytest.raises(OSError, match="away"):
        await shared.get("a", fail)
    assert await shared.get("a", make) == 7


async def test_long_work_gives_the_loop_its_turn() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(others())
    assert [each async for each in in_slices(range(5_000))] == list(range(5_000))
    other.cancel()
    assert turns >= 9
