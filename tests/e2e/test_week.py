"""A week on the page, with the clock moved: a missed day, a day of rest, and a flight from Tokyo to New York."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.conftest import Arrive
from tests.support.browser import OF_THE_LINE, Person
from tests.support.server import ServerProcess

TOKYO, NEW_YORK = "Asia/Tokyo", "America/New_York"
TODAY = datetime.now(UTC).date()
MONDAY = TODAY - timedelta(days=TODAY.weekday())
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (MONDAY + timedelta(days=n) for n in range(1, 7))


def shift_to(day: date, utc_hour: int) -> int:
    """How far (s) the server's clock has to be shifted for it to be then."""
    then = datetime(day.year, day.month, day.day, utc_hour, tzinfo=UTC)
    return round(then.timestamp() - time.time())


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator[ServerProcess]:
    async with ServerProcess(clock_shift_s=shift_to(MONDAY, 1)) as running:
        yield running
        assert "Traceback" not in running.log, running.log[-4_000:]


async def is_then(server: ServerProcess, day: date, utc_hour: int) -> None:
    await asyncio.to_thread(server.restart, clock_shift_s=shift_to(day, utc_hour))


async def sprints(mika: Person) -> None:
    """A sprint in her room, with 60 words."""
    id = await mika.schedule()
    sprint = await mika.get(f"/api/sprints/{id}")
    seq = round(datetime.fromisoformat(sprint["now"]).timestamp() * 1_000)
    await mika.post(f"/api/sprints/{id}/count", {"seq": seq, "words": 60, "active_ms": 1_000})


async def books_rest(mika: Person, day: date) -> None:
    await mika.open("/settings")
    await mika.at("rest-first").fill(day.isoformat())
    await mika.at("rest-last").fill(day.isoformat())
    await mika.at("rest-book").click()
    await mika.sees("rest-row", "first", day.isoformat())


async def sees_streak(mika: Person, days: int, state: str, reasons: dict[date, str]) -> None:
    """On the history page; of some days the reason."""
    await mika.sees("streak-number", "streak", str(days))
    await mika.sees("streak-state", "state", state)
    why = mika.at("streak-why")
    if await why.get_attribute("open") is None:
        await why.locator("summary").click()
    for day, reason in reasons.items():
        await expect(mika.page.locator(f'[data-testid="streak-day"][data-day="{day}"]')).to_contain_text(reason)


async def test_a_week_with_a_missed_day_a_day_of_rest_and_a_flight(arrive: Arrive, server: ServerProcess) -> None:
    mika = await arrive("Mika", server.url, timezone_id=TOKYO)
    mika.forgives = OF_THE_LINE
    await mika.sign_in(TOKYO)
    await mika.make_room()
    await sprints(mika)
    await mika.open("/history")
    await sees_streak(mika, 1, "done", {MONDAY: "Written: 60 words"})
    await books_rest(mika, THURSDAY)

    await is_then(server, TUESDAY, 1)
    await sprints(mika)
    await mika.open("/history")
    await sees_streak(mika, 2, "done", {TUESDAY: "Written: 60 words"})

    await is_then(server, WEDNESDAY, 13)
    await mika.page.reload()
    await sees_streak(mika, 2, "grace_left", {WEDNESDAY: "Still open: nothing yet"})

    await is_then(server, THURSDAY, 1)
    await mika.page.reload()
    await sees_streak(mika, 2, "resting", {WEDNESDAY: "Held by grace", THURSDAY: "Rest: booked for this day"})

    await is_then(server, FRIDAY, 1)
    await sprints(mika)
    await mika.page.reload()
    await sees_streak(mika, 3, "done", {THURSDAY: "Rest", FRIDAY: "Written: 60 words"})
    await expect(mika.at("streak-back")).to_contain_text("Back after 3 days. Your streak waited for you.")

    await is_then(server, SATURDAY, 1)
    await sprints(mika)
    await mika.page.reload()
    await sees_streak(mika, 4, "done", {SATURDAY: "Written: 60 words"})
    await expect(mika.at("zone-question")).to_have_count(0)

    # On Sunday, 09:00 in Tokyo, she lands in New York, where it is Saturday evening.
    known = await mika.context.storage_state()
    landed = await arrive("Mika", server.url, timezone_id=NEW_YORK, storage_state=known)
    landed.forgives, landed.slug = OF_THE_LINE, mika.slug
    await is_then(server, SUNDAY, 0)
    await landed.open("/history")
    await sees_streak(landed, 4, "must_write", {SUNDAY: "Still open"})
    await expect(landed.at("streak-state")).to_contain_text("Tokyo time")
    await landed.at("zone-change").click()
    await sees_streak(landed, 4, "done", {SATURDAY: "Written: 60 words"})
    await expect(landed.at("zone-question")).to_have_count(0)

    await is_then(server, SUNDAY, 17)
    await sprints(landed)
    await landed.page.reload()
    await sees_streak(landed, 5, "done", {WEDNESDAY: "Held by grace", THURSDAY: "Rest", SUNDAY: "Written: 60 words"})
    assert (await landed.get("/api/me"))["zone"] == NEW_YORK
    sessions = (await landed.get("/api/me/history"))["sessions"]
    assert [each["zone"] for each in sessions] == [NEW_YORK, *[TOKYO] * 4]
