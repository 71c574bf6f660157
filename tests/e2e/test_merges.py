"""A guest signs in by a passkey where another guest has written: one history, and two again."""

import asyncio
from uuid import uuid4

from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.support.browser import Person
from tests.support.server import ServerProcess
from tests.support.virtual import VirtualAuthenticator, by_name

CLICKS_AGAIN = """() => new MutationObserver((_, watch) => {
    if (!document.querySelector("[data-testid=merge-did]")) return;
    watch.disconnect();
    document.querySelector("main .button.first").click();
}).observe(document.body, { childList: true, subtree: true })"""
"""The second of two fast clicks comes when another button stands there."""


async def total(who: Person) -> int:
    return sum(each["words_net"] for each in (await who.get("/api/me/history"))["sessions"])


async def test_two_guests_become_one_with_a_sprint_in_common_and_two_again(
    arrive: Arrive, house: ServerProcess
) -> None:
    ada, ben = await asyncio.gather(*(arrive(name, by_name(house)) for name in ("Ada", "Ben")))
    await asyncio.gather(ada.sign_in(), ben.sign_in())
    now = (await ada.get("/healthz"))["now"]
    await ada.post("/api/me/sessions", {"id": str(uuid4()), "started_at": now, "minutes": 25, "words": 300})
    slug = await ada.make_room()
    await ada.schedule()
    await asyncio.gather(ada.enter(slug), ben.enter(slug))
    await ada.write("three words here")
    await ada.sees_saved()
    await ben.write("five words in the other")
    await ben.sees_saved()
    keys, elsewhere = await asyncio.gather(VirtualAuthenticator.of(ada), VirtualAuthenticator.of(ben))
    await ada.open("/settings/account")
    await ada.at("passkey-add").click()
    await expect(ada.at("passkey")).to_be_visible()
    (passkey,) = await keys.passkeys()
    await elsewhere.take(passkey)

    await ben.open("/in")
    await ben.at("sign-in-passkey").click()
    await expect(ben.at("merge-ask")).to_have_text("This browser has 1 session of Ben’s")
    await expect(ben.at("merge-ask")).to_be_focused()
    assert await total(ben) == 303
    await ben.page.evaluate(CLICKS_AGAIN)
    await ben.at("merge-bring").click()
    await expect(ben.at("merge-did")).to_contain_text("counted once")
    await expect(ben.at("merge-did")).to_contain_text("Words now: 305")
    assert await total(ada) == await total(ben) == 305
    assert (await ada.get("/api/me/streak"))["current"] == 1

    await ada.open("/settings/account")
    await ada.at("merge-undo").click()
    await ada.at("confirm").click()
    await expect(ada.at("merge")).to_have_count(0)  # they met in the other browser
    assert await total(ada) == 303
    await ben.open("/settings/account")
    await expect(ben.at("merge")).to_have_attribute("data-merged", "false")
    await ben.at("merge-open").click()
    link = await ben.at("merge-link").get_attribute("href")
    assert link is not None
    await ben.open(link)
    await ben.at("sign-in").click()
    await expect(ben.at("history-total").filter(has_text="5").first).to_be_visible()
    assert await total(ben) == 5
