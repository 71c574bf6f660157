"""For everybody: keys are enough, the focus is seen and never lost, and what happens is read out."""

import re

from playwright.async_api import WebSocketRoute, expect

from protocol.codec import encode
from protocol.codes import ErrorCode
from protocol.messages import Cheer, Cheered, ErrorMessage
from tests.e2e.conftest import Arrive, meet
from tests.support.keys import tab_to


async def test_a_whole_sprint_by_keys_alone(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    keys = ada.page.keyboard
    await ada.open("/")
    await expect(ada.at("name-input")).to_be_visible()
    await tab_to(ada, "name-input")
    await keys.type("Ada")
    await keys.press("Enter")
    await ada.online()
    await tab_to(ada, "start-when")
    while await ada.page.evaluate("document.activeElement.value") != "0":
        await keys.press("ArrowLeft")
    await keys.press("Enter")
    await ada.sees_phase("writing")
    await expect(ada.at("sound-switch")).to_be_visible()  # the keys come with it
    stands = ada.page.viewport_size
    assert stands is not None
    await ada.page.set_viewport_size({"width": 800, "height": 600})  # the board is a sheet here, and folded
    await keys.press("Alt+b")
    await expect(ada.page.get_by_role("heading", name="Board")).to_be_focused()
    await ada.page.set_viewport_size(stands)
    await keys.press("Alt+w")
    await expect(ada.at("editor")).to_be_focused()
    await keys.type("by keys alone")
    await ada.sees_own(3)
    await tab_to(ada, "way-typed")
    await keys.press("ArrowRight")
    await keys.press("ArrowRight")
    await expect(ada.at("way-new")).to_be_checked()
    await tab_to(ada, "report-input")
    await keys.type("20")
    await keys.press("Enter")
    await ada.sees_own(23)
    await tab_to(ada, "end-sprint")
    await keys.press("Enter")
    await expect(ada.at("confirm")).to_be_focused()
    await keys.press("Enter")
    await ada.sees_phase("counts coming in")
    await tab_to(ada, "done-button")
    await keys.press("Enter")
    await ada.sees_phase("results")
    await ada.sees("results-row", "words", "23")
    await tab_to(ada, "another-round")
    await keys.press("Enter")
    await ada.sees_phase("begins soon")


NOTE_WHAT_IS_SAID = """() => {
  const box = document.querySelector("[data-testid=announce-polite]");
  window.said = [];
  const changes = new MutationObserver(() => said.push(box.textContent));
  changes.observe(box, { subtree: true, childList: true, characterData: true });
}"""


async def test_a_refusal_is_read_out_once(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    lines: list[WebSocketRoute] = []

    def through(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    await ada.page.route_web_socket("**/ws", through)
    await ada.enter(await ada.make_room())
    await expect(ada.at("sound-switch")).to_be_visible()
    await ada.page.evaluate(NOTE_WHAT_IS_SAID)
    # The status line is read out by itself.
    lines[-1].send(encode(ErrorMessage(0, ErrorCode.INTERNAL)))
    await expect(ada.at("link-state")).to_contain_text("Something went wrong here")
    lines[-1].send(encode(Cheered(1, None, Cheer.WAVE)))
    await expect(ada.at("announce-polite")).to_contain_text("cheers")
    assert await ada.page.evaluate("said") == [await ada.at("announce-polite").text_content()]


async def test_the_focus_goes_to_the_heading_of_each_new_page(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.sign_in()
    await ada.open("/")
    heading = ada.page.locator("h1")
    for name in "Rooms", "History", "Projects", "Settings", "Wordtide":
        await ada.page.get_by_role("link", name=name, exact=True).press("Enter")
        await expect(ada.page).to_have_title(re.compile(f"^{name if name != 'Rooms' else 'Open rooms'}"))
        await expect(heading).to_be_focused()
    await ada.page.go_back()
    await expect(heading).to_have_text("Settings")
    await expect(heading).to_be_focused()
    await ada.page.go_forward()
    await ada.at("create-room").press("Enter")
    await expect(ada.at("editor")).to_be_visible()
    await expect(heading).to_be_focused()
    await ada.choose("start-when", "0")
    await ada.at("start-button").press("Enter")
    await expect(ada.at("editor")).to_be_focused()


async def test_a_control_that_goes_away_with_its_phase_gives_the_focus_to_a_heading(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.enter(await ada.make_room())
    await ada.schedule()
    await ada.sees_phase("writing")
    await expect(ada.at("sound-switch")).to_be_visible()
    await ada.ring()  # by hand; the others by keys
    await expect(ada.page.locator("#reporting-title")).to_be_focused()
    await ada.at("done-button").press("Enter")
    await expect(ada.page.locator("#results-title")).to_be_focused()
    await ada.at("another-round").press("Enter")
    await ada.at("cancel-sprint").press("Enter")
    await ada.at("confirm").press("Enter")
    await expect(ada.page.locator("#cancelled-title")).to_be_focused()
    await ada.at("leave-button").press("Enter")
    await expect(ada.at("join-button")).to_be_visible()
    await expect(ada.page.locator("#cancelled-title")).to_be_focused()


async def test_the_focus_stays_in_the_draft_while_somebody_types(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ben.page.evaluate("window.left = []; document.addEventListener('focusout', (e) => left.push(e.type), true)")
    await ben.at("editor").focus()
    await ben.page.keyboard.type("before it begins ")
    await ada.schedule()
    await ben.sees_phase("writing")
    await ben.page.keyboard.type("one two three ")
    await ada.sees_on_board("Ben", 3)
    await ada.at("extend-sprint").click()
    await ada.write("rise")
    await ben.sees_total(4)
    await ada.ring()
    await ben.sees_phase("counts coming in")
    await ben.page.keyboard.type("after the bell ")
    await ada.close_counting()
    await ben.sees_phase("results")
    await ben.page.keyboard.type("and in the results")
    await expect(ben.at("editor")).to_be_focused()
    await expect(ben.at("editor")).to_have_value("before it begins one two three after the bell and in the results")
    assert await ben.page.evaluate("left") == []
