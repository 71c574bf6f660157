"""Rest over HTTP: weekdays off, and stretches booked ahead."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from server.core.instants import instant
from tests.web.house import DAY_S, House, manual, problem


def rest(house: House, first: int, last: int, id: str = "") -> dict[str, str]:
    """From so many days after today to so many."""
    today = instant(house.clock.now() - 3 * 3_600_000).date()  # UTC, from 03:00 on
    days = ((today + timedelta(days=ahead)).isoformat() for ahead in (first, last))
    return {"id": id or str(uuid4()), **dict(zip(("first", "last"), days, strict=True))}


async def streak_of(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/me/streak")
    assert answer.status_code == 200, answer.text
    streak: dict[str, Any] = answer.json()
    return streak


async def test_rest_is_booked_once_listed_and_cancelled(house: House) -> None:
    ann, bob = await house.writer(zone="UTC"), await house.writer("Bob", zone="UTC")
    assert (await ann.get("/api/me/rests")).json()["rests"] == []
    asked = rest(house, 1, 3)

    booked = await ann.post("/api/me/rests", json=asked)
    assert (booked.status_code, booked.json()) == (201, {**asked, "state": "ahead"})
    again = await ann.post("/api/me/rests", json={**asked, "last": asked["first"]})
    assert (again.status_code, again.json()) == (200, booked.json())
    problem(await bob.post("/api/me/rests", json=asked), 409, "id")
    problem(await bob.delete(f"/api/me/rests/{asked['id']}"), 404, "rest")
    assert (await ann.get("/api/me/rests")).json()["rests"] == [booked.json()]

    cancelled = await ann.delete(f"/api/me/rests/{asked['id']}")
    assert (cancelled.status_code, cancelled.json()["rests"]) == (200, [])
    problem(await ann.delete(f"/api/me/rests/{asked['id']}"), 404, "rest")
    problem(await ann.delete("/api/me/rests/none"), 404, "rest")


async def test_rest_that_is_called_off_at_once_was_booked(house: House) -> None:
    ann = await house.writer(zone="UTC")
    asked = rest(house, 1, 3)
    booked, called_off = await asyncio.gather(
        ann.post("/api/me/rests", json=asked), ann.delete(f"/api/me/rests/{asked['id']}")
    )
    assert (booked.status_code, booked.json()) == (201, {**asked, "state": "ahead"})
    assert called_off.json()["rests"] == []


async def test_rest_that_runs_ends_with_today_and_rest_that_is_over_stays(house: House) -> None:
    ann = await house.writer(zone="UTC")
    asked = rest(house, 1, 5)
    await ann.post("/api/me/rests", json=asked)
    house.travel(2 * DAY_S)
    streak = (await ann.get("/api/me/streak")).json()
    booked = (await ann.get("/api/me/rests")).json()
    today = booked["today"]
    assert (today, booked["closes_at"]) == (streak["today"], streak["closes_at"])
    ended = (await ann.delete(f"/api/me/rests/{asked['id']}")).json()["rests"]
    assert ended == [{**asked, "last": today, "state": "running"}]
    house.travel(DAY_S)
    assert (await ann.get("/api/me/rests")).json()["rests"] == [{**ended[0], "state": "over"}]
    problem(await ann.delete(f"/api/me/rests/{asked['id']}"), 409, "rest")


@pytest.mark.parametrize(
    ("first", "last", "status", "field"),
    [(0, 2, 422, "first"), (-9, -8, 422, "first"), (5, 4, 422, "last"), (1, 61, 422, "last"), (9, 12, 409, "first")],
)
async def test_rest_that_cannot_be_is_refused(house: House, first: int, last: int, status: int, field: str) -> None:
    ann = await house.writer(zone="UTC")
    assert (await ann.post("/api/me/rests", json=rest(house, 10, 10))).status_code == 201
    problem(await ann.post("/api/me/rests", json=rest(house, first, last)), status, field)
    assert len((await ann.get("/api/me/rests")).json()["rests"]) == 1


async def test_booked_rest_holds_a_streak_and_says_so(house: House) -> None:
    ann = await house.writer(zone="UTC")
    await ann.patch("/api/me", json={"grace": 0})
    house.travel(DAY_S)
    await ann.post("/api/me/sessions", json=manual(house))
    asked = rest(house, 1, 2)
    await ann.post("/api/me/rests", json=asked)
    house.travel(2 * DAY_S)
    streak = await streak_of(ann)
    assert (streak["current"], streak["state"]) == (1, "resting")
    assert [each["status"] for each in streak["days"]] == ["written", "rest", "rest"]
    assert streak["rests"] == [{"first": asked["first"], "last": asked["last"]}]
    house.travel(DAY_S)
    assert (await streak_of(ann))["state"] == "must_write"


async def test_weekdays_off_hold_from_tomorrow_on(house: House) -> None:
    ann = await house.writer(zone="UTC")
    await ann.post("/api/me/sessions", json=manual(house))
    answer = await ann.patch("/api/me", json={"grace": 0, "rest_weekdays": [6, 5, 4, 3, 2, 1, 0, 0][:7]})
    assert answer.json()["rest_weekdays"] == [0, 1, 2, 3, 4, 5, 6]
    house.travel(3 * DAY_S)
    streak = await streak_of(ann)
    assert [each["status"] for each in streak["days"]] == ["written", "rest", "rest", "rest"]
    assert [each["rest_weekdays"] for each in streak["rules"]] == [[], [0, 1, 2, 3, 4, 5, 6]]
    assert (streak["current"], streak["state"]) == (1, "resting")


async def test_a_streak_says_when_today_closes_and_what_grace_is_left(house: House) -> None:
    ann = await house.writer(zone="UTC")
    await ann.post("/api/me/sessions", json=manual(house))
    first = await streak_of(ann)
    assert (first["grace"], first["grace_used"]) == (1, 0)
    assert (first["weekly"]["days"], first["weekly"]["asked"]) == (1, 3)
    house.travel(2 * DAY_S)
    streak = await streak_of(ann)
    assert (streak["state"], streak["grace"], streak["grace_used"]) == ("must_write", 1, 1)
    tomorrow = rest(house, 1, 1)["first"]
    assert streak["closes_at"] == f"{tomorrow}T03:00:00.000Z"
