"""All that is kept of somebody, taken along and deleted, by keys alone."""

import zipfile

from playwright.async_api import expect

from tests.e2e.conftest import Arrive


async def test_everything_is_taken_along_and_then_deleted_by_who_types_the_name(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    slug = await ada.make_room()
    await ada.enter(slug)
    await ada.open("/settings/account")
    keys = ada.page.keyboard
    async with ada.page.expect_download() as begun:
        await ada.at("archive").press("Enter")
    with zipfile.ZipFile(await (await begun.value).path()) as archive:
        assert archive.testzip() is None
        assert slug in archive.read("rooms.csv").decode()

    await ada.at("delete-name").focus()
    await keys.type("Adah")
    await keys.press("Enter")
    await expect(ada.page.get_by_text("Type the name as it stands")).to_be_visible()
    await expect(ada.at("delete-name")).to_be_focused()
    await keys.press("Backspace")
    await keys.press("Enter")
    await expect(ada.page.get_by_role("heading", name="Everything is deleted")).to_be_focused()
    assert (await ada.get("/api/session"))["me"] is None
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(ada.at("name-input")).to_be_visible()
