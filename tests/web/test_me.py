"""A writer's settings."""

import pytest

from tests.web.house import House, problem


async def test_what_is_said_changes_and_the_rest_stays(house: House) -> None:
    client = await house.writer("Ann")
    before = (await client.get("/api/me")).json()
    change = {
        "name": "Anna",
        "zone": "America/New_York",
        "rollover": "05:30",
        "day_words": 250,
        "day_minutes": None,
        "grace": 2,
        "weekly_days": 5,
        "week_start": 6,
        "streak_hidden": True,
    }
    answer = await client.patch("/api/me", json=change)
    assert answer.status_code == 200
    assert answer.json() == {**before, **change}
    assert (await client.patch("/api/me", json={"grace": 0})).json() == {**before, **change, "grace": 0}
    assert (await client.get("/api/me")).json() == {**before, **change, "grace": 0}


async def test_saying_nothing_changes_nothing(house: House) -> None:
    client = await house.writer("Ann")
    before = (await client.get("/api/me")).json()
    assert (await client.patch("/api/me", json={})).json() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "\u3164"}, "name"),
        ({"zone": "Europe/Atlantis"}, "zone"),
        ({"rollover": "06:01"}, "rollover"),
        ({"rollover": "03:00\n"}, "rollover"),
        ({"day_minutes": 0}, "day_minutes"),
        ({"grace": None}, "grace"),
        ({"streak_hidden": 1}, "streak_hidden"),
    ],
)
async def test_a_wrong_value_changes_nothing(house: House, change: dict[str, object], field: str) -> None:
    client = await house.writer("Ann")
    before = (await client.get("/api/me")).json()
    problem(await client.patch("/api/me", json={"day_words": 99, **change}), 422, field)
    assert (await client.get("/api/me")).json() == before
