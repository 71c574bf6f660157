"""A room that grows big and small again while people look at it, and everybody in it is found."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest_asyncio
from playwright.async_api import expect

from protocol.messages import Op
from tests.e2e.conftest import Arrive
from tests.support.browser import OF_THE_LINE, PHONE, Person
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter

# Whatever the board shows for however short: a row without a name, and fewer rows than there are people.
WATCH_THE_BOARD = """
window.flickers = [];
new MutationObserver(() => {
  const rows = [...document.querySelectorAll("[data-testid=board-row]")];
  const nameless = rows.filter((row) => row.querySelector("bdi").textContent === "…").length;
  if (window.least && (rows.length < window.least || nameless)) flickers.push([rows.length, nameless]);
}).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
"""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def small_house() -> AsyncIterator[ServerProcess]:
    """Where eighteen are a big room, and fifteen a small one again."""
    async with ServerProcess(reporting_s=60, checkpoint_ms=100, big_from=18, big_below=16) as server:
        yield server
        assert "Traceback" not in server.log, server.log[-4_000:]


async def finds(person: Person, name: str, *found: str) -> None:
    """Those who are listed, and how many a screen reader is told that they are."""
    await person.at("find-writer").fill(name)
    await expect(person.at("everybody-row")).to_have_count(len(found))
    for row, each in enumerate(found):
        await expect(person.at("everybody-row").nth(row)).to_contain_text(each)
    told = re.compile(rf"^{len(found)} " if found else "^Nobody")
    await expect(person.at("everybody").get_by_role("status")).to_have_text(told)


async def test_nobody_notices_that_a_room_grows_big_or_small_again(arrive: Arrive, small_house: ServerProcess) -> None:
    url = small_house.url
    ada = await arrive("Ada", url, before=WATCH_THE_BOARD)
    ben = await arrive("Ben", url, size=PHONE)
    slug = await ada.make_room()
    await ada.enter(slug)
    await ben.enter(slug)
    async with AsyncExitStack() as stack:
        others = [await stack.enter_async_context(SocketWriter(url, f"N{place}")) for place in range(16)]
        *crowd, last = others
        await asyncio.gather(*(each.join(slug) for each in crowd))
        await ada.schedule()
        await ada.sees_phase("writing")
        await ben.write("two words")
        for place, each in enumerate(crowd, start=1):
            await each.count(10 * place)
        await ada.sees_total(1_202)
        await ada.page.evaluate("window.least = 15")

        await last.join(slug)
        await last.count(200)
        await ada.sees_total(1_402)
        assert last.big is not None
        await ada.sees_on_board("N15", 200)
        await ben.sees("board-row", "rank", "17", "Ben")
        await expect(ben.at("board-row")).to_have_count(16)
        await ada.at("board-all").press("Enter")
        await expect(ada.at("everybody-row")).to_have_count(18)
        await expect(ada.at("everybody")).to_be_focused()
        await ada.page.keyboard.press("Tab")
        await expect(ada.at("find-writer")).to_be_focused()
        ada.forgives = OF_THE_LINE
        await ada.page.route("**/writers?*", lambda route: route.abort(), times=1)
        await ada.at("find-writer").fill("ben")
        await ada.at("everybody").get_by_role("button").click()
        await finds(ada, "ben", "Ben")
        await finds(ada, "nobody of that name")

        for each in crowd[:3]:
            await each.command(Op.LEAVE)
        await last.wait_until(lambda: last.big is None)
        await ada.sees_total(1_342)
        await expect(ada.at("everybody")).to_have_count(0)
        await expect(ada.at("board-row")).to_have_count(15)
        await ben.write(" and three more")
        await ada.sees_on_board("Ben", 5)
        assert await ada.page.evaluate("window.flickers") == []

        await ada.ring()
        await ada.close_counting()
        await ben.sees_result("Ben", 5)
