"""Open on another device by a code, and sign out there from here: nothing that was typed is lost."""

import contextlib
import re
from collections.abc import AsyncIterator

import httpx
from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.support.browser import Person
from tests.support.server import ServerProcess

REFUSED = re.compile(r"status of 401")


async def test_a_writer_comes_along_to_a_phone_and_signs_it_out_again(arrive: Arrive) -> None:
    ada, phone = await arrive("Ada"), await arrive("Ada")
    await ada.make_room()
    await ada.schedule()
    await ada.open("/settings/account")
    await ada.at("another-show").click()
    code = await ada.at("another-code").inner_text()

    await phone.open(f"/in?to=/r/{ada.slug}")
    await phone.at("code-input").fill(code.upper().replace("-", " "))
    await phone.page.keyboard.press("Enter")
    await phone.online()
    await phone.sees_phase("writing")
    await expect(ada.at("another-said")).to_have_text("\u2068Chrome on Linux\u2069 is signed in.")
    await expect(ada.at("device")).to_have_count(2)

    await phone.write("five words on the phone")
    await phone.sees_saved()
    await phone.page.context.set_offline(True)
    await phone.write(" and three more")
    await phone.page.context.set_offline(False)
    phone.forgives = REFUSED
    await ada.at("sign-out-others").click()
    await ada.at("confirm").click()
    await expect(ada.at("device")).to_have_count(1)
    await expect(phone.at("signed-out")).to_have_text("You are signed out here. Your words are safe on this device.")

    await ada.at("another-show").click()
    await phone.page.get_by_role("link", name="Sign in again").click()
    await phone.at("code-input").fill(await ada.at("another-code").inner_text())
    await phone.at("sign-in").click()
    await expect(phone.at("editor")).to_have_value("five words on the phone and three more")
    await phone.sees_on_board("Ada", 8)
    await phone.sees_saved()


async def test_a_guest_is_warned_before_the_only_way_back_is_gone(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    await ada.open("/settings/account")
    await ada.at("sign-out-here").click()
    await expect(ada.page.get_by_text("there is no way back to it")).to_be_visible()
    await ada.at("confirm").click()
    await expect(ada.at("signed-out")).to_be_visible()
    await ada.at("code-input").fill("7k2m 9qx")
    await ada.at("sign-in").click()
    await expect(ada.page.locator("#code-wrong")).to_contain_text("eight signs")
    ada.forgives = re.compile("status of 404")
    await ada.at("code-input").fill("7k2m 9qxd")
    await ada.at("sign-in").click()
    await expect(ada.page.locator("#code-wrong")).to_contain_text("has been used or is too old")
    assert (await ada.get("/api/session"))["me"] is None


@contextlib.asynccontextmanager
async def another_device(ada: Person, house: ServerProcess) -> AsyncIterator[httpx.AsyncClient]:
    """Signed in as the same writer, without a browser."""
    async with httpx.AsyncClient(base_url=house.url) as device:
        code = (await ada.post("/api/me/links", {}))["code"]
        (await device.post("/api/session/link", json={"code": code})).raise_for_status()
        yield device


async def test_who_is_signed_out_elsewhere_keeps_what_is_typed_and_comes_back_to_the_page(
    arrive: Arrive, house: ServerProcess
) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    ada.forgives = REFUSED
    await ada.open("/history")
    await ada.at("add-session").click()
    await ada.at("field-words").fill("412")
    async with another_device(ada, house) as other:
        (await other.post("/api/me/devices/sign-out-others")).raise_for_status()
        await ada.at("add-submit").click()
        await expect(ada.at("signed-out")).to_contain_text("What you typed is still on this page")
        beside = ada.page.get_by_role("link", name="sign in in a new tab")
        await expect(beside).to_have_attribute("href", "/in?ended")
        await ada.post("/api/session/link", (await other.post("/api/me/links")).json())
        # Without a screen no page is ever hidden, so none comes back by itself.
        await ada.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await expect(ada.at("signed-out")).to_have_count(0)
        await ada.at("add-submit").click()
        await expect(ada.at("session-row")).to_have_attribute("data-words", "412")
        await expect(ada.page.locator("#sessions-title")).to_be_focused()

        # Nothing is typed on the next page: it leads to signing in, and comes back.
        (await other.post("/api/me/devices/sign-out-others")).raise_for_status()
        await ada.page.get_by_role("link", name="Projects").click()
        await expect(ada.at("signed-out")).to_contain_text("or from another device")
        await ada.at("code-input").fill((await other.post("/api/me/links")).json()["code"])
        await ada.at("sign-in").click()
        await expect(ada.page).to_have_url(re.compile("/projects$"))
        await expect(ada.at("project-title")).to_be_visible()

        # Another signs in beside it: what stands on the page is not theirs.
        await ada.context.clear_cookies()
        await ada.post("/api/session", {"name": "Ben", "zone": "Europe/London"})
        async with ada.page.expect_event("load"):
            await ada.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def test_who_signs_in_anew_in_one_tab_goes_on_writing_in_another(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    slug = await ada.make_room()
    await ada.schedule()
    await ada.enter(slug)
    await ada.write("five words in this tab")
    await ada.sees_saved()
    editor = await ada.at("editor").element_handle()
    assert editor is not None
    await editor.evaluate("editor => editor.setSelectionRange(5, 5)")
    code = (await ada.post("/api/me/recovery", {}))["codes"][0]

    async with ada.page.expect_websocket(timeout=5_000):
        await ada.post("/api/session/recovery", {"code": code})
    await ada.online()
    await ada.page.keyboard.type("more ")
    assert await editor.input_value() == "five more words in this tab"
    await ada.sees_own(6)
    await ada.sees_saved()
