"""A tab that the browser put to sleep: it shows the truth in the moment it wakes."""

from tests.e2e.conftest import Arrive, meet
from tests.support.browser import Person
from tests.support.wait import wait_until


async def lie_down(person: Person, state: str) -> None:
    """Frozen, nothing of the page runs: no timer, no message. What a phone does to a tab in the pocket."""
    line = await person.context.new_cdp_session(person.page)
    await line.send("Page.setWebLifecycleState", {"state": state})
    await line.detach()


async def left(person: Person) -> int:
    return int(await person.at("timer").get_attribute("data-left") or 0)


async def test_the_countdown_is_right_when_a_sleeping_tab_wakes(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.schedule()
    await ben.sees_phase("writing")
    await ben.write("two words")
    await ada.sees_on_board("Ben", 2)
    asleep_at = await left(ben)
    await lie_down(ben, "frozen")
    await ada.write("while he sleeps ")

    async def two_seconds_on() -> bool:
        return await left(ada) <= asleep_at - 2

    await wait_until(two_seconds_on, 15)
    await lie_down(ben, "active")
    assert abs(await left(ben) - await left(ada)) <= 1
    await ben.sees_on_board("Ada", 3)
    await ben.write(" more")
    await ada.sees_on_board("Ben", 3)


async def test_a_tab_that_slept_through_the_bell_counts_what_stood_at_it(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.schedule()
    await ben.sees_phase("writing")
    await ben.write("two words")
    await ada.sees_on_board("Ben", 2)
    await lie_down(ben, "frozen")
    await ada.ring()
    await lie_down(ben, "active")
    await ben.sees_phase("counts coming in")
    await ben.write(" and some too late")
    await ada.close_counting()
    for each in ada, ben:
        await each.sees_result("Ben", 2)
