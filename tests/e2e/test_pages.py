"""What else a person does on the pages: settings that stay, a year that shows the day, a start by the clock."""

import asyncio
import os
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from playwright.async_api import expect

from tests.e2e.conftest import Arrive, meet
from tests.support.server import ROOT, ServerProcess


async def test_settings_are_saved_and_are_there_after_a_reload(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    await ada.open("/settings")
    await ada.at("zone-select").select_option("Australia/Adelaide")
    await ada.at("rollover-select").select_option("04:30")
    await ada.choose("day-off", "6")
    await ada.at("settings-save").click()
    await expect(ada.at("settings-saved")).to_contain_text("Saved")
    await ada.page.reload()
    await expect(ada.at("zone-select")).to_have_value("Australia/Adelaide")
    await expect(ada.at("rollover-select")).to_have_value("04:30")
    await expect(ada.page.locator('[data-testid="day-off"]:checked')).to_have_value("6")
    me = await ada.get("/api/me")
    assert (me["zone"], me["rollover"], me["rest_weekdays"]) == ("Australia/Adelaide", "04:30", [6])
    await ada.at("zone-keep").click()  # the device is still in London, and is asked about once
    await ada.page.reload()
    await expect(ada.at("zone-select")).to_have_value("Australia/Adelaide")
    await expect(ada.at("zone-question")).to_have_count(0)


async def test_rest_is_booked_cancelled_and_brought_back(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    await ada.open("/settings")
    today = date.fromisoformat((await ada.get("/api/me/rests"))["today"])
    first, last = today + timedelta(days=2), today + timedelta(days=4)
    await ada.at("rest-first").fill(last.isoformat())
    await ada.at("rest-last").fill(first.isoformat())
    ada.forgives = re.compile("422")
    await ada.at("rest-book").click()
    await expect(ada.page.locator("#rest-last-wrong")).to_have_text("The last day is the first day or later.")
    await ada.at("rest-first").fill(first.isoformat())
    await ada.at("rest-last").fill(last.isoformat())
    await ada.at("rest-book").click()
    await ada.sees("rest-row", "last", last.isoformat())
    await ada.at("rest-cancel").click()
    await expect(ada.at("rest-row")).to_have_count(0)
    await ada.at("rest-undo").click()
    await ada.sees("rest-row", "first", first.isoformat())
    assert [each["state"] for each in (await ada.get("/api/me/rests"))["rests"]] == ["ahead"]


async def test_a_best_sprint_is_told_and_in_the_year_and_its_totals_and_the_streak_says_why(arrive: Arrive) -> None:
    (ada,) = await meet(arrive, "Ada")
    before = {"id": str(uuid4()), "started_at": (datetime.now(UTC) - timedelta(days=30)).isoformat(), "minutes": 20}
    await ada.post("/api/me/sessions", {**before, "words": 1_000})
    await ada.schedule()
    await ada.sees_phase("writing")
    await ada.choose("way-new", "new")
    await ada.at("report-input").fill("1250")
    await ada.at("report-submit").click()
    await ada.sees_own(1_250)
    await ada.ring()
    await ada.at("done-button").click()
    await ada.sees_result("Ada", 1_250)
    best = "Your best sprint so far: 1,250 words. Before, it was 1,000 words."
    await expect(ada.at("beaten")).to_have_text(best)
    await expect(ada.at("announce-polite")).to_contain_text(best)
    await ada.open("/history")
    await ada.sees("streak-number", "streak", "1")
    day = (await ada.get("/api/me/streak"))["today"]
    cell = ada.page.locator(f'[data-testid="heat-day"][data-day="{day}"]')
    await expect(cell).to_have_attribute("data-words", "1250")
    await expect(cell.locator("title")).to_contain_text("1,250 words")
    await expect(ada.page.locator('[data-testid="heat-day"][data-words="1250"]')).to_have_count(1)
    await expect(ada.at("history-total").first).to_contain_text("1,250")
    await ada.at("streak-why").locator("summary").click()
    why = ada.page.locator(f'[data-testid="streak-day"][data-day="{day}"]')
    await expect(why).to_have_attribute("data-status", "written")
    await expect(why).to_be_visible()
    await ada.at("streak-switch").click()
    await expect(ada.at("streak-number")).to_have_count(0)
    assert (await ada.get("/api/me"))["streak_hidden"]
    await expect(ada.at("streak-switch")).to_be_focused()
    await ada.page.keyboard.press("Enter")
    await ada.sees("streak-number", "streak", "1")


def demo(data: Path) -> str:
    """What the command says that filled this folder."""
    command = [sys.executable, "-m", "server", "demo", "--days", "3"]
    environment = os.environ | {"WORDTIDE_DATA": str(data)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout


async def test_a_link_signs_in_once_and_leaves_no_code_behind(arrive: Arrive, tmp_path: Path) -> None:
    told = await asyncio.to_thread(demo, tmp_path)
    code = re.findall(r"Ada +\S+(/in#\S+)", told)[0]
    async with ServerProcess(data=tmp_path) as server:
        ada, other = await arrive("Ada", server.url), await arrive("Other", server.url)
        await ada.open(code)
        await ada.at("sign-in").click()
        await expect(ada.at("heatmap")).to_be_visible()
        assert (await ada.get("/api/me"))["name"] == "Ada"
        await ada.open(code)
        await expect(ada.page.get_by_text("This browser is Ada’s")).to_be_visible()
        other.forgives = re.compile("404")
        await other.open(code)
        await expect(other.page).to_have_url(f"{server.url}/in")
        await other.at("sign-in").click()
        await expect(other.page.locator("main [role=alert]")).to_contain_text("ask for a new link")


async def test_a_quarter_past_for_twenty_starts_at_the_quarter(arrive: Arrive) -> None:
    (ada,) = await meet(arrive, "Ada")
    chip = ada.page.locator('[data-testid="start-when"][value^="at:"]').first
    at = int((await chip.get_attribute("value") or "").removeprefix("at:"))
    await ada.choose("start-when", f"at:{at}")
    await ada.choose("start-minutes", "20")
    await ada.at("start-button").click()
    await ada.sees_phase("begins soon")
    sprint = (await ada.get(f"/api/rooms/{ada.slug}"))["sprint"]
    starts, ends = (datetime.fromisoformat(sprint[name]) for name in ("starts_at", "ends_at"))
    assert (starts.timestamp() * 1_000, starts.minute % 15, starts.second) == (at, 0, 0)
    assert (ends - starts).total_seconds() == 20 * 60


async def test_a_screen_reader_hears_milestones_and_no_keystroke(arrive: Arrive) -> None:
    ada, _ = await meet(arrive, "Ada", "Ben")
    await ada.page.evaluate(
        """window.heard = [];
        new MutationObserver((all) => all.forEach((each) => heard.push(each.target.textContent)))
          .observe(document.querySelector("[data-testid=announce-polite]"),
                   { subtree: true, childList: true, characterData: true })"""
    )
    await ada.schedule()
    await ada.sees_phase("writing")
    await ada.write("word " * 99)
    await ada.sees_own(99)
    quiet = [each for each in await ada.page.evaluate("heard") if re.search(r"\\d+ words", each)]
    await ada.write("and more ")
    await expect(ada.at("announce-polite")).to_contain_text("100 words")
    assert quiet == []
    await ada.ring()
    await expect(ada.at("announce-now")).not_to_be_empty()
