"""What is the writer's own, by keys alone: all that is kept, taken along and deleted; and tokens for scripts."""

import re
import zipfile

import httpx
from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.support.server import ServerProcess


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


async def test_a_token_does_what_was_ticked_until_it_is_revoked(arrive: Arrive, house: ServerProcess) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    await ada.open("/settings/account")
    keys = ada.page.keyboard
    await ada.at("token-new").press("Enter")
    await ada.at("token-name").fill("word counter")
    await keys.press("Enter")
    await expect(ada.page.get_by_text("Tick what it may do")).to_be_visible()
    await expect(ada.at("token-scope").first).to_be_focused()
    await ada.page.get_by_label("Read your name and settings").press("Space")
    await keys.press("Enter")
    await expect(ada.page.get_by_role("heading", name="Your token, shown only now")).to_be_focused()
    line = await ada.page.get_by_text("curl -H").inner_text()
    found = re.fullmatch(r'curl -H "Authorization: (Bearer \S+)" (\S+)', line)
    assert found is not None, line
    async with httpx.AsyncClient(base_url=house.url, headers={"Authorization": found[1]}) as script:
        assert (await script.get(found[2])).json()["name"] == "Ada"
        assert (await script.get("/api/me/history")).status_code == 403
        await expect(ada.at("audit-line").first).to_have_attribute("data-what", "token_made")

        await ada.at("token-done").press("Enter")
        await expect(ada.at("token-secret")).to_have_count(0)
        await expect(ada.at("token")).to_have_attribute("data-scopes", "profile:read")
        await ada.at("token-revoke").press("Enter")
        await ada.at("confirm").press("Enter")
        await expect(ada.page.get_by_role("heading", name="Tokens")).to_be_focused()
        await expect(ada.at("token")).to_have_count(0)
        assert (await script.get(found[2])).status_code == 401
        await expect(ada.at("audit-line").first).to_have_attribute("data-what", "token_revoked")
