"""A writer whose line is away when the bell rings: the words are kept on the device and come in, once, marked late."""

import re

from playwright.async_api import expect

from tests.e2e.conftest import Arrive, meet
from tests.support.browser import OF_THE_LINE, Person
from tests.support.wait import wait_until

SPRINT_S = 10  # two people, a commit and typed words have to fit in
OFFLINE_S = 5  # until the bell: with a WebSocket open, an offline Chromium keeps a core busy for as long as it is


async def come_in_once_and_late(ada: Person, ben: Person, words: int) -> None:
    """Results and history, for both of them, after Ben is back."""
    for each in ada, ben:
        await each.sees_result("Ben", words)
        await expect(each.result("Ben")).to_have_attribute("data-late", "true")
        await expect(each.result("Ben")).to_have_count(1)
        await each.sees_total(words)
    await ben.open("/history")
    await expect(ben.at("session-row")).to_have_count(1)
    await ben.sees("session-row", "words", str(words))
    await ben.sees("session-row", "late", "true")


async def test_words_of_a_writer_offline_at_the_bell_come_in_once_and_late(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    ben.forgives = OF_THE_LINE
    await ada.schedule(SPRINT_S)
    await ben.sees_phase("writing")
    await ben.write("four words, then nothing. ")
    await ada.sees_on_board("Ben", 4)
    await ben.sees_saved()

    async def bell_is_near() -> bool:
        return await ben.left() <= OFFLINE_S

    await wait_until(bell_is_near, SPRINT_S)
    await ben.context.set_offline(True)
    await ben.page.keyboard.type("three more words")
    await ben.sees_own(7)
    await ben.sees("link-state", "state", "offline")
    await ben.sees("saved", "saved", "waiting")
    await expect(ben.at("room")).to_have_attribute("data-phase", "counts coming in", timeout=2_000 * SPRINT_S)
    await ben.page.keyboard.type(" after the bell")
    await ada.sees_phase("counts coming in")
    await ada.close_counting()
    await ada.sees_result("Ben", 4)

    await ben.context.set_offline(False)
    await ben.online()
    await expect(ben.at("editor")).to_have_value(re.compile("after the bell$"))
    await come_in_once_and_late(ada, ben, 7)


async def test_words_that_a_writer_wrote_without_knowing_of_the_end_come_in_late(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    ben.forgives = OF_THE_LINE
    await ada.schedule()
    await ben.sees_phase("writing")
    await ben.write("two words ")
    await ada.sees_on_board("Ben", 2)
    await ben.context.set_offline(True)
    await ada.ring()
    await ada.close_counting()
    await ben.page.keyboard.type("three more words")
    await ben.sees_own(5)
    await ben.sees_phase("writing")
    await ben.context.set_offline(False)
    await ben.sees_phase("results")
    await come_in_once_and_late(ada, ben, 5)
