"""What a host does to a round, and what everybody else sees of it."""

import contextlib
import re

from playwright.async_api import expect

from tests.e2e.conftest import Arrive, meet
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter

BOARD = re.compile(r"/api/sprints/\d+\?")


async def test_a_cancelled_round_is_off_for_everybody_and_leaves_the_text(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.schedule()
    await ben.sees_phase("writing")
    await ben.write("for nothing")
    await ada.sees_on_board("Ben", 2)
    await ada.at("cancel-sprint").click()
    await ada.at("confirm").click()
    for each in ada, ben:
        await each.sees_phase("cancelled")
    await expect(ben.at("editor")).to_have_value("for nothing")
    await expect(ben.at("start-form")).to_have_count(0)
    await expect(ada.at("start-form")).to_be_visible()


async def test_five_minutes_more_are_there_for_everybody_at_once(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.schedule(600)
    for each in ada, ben:
        await each.sees_phase("writing")
    assert await ben.left() <= 600
    await ada.at("extend-sprint").click()
    for each in ada, ben:
        await expect(each.at("timer")).to_have_attribute("data-left", re.compile(r"^(8\d\d|900)$"))
    assert abs(await ada.left() - await ben.left()) <= 1


async def test_a_double_click_is_one_command(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.schedule(600)
    await ada.sees_phase("writing")
    more = ada.at("extend-sprint")
    await more.dblclick()
    await expect(more).to_be_enabled()
    assert 800 < await ada.left() <= 900
    await more.click()
    await expect(ada.at("timer")).to_have_attribute("data-left", re.compile(r"^(11\d\d|1200)$"))
    await ada.ring()
    await ada.close_counting()
    await ada.at("another-round").dblclick()
    await ben.sees_phase("begins soon")
    await ada.sees_phase("begins soon")
    await expect(ada.at("link-state")).to_have_text("")


NOTE_SOUNDS = """
window.heard = [];
const Plain = window.OscillatorNode;
window.OscillatorNode = class extends Plain {
  constructor(context, options) { super(context, options); heard.push(options.frequency); }
};
"""


async def test_the_last_minute_is_told_by_one_soft_tone(arrive: Arrive) -> None:
    ada = await arrive("Ada", before=NOTE_SOUNDS)
    await ada.enter(await ada.make_room())
    await expect(ada.at("sound-switch")).to_be_visible()
    await ada.page.keyboard.press("Escape")  # no sound before a first key
    await ada.schedule(63)
    await ada.page.wait_for_function("() => heard.length > 0")
    assert 58 <= await ada.left() <= 60
    assert await ada.page.evaluate("heard") == [392]
    await expect(ada.at("announce-polite")).to_have_text("1 minute left")


async def test_a_crowd_that_comes_in_the_results_is_one_more_question(arrive: Arrive, house: ServerProcess) -> None:
    ada = await arrive("Ada", before="Math.random = () => 0.99;")
    slug = await ada.make_room()
    await ada.enter(slug)
    await ada.schedule()
    await ada.write("high water")
    await ada.sees_own(2)
    await ada.ring()
    await ada.close_counting()
    await ada.sees_result("Ada", 2)
    asked: list[str] = []
    ada.page.on("request", lambda each: asked.append(each.url) if BOARD.search(each.url) else None)
    async with contextlib.AsyncExitStack() as stack:
        for name in "Ben", "Cleo", "Dora", "Emil":
            writer = await stack.enter_async_context(SocketWriter(house.url, name))
            await writer.join(slug)
        async with ada.page.expect_response("**/api/sprints/*"):
            await expect(ada.at("board-row")).to_have_count(5)
    assert len(asked) == 1, asked


async def test_a_refused_cheer_says_so(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.enter(await ada.make_room())
    await ada.schedule()
    await ada.sees_phase("writing")
    for _ in range(8):
        await ada.at("cheer").first.click()
    await expect(ada.at("link-state")).to_contain_text("moment")


async def test_end_now_rings_for_everybody_and_another_round_is_one_click(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.schedule()
    for each, text in (ada, "three words here"), (ben, "two words"):
        await each.sees_phase("writing")
        await each.write(text)
    await ada.sees_total(5)
    await ada.ring()
    await ben.sees_phase("counts coming in")
    for each in ada, ben:  # everybody is in, so the window of a minute ends early
        await each.sees_phase("results")
        await expect(each.result("Ada")).to_have_attribute("data-rank", "1")
        await each.sees_result("Ben", 2)
        await each.sees_total(5)
    await ada.at("another-round").click()
    for each in ada, ben:
        await each.sees_phase("begins soon")
        await expect(each.at("phase")).to_contain_text("Round 2")
    await expect(ben.at("editor")).to_have_value("two words")


async def test_a_second_round_counts_from_the_text_as_it_is(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.schedule()
    await ada.write("the first round")
    await ben.sees_on_board("Ada", 3)
    await ada.ring()
    await ada.close_counting()
    await ada.schedule()
    for each in ada, ben:
        await each.sees_phase("writing")
    await ada.sees_own(0)
    await ada.write(" and the next one")
    await ben.sees_on_board("Ada", 4)


async def test_a_report_after_the_bell_is_asked_for_and_taken(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.schedule()
    await ben.sees_phase("writing")
    await ada.write("one two")
    await ben.choose("way-new", "new")
    await ben.at("report-input").fill("80")
    await ben.at("report-submit").click()
    await ada.sees_on_board("Ben", 80)
    await ada.ring()
    await ben.sees_phase("counts coming in")
    await ben.at("report-input").fill("20")
    await ben.at("report-submit").click()
    await ben.sees_own(100)
    await ben.at("done-button").click()
    for each in ada, ben:
        await each.sees_phase("results")
        await each.sees_result("Ben", 100)
