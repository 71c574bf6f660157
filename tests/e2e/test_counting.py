"""The three ways to count, on the page: typed here, a total against a starting total, "+N new"; changed and undone."""

from playwright.async_api import expect

from tests.e2e.conftest import Arrive, meet
from tests.support.browser import Person


async def pair(arrive: Arrive) -> list[Person]:
    """Ada, who counts, and Ben, who sees it in another browser, in mid-sprint."""
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.schedule()
    await ada.sees_phase("writing")
    return [ada, ben]


async def report(person: Person, number: str) -> None:
    await person.at("report-input").fill(number)
    await person.at("report-submit").click()


async def test_250_new_words_go_on_top_and_undo_takes_them_back(arrive: Arrive) -> None:
    ada, ben = await pair(arrive)
    await ada.choose("way-new", "new")
    await report(ada, "+250")
    await ben.sees_on_board("Ada", 250)
    await report(ada, "40")
    await ada.sees_own(290)
    await ben.sees_on_board("Ada", 290)
    await ben.sees_total(290)
    await ada.at("undo").click()
    await ben.sees_on_board("Ada", 250)
    await ada.at("undo").click()
    await ada.sees_own(0)
    await ben.sees_on_board("Ada", 0)


async def test_a_total_counts_against_the_starting_total(arrive: Arrive) -> None:
    ada, ben = await pair(arrive)
    await ada.choose("way-total", "total")
    await ada.at("start-total-input").fill("50,000")
    await report(ada, "50230")
    await ben.sees_on_board("Ada", 230)
    await ada.at("start-total-input").fill("50,100")  # it was mistaken
    await ada.at("start-total-input").press("Tab")
    await ben.sees_on_board("Ada", 130)
    await report(ada, "50090")  # words were taken out
    await ben.sees_on_board("Ada", -10)
    await ada.sees_own(-10)


async def test_a_number_of_new_words_typed_as_a_total_is_asked_about(arrive: Arrive) -> None:
    ada, ben = await pair(arrive)
    await ada.choose("way-total", "total")
    await ada.at("start-total-input").fill("50000")
    await report(ada, "250")
    question = ada.at("did-you-mean")
    await expect(question).to_contain_text("+250 new")
    await question.get_by_role("button").first.click()
    await ben.sees_on_board("Ada", 250)


async def test_changing_the_way_keeps_what_is_counted(arrive: Arrive) -> None:
    ada, ben = await pair(arrive)
    await ada.write("five words are typed here ")
    await ben.sees_on_board("Ada", 5)
    await ada.choose("way-new", "new")
    await report(ada, "100")
    await ben.sees_on_board("Ada", 105)
    await ada.choose("way-typed", "here")
    await ada.write("and three more")
    await ben.sees_on_board("Ada", 108)
    await ada.choose("way-total", "total")
    await ada.at("start-total-input").fill("1000")
    await report(ada, "1200")
    await ben.sees_on_board("Ada", 200)
    await ada.at("undo").click()
    await ben.sees_on_board("Ada", 108)


async def test_a_first_total_that_nobody_writes_in_a_sprint_is_asked_about(arrive: Arrive) -> None:
    ada, ben = await pair(arrive)
    await ada.choose("way-new", "new")
    await report(ada, "50230")
    question = ada.at("did-you-mean")
    await question.get_by_role("button").first.click()
    await expect(ada.at("start-total-input")).to_be_focused()
    await expect(ada.at("report-input")).to_have_value("50230")
    await ada.page.keyboard.type("50,000")
    await ada.page.keyboard.press("Enter")
    await ben.sees_on_board("Ada", 230)
    await ada.at("start-total-input").fill("")
    await ada.at("report-input").focus()
    await report(ada, "150")
    await ben.sees_on_board("Ada", 150)
    await report(ada, "50230")
    await expect(question).to_contain_text("50,230 words in this round")
    await question.get_by_role("button").last.click()
    await ben.sees_on_board("Ada", 50_230)


async def test_a_wrong_number_is_marked_and_takes_no_focus_from_who_types_on(arrive: Arrive) -> None:
    ada, _ = await pair(arrive)
    await ada.choose("way-total", "total")
    await ada.at("start-total-input").fill("about 50k")
    await ada.at("report-input").click()
    await ada.page.keyboard.type("50230")
    await expect(ada.at("start-total-input")).to_have_attribute("aria-invalid", "true")
    await expect(ada.at("report-input")).to_have_value("50230")
    await expect(ada.at("report-input")).to_be_focused()
    await ada.page.keyboard.press("Enter")
    await expect(ada.at("start-total-input")).to_be_focused()


async def test_that_is_my_count_takes_what_stands_in_the_field(arrive: Arrive) -> None:
    ada, ben = await pair(arrive)
    await ben.write("a word")
    await ada.write("one")  # tried out, then chosen to give a total
    await ada.choose("way-total", "total")
    await ada.ring()
    await ada.sees_phase("counts coming in")
    await ada.at("start-total-input").fill("50000")
    await ada.at("report-input").fill("250")
    await ada.at("done-button").click()
    await expect(ada.at("did-you-mean")).to_contain_text("+250 new")
    await ada.at("did-you-mean").get_by_role("button").first.click()
    for each in ada, ben:
        await each.sees_phase("results")
        await each.sees_result("Ada", 251)


async def test_a_number_that_was_not_set_is_still_there_after_the_bell_and_can_be_changed_after_the_results(
    arrive: Arrive,
) -> None:
    ada, ben = await pair(arrive)
    await expect(ben.at("sound-switch")).to_be_visible()  # all has come that looks after the page
    await ben.choose("way-new", "new")
    await ben.at("report-input").fill("5")
    await ada.ring()
    await ben.sees_phase("counts coming in")
    await expect(ben.at("report-input")).to_have_value("5")
    await expect(ben.at("report-input")).to_be_focused()
    await ben.at("done-button").click()
    await ada.sees_total(5)
    await ben.at("report-input").focus()
    await ada.close_counting()
    for each in ada, ben:
        await each.sees_phase("results")
        await each.sees_result("Ben", 5)
    await expect(ben.page.locator("#results-title")).to_be_focused()  # the next field is folded away
    await ben.at("correct-count").click()
    await ben.at("report-input").fill("-2")
    await ben.at("report-submit").click()
    for each in ada, ben:
        await each.sees_result("Ben", 3)
    await ben.at("report-input").fill("70")
    await ada.schedule()
    await ben.sees_phase("writing")
    await expect(ben.at("report-input")).to_have_value("")  # that was of the last round


async def test_a_duplicate_of_a_tab_keeps_a_text_of_its_own(arrive: Arrive) -> None:
    ada, _ = await pair(arrive)
    await ada.write("the first tab ")
    await ada.sees_saved()
    async with ada.context.expect_page() as opened:
        await ada.page.evaluate("() => void window.open(location.href)")  # copies sessionStorage
    other = (await opened.value).get_by_test_id("editor")
    await expect(other).to_be_editable()
    await other.fill("the second tab")
    await ada.write("goes on")
    await ada.page.wait_for_timeout(1_000)  # both are kept
    await ada.page.reload()
    await expect(ada.at("editor")).to_have_value("the first tab goes on")
    await (await opened.value).reload()
    await expect(other).to_have_value("the second tab")
