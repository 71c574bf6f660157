"""A writer's settings."""

import pytest

from tests.web.house import House, problem
from tests.web.openid import keeping


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


async def test_who_keeps_an_account_has_a_handle_that_nobody_else_has(house: House) -> None:
    ann, bob = await keeping(house, "Ann"), await keeping(house, "Bob")
    ann.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
    assert (await ann.get("/api/me")).json()["handle"] is None
    assert (await ann.patch("/api/me", json={"handle": "Ann-Lee"})).json()["handle"] == "ann-lee"
    assert (await ann.patch("/api/me", json={"handle": "annlee"})).json()["handle"] == "annlee"
    for taken in ("ann-lee", "ANNLEE", "ann1ee", "annIee"):
        assert (
            "another"
            in problem(await bob.patch("/api/me", json={"name": "Bea", "handle": taken}), 409, "handle")["rule"]
        )
    assert (await bob.get("/api/me")).json()["name"] == "Bob"
    assert (await ann.patch("/api/me", json={"handle": None})).json()["handle"] is None
    seen = (await ann.get("/api/me/audit")).json()["lines"]
    assert [(each["what"], each["detail"], each["device"]) for each in seen if "handle" in each["what"]] == [
        ("handle_given_up", "annlee", "Firefox on Linux"),
        ("handle_chosen", "annlee", "Firefox on Linux"),
        ("handle_chosen", "ann-lee", "Firefox on Linux"),
    ]


async def test_a_guest_is_told_how_to_come_by_a_handle(house: House) -> None:
    ann = await house.writer("Ann")
    assert "passkey" in problem(await ann.patch("/api/me", json={"handle": "ann-lee"}), 403, "handle")["rule"]
    assert (await ann.patch("/api/me", json={"handle": None})).json()["handle"] is None


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
        ({"handle": "an"}, "handle"),
        ({"handle": "ann lee"}, "handle"),
        ({"handle": "adm1n"}, "handle"),
    ],
)
async def test_a_wrong_value_changes_nothing(house: House, change: dict[str, object], field: str) -> None:
    client = await house.writer("Ann")
    before = (await client.get("/api/me")).json()
    problem(await client.patch("/api/me", json={"day_words": 99, **change}), 422, field)
    assert (await client.get("/api/me")).json() == before
