"""Goals over HTTP: set, met, changed, taken back; each judged by what held in its period."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from server.core.instants import iso
from tests.support.ledgers import row_counts
from tests.web.house import House, problem

DAY_S = 86_400


async def _goals(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    return {each["period"]: each for each in (await client.get("/api/me/goals")).json()["goals"]}


async def _set(client: httpx.AsyncClient, period: str, target: int, unit: str = "words") -> None:
    answer = await client.put(f"/api/me/goals/{period}", json={"target": target, "unit": unit})
    assert answer.status_code == 200, answer.text
    assert answer.json() == (await client.get("/api/me/goals")).json()


async def _write(house: House, client: httpx.AsyncClient, words: int, minutes: float = 20, days_ago: int = 0) -> None:
    at = iso(house.clock.now() - days_ago * DAY_S * 1_000)
    session = {"id": str(uuid4()), "started_at": at, "minutes": minutes, "words": words}
    assert (await client.post("/api/me/sessions", json=session)).status_code == 201


async def test_a_writer_begins_without_goals(house: House) -> None:
    ann = await house.writer(zone="UTC")
    streak = (await ann.get("/api/me/streak")).json()
    expected = {"goals": [], "today": streak["today"], "closes_at": streak["closes_at"]}
    assert (await ann.get("/api/me/goals")).json() == expected


async def test_goals_say_when_their_today_closes_by_the_zone_and_the_rollover_of_tomorrow(house: House) -> None:
    ann = await house.writer(zone="Asia/Kolkata")
    await _set(ann, "day", 500)
    goals = (await ann.get("/api/me/goals")).json()
    tomorrow = date.fromisoformat(goals["today"]) + timedelta(days=1)
    assert goals["closes_at"] == f"{tomorrow - timedelta(days=1)}T21:30:00.000Z"
    await ann.patch("/api/me", json={"rollover": "05:30"})
    assert (await ann.get("/api/me/goals")).json()["closes_at"] == f"{tomorrow}T00:00:00.000Z"


async def test_a_goal_tells_what_is_done_and_what_is_left(house: House) -> None:
    ann = await house.writer(zone="Asia/Kolkata")
    await _set(ann, "week", 2_000)
    await _set(ann, "day", 30, "minutes")
    await _write(house, ann, 500)
    await _write(house, ann, -200)  # taken out is not set against what was added
    goals = await _goals(ann)
    assert list(goals) == ["day", "week"]
    assert (goals["week"]["done"], goals["week"]["left"], goals["week"]["target"]) == (500, 1_500, 2_000)
    assert (goals["day"]["done"], goals["day"]["left"], goals["day"]["unit"]) == (40, 0, "minutes")
    today = (await ann.get("/api/me/streak")).json()["today"]
    assert (goals["day"]["first"], goals["day"]["last"]) == (today, today)
    assert date.fromisoformat(goals["week"]["first"]).weekday() == 0
    assert [each["target"] for each in goals["day"]["past"]] == [None] * 12


async def test_a_goal_can_be_changed_and_taken_back_where_its_week_begins_earlier_by_now(house: House) -> None:
    ann = await house.writer(zone="UTC")
    today = date.fromisoformat((await ann.get("/api/me/streak")).json()["today"])
    house.travel((2 - today.weekday()) % 7 * DAY_S)  # to a Wednesday
    await _set(ann, "week", 1_000)
    assert (await ann.patch("/api/me", json={"week_start": 6})).status_code == 200
    house.travel(DAY_S)
    await _set(ann, "week", 500)
    week = (await _goals(ann))["week"]
    assert (date.fromisoformat(week["first"]).weekday(), week["target"]) == (6, 500)
    assert (await ann.delete("/api/me/goals/week")).json()["goals"] == []


async def test_past_periods_are_judged_by_the_goal_that_held_then(house: House) -> None:
    ann = await house.writer(zone="UTC")
    await _set(ann, "day", 1_000)
    await _write(house, ann, 1_000)
    house.travel(DAY_S)
    await _write(house, ann, 900)
    house.travel(DAY_S)
    await _set(ann, "day", 500)
    await _write(house, ann, 600)
    goal = (await _goals(ann))["day"]
    assert [(each["target"], each["done"], each["met"]) for each in goal["past"][-3:]] == [
        (None, 0, False),
        (1_000, 1_000, True),
        (1_000, 900, False),
    ]
    assert (goal["target"], goal["left"]) == (500, 0)
    await ann.delete("/api/me/goals/day")
    assert await _goals(ann) == {}
    await ann.delete("/api/me/goals/day")
    house.travel(DAY_S)
    await _set(ann, "day", 700)
    assert [each["target"] for each in (await _goals(ann))["day"]["past"][-3:]] == [1_000, 1_000, None]


async def test_a_second_thought_within_a_period_takes_the_place_of_the_first(house: House) -> None:
    ann = await house.writer(zone="UTC")
    today = date.fromisoformat((await ann.get("/api/me/streak")).json()["today"])
    house.travel((38 - today.day) * DAY_S)  # somewhere in the first half of a month
    await _set(ann, "month", 5_000)
    house.travel(DAY_S)
    await _set(ann, "month", 4_000)
    await _set(ann, "month", 4_000)
    assert (await row_counts(house.ledger))["goals"] == 1
    assert (await _goals(ann))["month"]["target"] == 4_000


async def test_what_is_entered_for_a_past_day_counts_for_that_day(house: House) -> None:
    ann = await house.writer(zone="UTC")
    today = date.fromisoformat((await ann.get("/api/me/streak")).json()["today"])
    await _set(ann, "day", 100)
    await _write(house, ann, 250, days_ago=3)
    past = {each["first"]: each["done"] for each in (await _goals(ann))["day"]["past"]}
    assert past[(today - timedelta(days=3)).isoformat()] == 250


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_a_period_that_is_none_is_refused(house: House, method: str) -> None:
    ann = await house.writer()
    for period in ("decade", "DAY", "%00"):
        problem(await ann.request(method, f"/api/me/goals/{period}", json={"target": 1}), 404, "period")
