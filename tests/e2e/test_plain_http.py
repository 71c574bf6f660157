"""A write-in on a library's network: plain http to a machine's name, which browsers do not call a secure context."""

from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.support.server import ServerProcess


async def test_all_of_a_sprint_works_without_a_secure_context(arrive: Arrive, house: ServerProcess) -> None:
    url = f"http://wordtide.lan:{house.port}"
    ada, ben = await arrive("Ada", url), await arrive("Ben", url)
    await ada.open("/")
    assert not await ada.page.evaluate("isSecureContext")
    await ada.at("name-input").fill("Ada")
    await ada.at("create-room").click()
    await ada.at("copy-link").click()
    await expect(ada.at("copy-link")).to_have_text("Copied")
    link = await ada.at("link-text").input_value()
    assert link.startswith(url)
    await ben.open(link)
    await ben.at("name-input").fill("Ben")
    await ben.at("name-submit").click()
    await expect(ada.row("Ben")).to_be_visible()
    await ada.choose("start-when", "0")
    await ada.at("start-button").click()
    await ben.sees_phase("writing")
    await ben.write("kept on this device")
    await ada.sees_on_board("Ben", 4)
    await ben.page.reload()
    await expect(ben.at("editor")).to_have_value("kept on this device")
    await ben.sees_own(4)
