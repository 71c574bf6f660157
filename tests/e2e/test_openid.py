"""Signing in by an OpenID provider in a real browser, at a real one on loopback."""

import asyncio
import re
from uuid import uuid4

from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.support.provider import Provider
from tests.support.server import ServerProcess
from tests.support.virtual import REFUSED, age_sessions, by_name


async def test_a_guest_keeps_their_history_by_a_provider_and_signs_in_by_it_elsewhere(
    arrive: Arrive, house: ServerProcess, provider: Provider
) -> None:
    # By its name: to a browser that is another site than the provider's address.
    ada, again = await asyncio.gather(*(arrive(name, by_name(house)) for name in ("Ada", "Ada again")))
    await ada.sign_in()
    now = (await ada.get("/healthz"))["now"]
    await ada.post("/api/me/sessions", {"id": str(uuid4()), "started_at": now, "minutes": 25, "words": 412})
    await ada.open("/settings/account")
    await ada.at("identity-add").click()
    await expect(ada.at("kept-by")).to_contain_text(re.compile("Your account at .Lighthouse. leads to your history"))

    await again.open("/in?to=%2Fhistory")
    await again.at("sign-in-openid").click()
    await expect(again.at("history-total").filter(has_text="412").first).to_be_visible()
    assert "code" not in again.page.url

    # A while later: they confirm there that it is them, having nothing else.
    age_sessions(house)
    again.forgives = REFUSED
    await again.open("/settings/account")
    await again.at("identity-remove").click()
    await again.at("confirm").click()
    await expect(again.at("fresh-openid")).to_be_focused()
    await again.page.keyboard.press("Enter")
    await again.at("openid-onward").click()
    await again.at("identity-remove").click()
    await again.at("confirm").click()
    await expect(again.at("identity")).to_have_count(0)
    await expect(again.at("audit-line").first).to_have_attribute("data-what", "identity_removed")


async def test_whoever_turns_back_there_is_told_kindly_and_whoever_is_new_is_asked_for_a_name(
    arrive: Arrive, provider: Provider
) -> None:
    provider.lie = "denied"
    ada = await arrive("Ada")
    ada.forgives = re.compile("status of 400")
    await ada.open("/in")
    await ada.at("sign-in-openid").click()
    await expect(ada.at("openid-refused")).to_contain_text("You did not go on at Lighthouse")
    await ada.page.get_by_role("link", name="Back to signing in").click()
    provider.lie, provider.name = "", "\u202e"
    await ada.at("sign-in-openid").click()
    await ada.at("name-input").fill("Ada")
    await ada.page.keyboard.press("Enter")
    await expect(ada.page.get_by_role("heading", name="History")).to_be_visible()
    assert (await ada.get("/api/me"))["name"] == "Ada"
