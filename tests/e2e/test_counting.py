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
