"""Passkeys and recovery codes in a real browser, with Chromium's own virtual authenticator."""

import asyncio
from uuid import uuid4

from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.support.server import ServerProcess
from tests.support.virtual import REFUSED, VirtualAuthenticator, age_sessions, by_name


async def test_a_guest_adds_a_passkey_and_signs_in_with_it_on_another_device(
    arrive: Arrive, house: ServerProcess
) -> None:
    ada, again = await asyncio.gather(*(arrive(name, by_name(house)) for name in ("Ada", "Ada again")))
    await ada.sign_in()
    now = (await ada.get("/healthz"))["now"]
    await ada.post("/api/me/sessions", {"id": str(uuid4()), "started_at": now, "minutes": 25, "words": 412})
    keys, elsewhere = await asyncio.gather(VirtualAuthenticator.of(ada), VirtualAuthenticator.of(again))

    await ada.open("/settings/account")
    await expect(ada.at("kept-by")).to_contain_text("Nothing but this browser")
    await ada.at("passkey-add").click()
    await expect(ada.at("kept-by")).to_contain_text("A passkey leads to your history")
    (passkey,) = await keys.passkeys()
    await elsewhere.take(passkey)

    await again.open("/")
    await again.at("here-before").click()
    await again.at("sign-in-passkey").click()
    await expect(again.at("history-total").filter(has_text="412").first).to_be_visible()

    # A while later: what keeps the history is changed only by whoever confirms.
    age_sessions(house)
    again.forgives = REFUSED
    await again.open("/settings/account")
    await expect(again.at("audit-line").first).to_have_attribute("data-what", "signed_in_passkey")
    await again.at("codes-make").click()
    await expect(again.at("fresh-confirm")).to_be_focused()
    await again.page.keyboard.press("Enter")
    await expect(again.at("codes").locator("li")).to_have_count(10)
    code = await again.at("codes").locator("li").first.inner_text()
    await expect(again.at("audit-line").first).to_have_attribute("data-what", "codes_made")
    await again.at("passkey-remove").click()
    await again.at("confirm").click()
    await expect(again.at("passkey")).to_have_count(0)
    # The page asks for this list last: whoever is signed out before its answer reads a refusal.
    await expect(again.at("audit-line").first).to_have_attribute("data-what", "passkey_removed")

    # Nothing is left but the paper.
    await again.context.clear_cookies()
    await again.open("/in")
    await again.at("sign-in-passkey").click()
    await expect(again.page.get_by_text("not known here")).to_be_visible()
    await again.at("recovery-input").fill(code.upper())
    await again.page.keyboard.press("Enter")
    await expect(again.at("history-total").filter(has_text="412").first).to_be_visible()


async def test_an_address_says_why_it_has_no_passkeys(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.open("/in")
    await expect(ada.page.get_by_text("Open http://localhost:")).to_be_visible()
