"""Coming and going: late, only to watch, twice, again after a reload, from the list of rooms, and not any more."""

import re

from playwright.async_api import expect

from tests.e2e.conftest import Arrive, meet
from tests.support.browser import PHONE


async def test_from_the_front_page_to_a_sprint_of_ones_own_in_two_clicks_and_a_name(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.open("/")
    await ada.at("name-input").fill("Ada")
    await ada.at("create-room").click()
    await ada.at("start-button").click()
    await ada.sees_phase("begins soon")
    await expect(ada.at("timer")).to_have_text(re.compile(r"^(1:00|0:5\d)$"))


async def test_a_stranger_joins_a_public_room_in_two_clicks(arrive: Arrive) -> None:
    ada, stranger = await arrive("Ada"), await arrive("Cleo")
    slug = await ada.make_room("Night owls of the north", visibility="public")
    hidden = await ada.make_room("Behind the curtain")
    await ada.enter(slug)
    await stranger.open("/rooms")
    listed = stranger.at("public-room").filter(has_text="Night owls of the north")
    await expect(listed).to_be_visible()
    await expect(stranger.at("public-room").filter(has_text="Behind the curtain")).to_have_count(0)
    await listed.get_by_test_id("public-join").click()
    await stranger.at("name-input").fill("Cleo")
    await stranger.at("name-submit").click()
    await expect(stranger.page).to_have_url(re.compile(f"/r/{slug}$"))
    await expect(ada.row("Cleo")).to_be_visible()
    assert hidden != slug


async def test_who_joins_late_counts_from_then_on(arrive: Arrive) -> None:
    ada, ben = await arrive("Ada"), await arrive("Ben")
    slug = await ada.make_room()
    await ada.enter(slug)
    await ada.schedule()
    await ada.write("Ada was here first")
    await ada.sees_own(4)
    await ben.enter(slug)
    await ben.sees_on_board("Ada", 4)
    await ben.sees_phase("writing")
    await ben.write("late but here")
    await ada.sees_on_board("Ben", 3)
    await ada.sees_total(7)
    await ada.ring()
    await ada.close_counting()
    await expect(ada.result("Ben")).to_have_attribute("data-rank", "2")


async def test_a_viewer_sees_the_counts_without_being_on_the_board_and_may_join_then(arrive: Arrive) -> None:
    ada, ben = await arrive("Ada"), await arrive("Ben")
    slug = await ada.make_room()
    await ada.enter(slug)
    await ada.schedule()
    await ada.write("somebody watches this")
    await ben.open(f"/r/{slug}")
    await ben.at("watch-button").click()
    await ben.sees_on_board("Ada", 3)
    await expect(ben.at("editor")).to_have_count(0)
    await ada.write(" grow")
    await ben.sees_on_board("Ada", 4)
    await expect(ada.at("board-row")).to_have_count(1)
    await ben.at("join-button").click()
    await ben.at("name-input").fill("Ben")
    await ben.at("name-submit").click()
    await expect(ada.at("board-row")).to_have_count(2)
    await ben.write("now I write")
    await ada.sees_on_board("Ben", 3)


async def test_who_watched_by_a_link_and_joins_hears_the_room_and_stays_a_writer(arrive: Arrive) -> None:
    ada, ben = await arrive("Ada"), await arrive("Ben")
    await ada.enter(await ada.make_room())
    await ada.schedule()
    await ada.write("come in")
    await ben.sign_in()
    await ben.enter(ada.slug, watch=True)
    await expect(ben.at("sound-switch")).to_be_visible()
    await ben.at("join-button").click()
    await expect(ben.page).to_have_url(re.compile(f"/r/{ada.slug}$"))
    await expect(ada.row("Ben")).to_be_visible()
    await ben.write("here I am")
    await ben.at("way-new").press(" ")
    await expect(ben.at("report-input")).to_be_visible()
    await ada.at("cheer").first.click()
    await expect(ben.at("announce-polite")).to_contain_text("\u2068Ada\u2069 cheers")
    await ben.page.reload()
    await expect(ben.at("editor")).to_have_value("here I am")


async def test_a_reload_in_mid_sprint_brings_back_the_same_writer_text_and_count(arrive: Arrive) -> None:
    ada, ben = await arrive("Ada"), await arrive("Ben")
    slug = await ada.make_room()
    await ada.enter(slug)
    await ada.write("This was here before. ")
    await ben.enter(slug)
    await ada.schedule()
    await ben.sees_phase("writing")
    await ada.write("six words that shall not vanish")
    slot = await ada.row("Ada").get_attribute("data-slot")
    await ada.page.reload()  # at once: neither a pause nor an acknowledgement is waited for
    await expect(ada.at("editor")).to_have_value("This was here before. six words that shall not vanish")
    await ada.sees_own(6)
    await ben.sees_on_board("Ada", 6)
    await expect(ben.at("board-row")).to_have_count(2)
    await ada.write(" ever")
    await ben.sees_on_board("Ada", 7)
    assert await ada.row("Ada").get_attribute("data-slot") == slot


async def test_a_second_tab_is_the_same_writer_and_each_takes_over_what_the_other_counts(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.schedule()
    await ada.write("one two three")
    await ben.sees_on_board("Ada", 3)
    await ada.sees_saved()
    first = ada.page
    await ada.tab()
    await ada.open(f"/r/{ada.slug}")
    await ada.online()
    await ada.sees_own(3)
    await ada.write(" four five")
    await ben.sees_on_board("Ada", 5)
    await expect(ben.at("board-row")).to_have_count(2)
    await expect(first.get_by_test_id("own-words")).to_have_attribute("data-words", "5")
    await first.get_by_test_id("editor").press("Control+End")
    await first.keyboard.type(" six")
    await ben.sees_on_board("Ada", 6)
    await ada.sees_own(6)


async def test_what_another_tab_reports_leaves_the_draft_under_the_hands(arrive: Arrive) -> None:
    ada = await arrive("Ada")
    await ada.enter(await ada.make_room())
    await ada.schedule()
    await ada.write("one two three")
    await ada.sees_saved()
    first = ada.page
    await ada.tab()
    await ada.enter(ada.slug)
    await ada.choose("way-new", "new")
    await ada.at("report-input").fill("250")
    await ada.at("report-submit").click()
    await expect(first.get_by_test_id("own-words")).to_have_attribute("data-words", "253")
    await expect(first.get_by_test_id("editor")).to_be_focused()
    await first.keyboard.press("Tab")
    await expect(first.get_by_test_id("report-input")).to_be_visible()


async def test_who_is_removed_is_told_why_and_does_not_come_back(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.at("tend-writers").click()
    await ada.at("remove-writer").click()
    await ada.at("confirm").click()
    await expect(ben.at("closed")).to_contain_text("A host removed you from this room.")
    await expect(ada.at("board-row")).to_have_count(1)
    await ben.page.reload()
    await ben.sees("closed", "code", "4505")


async def test_a_tap_that_ends_the_calm_does_nothing_else(arrive: Arrive) -> None:
    ada = await arrive("Ada", size=PHONE, has_touch=True)
    touch = ada.page.touchscreen
    await ada.enter(await ada.make_room())
    await ada.schedule()
    await ada.sees_phase("writing")
    calm = ada.page.locator(".room.calm")
    for text, unseen in ("one ", ada.page.get_by_label("Wordtide, to the first page")), ("two ", ada.at("way-total")):
        await expect(unseen).to_be_visible()
        where = await unseen.bounding_box()
        assert where is not None
        await ada.write(text)
        await expect(calm).to_have_count(1)
        await touch.tap(where["x"] + where["width"] / 2, where["y"] + where["height"] / 2)
        await expect(calm).to_have_count(0)
    await ada.write("three")
    await ada.sees_own(3)
    await expect(ada.at("way-typed")).to_be_checked()
    await ada.page.keyboard.press("Escape")
    await ada.choose("way-total", "total")
    await expect(ada.at("way-total")).to_be_checked()


async def test_the_sheet_goes_when_typing_begins(arrive: Arrive) -> None:
    ada = await arrive("Ada", size=PHONE, has_touch=True)
    await ada.enter(await ada.make_room())
    await ada.schedule()
    await ada.sees_phase("writing")
    await ada.at("sheet-toggle").tap()
    await expect(ada.at("leave-button")).to_be_visible()
    await ada.write("on")
    await expect(ada.at("leave-button")).to_be_hidden()


async def test_between_rounds_a_host_sees_who_is_here_removes_a_troll_and_leaves(arrive: Arrive) -> None:
    ada, ben = await meet(arrive, "Ada", "Ben")
    await ada.schedule()
    await ada.write("two words")
    await ada.sees_own(2)
    await ada.ring()
    await ada.close_counting()
    await expect(ada.row("Ben")).to_be_visible()  # without a count, but here
    await ada.at("tend-writers").click()
    await ada.at("remove-writer").click()
    await ada.at("confirm").click()
    await ben.sees("closed", "code", "4505")
    await expect(ada.row("Ben")).to_have_count(0)
    await ada.at("leave-button").click()
    await expect(ada.at("join-button")).to_be_visible()
