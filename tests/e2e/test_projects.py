"""A project from its first key to the sprint that moves it, with a goal and with what was meant and came of it."""

import re
from uuid import uuid4

from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.support.browser import Person
from tests.support.keys import tab_to


async def begin_by_keys(ada: Person, title: str, target: str) -> None:
    keys = ada.page.keyboard
    await ada.open("/projects")
    await expect(ada.at("project-title")).to_be_visible()
    await tab_to(ada, "project-title")
    await keys.type(title)
    await tab_to(ada, "project-target")
    await keys.type(target)
    await keys.press("Enter")
    await expect(ada.page.locator("h1")).to_have_text(title)
    await expect(ada.page.locator("h1")).to_be_focused()


async def set_goal_by_keys(ada: Person, target: str) -> None:
    await ada.page.get_by_role("link", name="Projects", exact=True).first.press("Enter")
    await expect(ada.at("project-card")).to_have_count(1)
    await tab_to(ada, "goal-target")
    await ada.page.keyboard.type(target)
    await ada.page.keyboard.press("Enter")
    await ada.sees("goal", "target", target)


async def test_a_sprint_moves_the_project_and_the_goal_that_its_writer_chose(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    keys = ada.page.keyboard
    await ada.sign_in()
    await begin_by_keys(ada, "Low water", "50,000")
    await set_goal_by_keys(ada, "300")
    await ada.post("/api/me/projects", {"id": str(uuid4()), "title": "Poems"})

    await ada.enter(await ada.make_room())
    await expect(ada.at("mine-project")).to_contain_text("Poems")
    await tab_to(ada, "mine-intention")
    await keys.type("Finish the scene")
    await tab_to(ada, "mine-project")
    await keys.type("Low")
    await expect(ada.at("announce-polite")).to_contain_text("Words go to \u2068Low water\u2069")
    sprint = await ada.schedule(delay_s=300)
    await ada.sees_phase("begins soon")
    await expect(ada.at("mine-intention")).to_have_value("Finish the scene")
    await expect(ada.at("mine-project").locator("option:checked")).to_have_text("Low water")
    await ada.at("cancel-sprint").click()
    await ada.at("confirm").click()
    await ada.sees_phase("cancelled")

    sprint = await ada.schedule()
    await ada.sees_phase("writing")
    await expect(ada.at("mine-project").locator("option:checked")).to_have_text("Low water")
    await ada.choose("way-new", "new")
    await ada.at("report-input").fill("320")
    await ada.at("report-submit").click()
    await ada.sees_own(320)
    await ada.ring()
    await ada.at("done-button").click()
    await ada.sees_result("Ada", 320)
    await expect(ada.page.get_by_text("Finish the scene")).to_be_visible()
    await tab_to(ada, "mine-outcome")
    await keys.press("ArrowRight")
    await expect(ada.at("announce-polite")).to_contain_text("Partly")
    await tab_to(ada, "mine-note")
    await keys.press("Enter")
    await expect(ada.at("mine-note")).to_be_focused()
    async with ada.page.expect_response(lambda answer: answer.request.method == "PUT"):
        await keys.type("Marta goes down the slip")
    said = (await ada.get(f"/api/sprints/{sprint}/mine"))["said"]
    assert (said["intention"], said["outcome"], said["note"]) == (
        "Finish the scene",
        "partly",
        "Marta goes down the slip",
    )
    await ada.open("/projects")
    await ada.sees("goal", "done", "320")
    low_water = ada.at("project-card").filter(has_text="Low water")
    await expect(low_water).to_have_attribute("data-total", "320")
    await expect(low_water).to_have_attribute("data-chosen", "true")
    await low_water.get_by_role("link").press("Enter")
    today = re.compile(r": 320 words in all, \+320 that day$")
    await expect(ada.at("project-day")).to_have_attribute("aria-valuetext", today)


async def test_pages_are_entered_by_hand_where_the_project_is(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    thesis = str(uuid4())
    await ada.post("/api/me/projects", {"id": thesis, "title": "Thesis", "unit": "pages", "target": 200})
    await ada.open(f"/projects/{thesis}")
    await ada.at("add-session").press("Enter")
    await ada.at("field-words").fill("0")
    await ada.at("field-amount").fill("3")
    await ada.at("add-submit").press("Enter")
    await ada.sees("project-figures", "total", "3")
    await expect(ada.at("session-row")).to_contain_text("3 pages")
    await expect(ada.at("field-words")).to_be_focused()
    await ada.at("field-words").fill("0")  # another one, which is the project's, too
    await ada.at("field-amount").fill("2")
    await ada.at("add-submit").press("Enter")
    await ada.sees("project-figures", "total", "5")
    await ada.at("project-archive").press("Enter")
    await expect(ada.page.locator("h1")).to_be_focused()
    await ada.at("project-undo").press("Enter")
    await expect(ada.at("project-choose")).to_be_checked()
    await expect(ada.at("project-figures")).to_have_attribute("data-total", "5")
