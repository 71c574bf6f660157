"""A story through the page alone: two friends, a sprint, the next day another one, and a streak that goes 1 -> 2."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import expect

from tests.conftest import only_long
from tests.e2e.conftest import Arrive
from tests.support.browser import OF_THE_LINE, Person
from tests.support.server import ServerProcess

A_DAY_S = 86_400
SENTENCE = "We wrote until the lamp went out and then a little more. "
SIXTY_WORDS = SENTENCE * 5


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[ServerProcess]:
    async with ServerProcess() as running:
        yield running
        assert "Traceback" not in running.log, running.log[-4_000:]


async def sprint_of_sixty_words(host: Person, friend: Person) -> None:
    """From the start form that is on the host's page to the results."""
    await host.choose("start-minutes", "20")
    await host.choose("start-when", "0")
    await host.at("start-button").click()
    for each in host, friend:
        await each.sees_phase("writing")
        await each.at("editor").focus()
        await each.page.keyboard.insert_text(SIXTY_WORDS)
        await each.sees_own(60)
    await host.sees_total(120)
    await host.ring()
    for each in host, friend:  # both counted here, so nobody is waited for
        await each.sees_phase("results")
        await expect(each.at("results-row")).to_have_count(2)
        await each.sees_result(host.name, 60)


async def sees_streak(person: Person, days: int, sessions: int) -> None:
    await person.sees("streak-number", "streak", str(days))
    await person.sees("streak-state", "state", "done")
    await expect(person.at("session-row")).to_have_count(sessions)


@only_long
async def test_a_sprint_today_and_one_tomorrow_are_a_streak_of_two(arrive: Arrive, server: ServerProcess) -> None:
    ada = await arrive("Ada", server.url, permissions=["clipboard-read", "clipboard-write"])
    ben = await arrive("Ben", server.url)
    await ada.open("/")
    await ada.at("name-input").fill("Ada")
    await ada.at("room-title-input").fill("The lamp room")
    await ada.at("create-room").click()
    await ada.at("copy-link").click()
    link = await ada.page.evaluate("navigator.clipboard.readText()")
    assert link == await ada.at("link-text").input_value()

    await ben.open(link)
    await ben.at("name-input").fill("Ben")
    await ben.at("name-submit").click()
    await ada.sees_phase("not started")
    await expect(ada.row("Ben")).to_be_visible()

    await ada.choose("start-minutes", "20")
    await ada.choose("start-when", "60")
    await ada.at("start-button").click()
    for each in ada, ben:
        await each.sees_phase("begins soon")
    await ada.at("cancel-sprint").click()
    await ada.at("confirm").click()
    await ben.sees_phase("cancelled")

    await sprint_of_sixty_words(ada, ben)
    await ada.open("/history")
    await sees_streak(ada, days=1, sessions=1)

    ada.forgives = ben.forgives = OF_THE_LINE
    await asyncio.to_thread(server.restart, clock_shift_s=A_DAY_S)
    await ada.page.reload()
    await ada.sees("streak-number", "streak", "1")
    await ada.sees("streak-state", "state", "grace_left")
    await ada.open(link)
    await ada.online()
    await ben.online()
    await ada.page.locator("summary").click()
    await sprint_of_sixty_words(ada, ben)
    await ada.open("/history")
    await sees_streak(ada, days=2, sessions=2)

    await asyncio.to_thread(server.restart)
    await ada.page.reload()
    await sees_streak(ada, days=2, sessions=2)
    await ben.open("/history")
    await sees_streak(ben, days=2, sessions=2)
