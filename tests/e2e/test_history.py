"""The page of a history by keys alone: from day to day, a session mended, removed, brought back and added by hand."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.support.browser import Person
from tests.support.keys import tab_to
from tests.support.wait import wait_until


async def wrote(ada: Person, days_ago: int, words: int) -> str:
    """Its local day."""
    at = datetime.now(UTC) - timedelta(days=days_ago)
    session = {"id": str(uuid4()), "started_at": at.isoformat(), "minutes": 20, "words": words}
    day: str = (await ada.post("/api/me/sessions", session))["local_day"]
    return day


async def focused_day(ada: Person) -> str:
    return str(await ada.page.evaluate("document.activeElement.dataset.day"))


async def test_the_year_is_walked_by_keys_and_tells_each_day(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    days = {ago: await wrote(ada, ago, 100 + ago) for ago in (0, 1, 7)}
    await ada.open("/history")
    await expect(ada.at("session-row")).to_have_count(3)
    keys = ada.page.keyboard
    await tab_to(ada, "heat-day")
    assert await focused_day(ada) == days[0]
    for key, ago in ("ArrowUp", 1), ("ArrowDown", 0), ("ArrowLeft", 7), ("ArrowRight", 0), ("Home", None), ("End", 0):
        await keys.press(key)
        if ago is not None:
            assert await focused_day(ada) == days[ago], key
            assert await ada.page.evaluate("document.activeElement.dataset.words") == str(100 + ago)
    assert await ada.page.evaluate("document.querySelectorAll('[data-testid=heat-day][tabindex=\"0\"]').length") == 1
    await keys.press("ArrowLeft")
    await expect(ada.at("heat-text")).to_contain_text("107 words, 20 minutes in 1 session")
    await keys.press("Enter")
    await expect(ada.page.locator("#sessions-title")).to_be_focused()
    await expect(ada.at("session-row")).to_have_count(1)
    await ada.sees("session-row", "words", "107")
    await ada.at("session-edit").click()
    await ada.at("session-remove").click()
    await tab_to(ada, "sessions-all")
    await keys.press("Enter")
    await expect(ada.at("session-row")).to_have_count(2)
    await tab_to(ada, "sessions-removed")
    await keys.press("Enter")
    await expect(ada.page.locator("#sessions-title")).to_have_text("Removed sessions")
    await tab_to(ada, "session-undo")
    await keys.press("Enter")
    await ada.sees("session-row", "words", "107")


async def test_a_session_is_mended_removed_brought_back_and_added_by_keys_alone(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    await wrote(ada, 0, 300)
    await ada.open("/history")
    keys = ada.page.keyboard
    await expect(ada.at("session-row")).to_have_count(1)
    await tab_to(ada, "session-edit")
    await keys.press("Enter")
    await expect(ada.at("field-words").last).to_be_focused()
    await keys.press("Control+a")
    await keys.type("lots")
    await keys.press("Enter")
    wrong = ada.at("session-form").get_by_role("alert")
    await expect(wrong).to_contain_text("whole number")
    await expect(ada.at("field-words").last).to_be_focused()
    await keys.press("Control+a")
    await keys.type("1,450")
    await keys.press("Enter")
    await ada.sees("session-row", "words", "1450")
    await expect(ada.at("session-row")).to_contain_text("mended")
    await ada.sees("history-total", "words", "1450")
    await expect(ada.at("session-edit")).to_be_focused()

    await keys.press("Enter")
    await tab_to(ada, "session-remove")
    await keys.press("Enter")
    await expect(ada.at("session-undo")).to_be_focused()
    await expect(ada.at("session-row")).to_have_count(0)
    await keys.press("Enter")
    await ada.sees("session-row", "words", "1450")
    await expect(ada.at("session-edit")).to_be_focused()
    await ada.sees("streak-number", "streak", "1")

    await tab_to(ada, "add-session")
    await keys.press("Enter")
    await expect(ada.at("add-hint")).to_contain_text("counts for your streak")
    await tab_to(ada, "field-words")
    await keys.type("120")
    await keys.press("Enter")
    await expect(ada.at("session-row")).to_have_count(2)
    await ada.sees("history-total", "words", "1570")
    answered = await ada.get("/api/me/history")
    assert sorted(each["words_net"] for each in answered["sessions"]) == [120, 1_450]


async def test_the_page_asks_anew_when_the_writer_s_day_is_over(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    await ada.page.clock.install()
    await ada.open("/history")
    await expect(ada.at("add-session")).to_be_visible()
    asked: list[str] = []
    ada.page.on("request", lambda request: asked.append(request.url))

    async def asks_anew() -> bool:
        await ada.page.clock.fast_forward("24:00:01")  # to a page just painted its day may not be known yet
        return any(url.endswith("/api/me/overview") for url in asked)

    await wait_until(asks_anew)


async def test_a_year_in_review_fits_one_page_of_paper(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    for ago in range(12):
        await wrote(ada, ago, 400 - 30 * ago)
    day = (await ada.get("/api/me/streak"))["today"]
    await ada.open(f"/history/{day[:4]}")
    await expect(ada.at("year-total")).to_be_visible()
    printed = await ada.page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == 1, printed.count(b"/Type /Page\n")
    assert b"/MediaBox [0 0 594" in printed or b"/MediaBox [0 0 595" in printed
    await ada.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    await ada.page.emulate_media(media="print", color_scheme="dark")
    assert await ada.page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
