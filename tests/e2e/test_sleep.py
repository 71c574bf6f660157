"""A tab that the browser put to sleep: it shows the truth in the moment it wakes."""

import contextlib
from collections.abc import AsyncIterator

from tests.e2e.conftest import Arrive, meet
from tests.support.browser import Person
from tests.support.wait import wait_until


@contextlib.asynccontextmanager
async def asleep(person: Person) -> AsyncIterator[None]:
    """Nothing of the page runs: no timer, no message. What a phone does to a tab in the pocket.

    Held by the debugger: Chromium's own way to freeze a page does nothing to one that it shows.
    """
    line = await person.context.new_cdp_session(person.page)
    await line.send("Debugger.enable")
    await line.send("Debugger.pause")
    try:
        yield
    finally:
        await line.send("Debugger.resume")
        await line.send("Debugger.disable")
        await line.detach()


COUNT_TICKS = "window.ticked = 0; setInterval(() => { ticked += 1; }, 50)"


async def slept_well(person: Person) -> bool:
    """Else a test of sleeping tests nothing."""
    return int(await person.page.evaluate("ticked")) < 20


async def test_the_countdown_is_right_when_a_sleeping_tab_wakes(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.schedule()
    await ben.sees_phase("writing")
    await ben.write("two words")
    await ada.sees_on_board("Ben", 2)
    await ben.page.evaluate(COUNT_TICKS)
    asleep_at = await ben.left()

    async def six_seconds_on() -> bool:
        return await ada.left() <= asleep_at - 6

    async with asleep(ben):
        await ada.write("while he sleeps ")
        await wait_until(six_seconds_on, 15)
    assert await slept_well(ben)
    assert abs(await ben.left() - await ada.left()) <= 1
    await ben.sees_on_board("Ada", 3)
    await ben.write(" more")
    await ada.sees_on_board("Ben", 3)


async def test_a_tab_that_slept_through_the_bell_counts_what_stood_at_it(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.schedule()
    await ben.sees_phase("writing")
    await ben.write("two words")
    await ada.sees_on_board("Ben", 2)
    async with asleep(ben):
        await ada.ring()
    await ben.sees_phase("counts coming in")
    await ben.write(" and some too late")
    await ada.close_counting()
    for each in ada, ben:
        await each.sees_result("Ben", 2)
