"""What the device keeps: the text and the count are in IndexedDB at each pause, whatever becomes of the page."""

import re

from playwright.async_api import expect

from tests.e2e.conftest import Arrive, meet
from tests.support.wait import wait_until

KEPT_TEXTS = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open("wordtide");
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const reading = opening.result.transaction("kept").objectStore("kept").getAll();
    reading.onerror = () => reject(reading.error);
    reading.onsuccess = () => { resolve(reading.result.map((each) => each.text)); opening.result.close(); };
  };
})"""


async def test_a_page_that_is_gone_at_once_loses_neither_the_text_nor_the_count(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.write("Before it began. ")
    await ada.schedule()
    await ada.sees_phase("writing")
    await ada.write("five words of the sprint")
    await ben.sees_on_board("Ada", 5)
    await ada.sees_saved()

    async def is_kept() -> bool:
        return "Before it began. five words of the sprint" in await ada.page.evaluate(KEPT_TEXTS)

    await wait_until(is_kept)
    # What a page still leaves in its last moment, one that crashes does not.
    await ada.page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error(); }; }")
    await ada.page.close()
    await ada.tab()
    await ada.open("/")
    assert "wordtide.kept" not in await ada.page.evaluate("JSON.stringify(localStorage)")

    await ada.open(f"/r/{ada.slug}")
    await expect(ada.at("editor")).to_have_value(re.compile("five words of the sprint$"))
    await ada.online()
    await ada.sees_own(5)
    await ada.write(" and two")
    await ben.sees_on_board("Ada", 7)
    await expect(ben.at("board-row")).to_have_count(2)
