"""What comes into a history and goes out of it, as a person does it."""

from datetime import UTC, datetime
from uuid import uuid4

from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.porting.files import tally, zipped
from tests.support.browser import ONCE

NOTE_HOW_FAR = """() => {
  window.went = new Set();
  new MutationObserver(() => went.add(document.querySelector("progress")?.value))
    .observe(document.body, { subtree: true, childList: true, attributes: true });
}"""


async def test_a_table_is_pasted_asked_about_imported_and_undone_by_keys_alone(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    await ada.open("/history/data")
    keys = ada.page.keyboard
    await ada.page.get_by_text("Or paste a table").press("Enter")
    await ada.at("import-paste").press("End")
    await keys.insert_text("03/04/2026\t500\n05/04/2026\t300\n05/04/2029\t1\n")
    await keys.press("Tab")
    await keys.press("Enter")
    await expect(ada.page.get_by_role("heading", name="One question first")).to_be_focused()
    await keys.press("Tab")
    await keys.press("Space")
    await ada.sees("import-preview", "sessions", "2")
    await expect(ada.page.get_by_text("From Fri, 3 Apr 2026 to Sun, 5 Apr 2026")).to_be_visible()
    await expect(ada.page.get_by_text("The date lies in the future.")).to_be_visible()
    await expect(ada.page.get_by_text("Row 3", exact=True)).to_be_visible()
    await ada.at("import-run").press("Enter")
    await ada.sees("import-done", "sessions", "2")
    await expect(ada.page.get_by_role("heading", name="2 sessions imported")).to_be_focused()
    assert (await ada.get("/api/me/history"))["totals"]["words"] == 800
    await ada.at("import-undo").press("Enter")
    await expect(ada.at("confirm")).to_be_focused()
    await keys.press("Enter")
    await expect(ada.at("import-row")).to_have_count(0)
    assert (await ada.get("/api/me/history"))["sessions"] == []


async def test_a_zip_of_thousands_is_imported_with_its_progress_and_its_repeat_brings_nothing(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    await ada.open("/history/data")
    await ada.page.evaluate(NOTE_HOW_FAR)
    tallies = [
        tally(f"u{n}", f"20{10 + n // 700}-{1 + n // 28 % 12:02}-{1 + n % 28:02}", "word", 100) for n in range(5_000)
    ]
    file = {"name": "trackbear.zip", "mimeType": "application/zip", "buffer": zipped(*tallies)}
    await ada.at("import-file").set_input_files(file)  # type: ignore[arg-type]  # Playwright's own type, as a plain dict
    await ada.sees("import-preview", "sessions", "5000")
    await ada.at("import-run").click()
    await ada.sees("import-done", "sessions", "5000")
    assert {2_000, 4_000} <= set(await ada.page.evaluate("[...went]"))
    await ada.page.get_by_role("button", name="Import another file").click()
    await ada.at("import-file").set_input_files(file)  # type: ignore[arg-type]
    await ada.sees("import-preview", "already", "5000")
    await expect(ada.page.get_by_text("All 5,000 sessions in it are here already.")).to_be_visible()
    await expect(ada.at("import-run")).to_have_count(0)


async def test_a_history_is_taken_along_and_a_calendar_reads_it_until_its_address_is_taken_back(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    await ada.post(
        "/api/me/sessions",
        {"id": str(uuid4()), "started_at": datetime.now(UTC).isoformat(), "minutes": 20, "words": 412},
    )
    await ada.open("/history/data")
    for testid, ending in ("export-csv", ".csv"), ("export-json", ".json"):
        async with ada.page.expect_download() as begun:
            await ada.at(testid).press("Enter")
        file = await begun.value
        assert file.suggested_filename.startswith("wordtide-")
        assert file.suggested_filename.endswith(ending)
        assert "412" in (await file.path()).read_text()
    await ada.at("calendar-make").press("Enter")
    address = await ada.at("link-text").input_value()
    feed = await ada.context.request.get(address, headers=ONCE)
    assert "SUMMARY:412 words" in (await feed.text()).replace("\\,", ",")
    await ada.page.reload()
    await expect(ada.page.get_by_text("There is an address since")).to_be_visible()
    await ada.at("calendar-revoke").press("Enter")
    await expect(ada.at("confirm")).to_be_focused()
    await ada.page.keyboard.press("Enter")
    await expect(ada.page.get_by_role("button", name="Make an address")).to_be_visible()
    assert (await ada.context.request.get(address, headers=ONCE)).status == 404
