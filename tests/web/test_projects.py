"""Projects over HTTP: begun once, changed, chosen, archived; each with its plan for the writer's own today."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.web.house import House, new_room, new_sprint, problem

DAY_S = 86_400


def _said(**more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "title": "Novel", **more}


async def _made(client: httpx.AsyncClient, status: int = 201, **said: Any) -> dict[str, Any]:
    answer = await client.post("/api/me/projects", json=_said(**said))
    assert answer.status_code == status, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def _changed(client: httpx.AsyncClient, project: dict[str, Any], **changes: Any) -> dict[str, Any]:
    answer = await client.patch(f"/api/me/projects/{project['id']}", json=changes)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


async def _all(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    return {each["title"]: each for each in (await client.get("/api/me/projects")).json()["projects"]}


async def _sprint(house: House, host: httpx.AsyncClient, words: int) -> dict[str, Any]:
    """A sprint of ten minutes in which the host wrote so many words."""
    sprint = await new_sprint(host, (await new_room(host))["slug"])
    house.travel(600)
    await house.count(host, sprint, words, active_ms=600_000)
    return sprint


async def test_a_project_begins_with_its_plan(house: House) -> None:
    ann = await house.writer(zone="Asia/Kolkata")
    streak = (await ann.get("/api/me/streak")).json()
    today = streak["today"]
    deadline = (date.fromisoformat(today) + timedelta(days=9)).isoformat()
    said = _said(title="  The  long novel ", target=10_000, start_total=1_000, deadline=deadline)
    answer = await ann.post("/api/me/projects", json=said)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": said["id"],
        "title": "The long novel",
        "unit": "words",
        "start_total": 1_000,
        "target": 10_000,
        "first_day": today,
        "deadline": deadline,
        "weights": "1111111",
        "chosen": True,
        "archived": False,
        "created_at": answer.json()["created_at"],
        "total": 1_000,
        "sessions": 0,
        "plan": {
            "state": "asked",
            "today": today,
            "done_today": 0,
            "need": 900,
            "remaining": 9_000,
            "ahead": 0,
            "ahead_days": 0,
            "ends": None,
        },
    }
    in_full = (await ann.get(f"/api/me/projects/{said['id']}")).json()
    line = [1_000 + 900 * n for n in range(1, 11)]
    assert in_full == {"project": answer.json(), "days": [], "line": line, "closes_at": streak["closes_at"]}


async def test_the_same_project_twice_is_there_once(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    said = _said()
    made = (await ann.post("/api/me/projects", json=said)).json()
    again = await ann.post("/api/me/projects", json={**said, "title": "Another"})
    assert (again.status_code, again.json()) == (200, made)
    problem(await bob.post("/api/me/projects", json=said), 409, "id")
    assert list(await _all(bob)) == []


async def test_words_of_a_sprint_go_to_the_chosen_project(house: House) -> None:
    ann = await house.writer()
    novel, poems = await _made(ann, title="Novel", target=50_000), await _made(ann, title="Poems")
    assert [each["chosen"] for each in (await _all(ann)).values()] == [True, False]
    await _sprint(house, ann, 500)
    await _changed(ann, novel, chosen=True)
    await _sprint(house, ann, 300)
    await _sprint(house, ann, -80)
    await _changed(ann, novel, chosen=False)
    await _sprint(house, ann, 9_000)
    found = await _all(ann)
    assert {name: (each["total"], each["sessions"]) for name, each in found.items()} == {
        "Novel": (220, 2),
        "Poems": (500, 1),
    }
    in_full = (await ann.get(f"/api/me/projects/{novel['id']}")).json()
    assert [(each["amount"], each["sessions"]) for each in in_full["days"]] == [(220, 2)]
    assert poems["chosen"]
    assert not any(each["chosen"] for each in found.values())


async def test_a_project_of_minutes_counts_the_active_ones(house: House) -> None:
    ann = await house.writer()
    await _made(ann, title="Revision", unit="minutes", target=600)
    await _sprint(house, ann, -200)
    await _sprint(house, ann, 0)
    found = (await _all(ann))["Revision"]
    assert (found["total"], found["plan"]["remaining"], found["plan"]["state"]) == (20, 580, "undated")


async def test_what_is_not_said_stays(house: House) -> None:
    ann = await house.writer()
    today = date.fromisoformat((await ann.get("/api/me/streak")).json()["today"])
    deadline = (today + timedelta(days=400)).isoformat()
    made = await _made(ann, target=100, weights="1111100", deadline=deadline)
    assert await _changed(ann, made) == made
    changed = await _changed(ann, made, title="Another", target=None)
    assert (changed["title"], changed["target"], changed["weights"], changed["deadline"]) == (
        "Another",
        None,
        "1111100",
        deadline,
    )
    assert changed["plan"]["state"] == "counting"


async def test_an_archived_project_keeps_its_sessions_and_comes_back_as_it_was(house: House) -> None:
    ann = await house.writer()
    made = await _made(ann)
    await _sprint(house, ann, 500)
    archived = await _changed(ann, made, archived=True)
    assert (archived["archived"], archived["chosen"], archived["total"]) == (True, False, 500)
    await _sprint(house, ann, 40)  # to no project
    problem(await ann.patch(f"/api/me/projects/{made['id']}", json={"chosen": True}), 422, "chosen")
    back = await _changed(ann, made, archived=False)
    assert (back["archived"], back["chosen"], back["total"]) == (False, True, 500)


async def test_of_two_chosen_ones_the_last_is_chosen(house: House) -> None:
    ann = await house.writer()
    novel, poems = await _made(ann, title="Novel"), await _made(ann, title="Poems", chosen=False)
    assert (await _all(ann))["Novel"]["chosen"]
    await _changed(ann, poems, chosen=True)
    await _changed(ann, novel, archived=True)
    await _changed(ann, novel, archived=False)
    assert {name: each["chosen"] for name, each in (await _all(ann)).items()} == {"Novel": False, "Poems": True}
    await _changed(ann, novel, chosen=False)
    assert (await _all(ann))["Poems"]["chosen"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"first_day": "2026-11-02", "deadline": "2026-11-01"}, "deadline"),
        ({"first_day": "2026-11-02", "deadline": "2036-11-12"}, "deadline"),
        ({"first_day": "1969-12-31"}, "first_day"),
        ({"first_day": "9999-12-31", "deadline": "9999-12-31"}, "first_day"),
        ({"title": "\u200b"}, "title"),
    ],
)
async def test_what_cannot_be_is_refused(house: House, said: dict[str, str], field: str) -> None:
    ann = await house.writer()
    problem(await ann.post("/api/me/projects", json=_said(**said)), 422, field)
    made = await _made(ann)
    problem(await ann.patch(f"/api/me/projects/{made['id']}", json=said), 422, field)
    assert (await _all(ann))["Novel"] == made


async def test_nobody_sees_or_changes_another_s_project(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    made = await _made(ann)
    for id in made["id"], str(uuid4()), "x", "\x00":
        address = f"/api/me/projects/{id}".replace("\x00", "%00")
        problem(await bob.get(address), 404, "project")
        problem(await bob.patch(address, json={"title": "Mine"}), 404, "project")
    assert (await _all(ann))["Novel"]["title"] == "Novel"


async def test_rest_takes_its_day_off_the_plan(house: House) -> None:
    """The days that the writer rests weigh nothing, whatever the project says of them."""
    ann = await house.writer(zone="UTC")
    today = date.fromisoformat((await ann.get("/api/me/streak")).json()["today"])
    tomorrow = today + timedelta(days=1)
    await ann.patch("/api/me", json={"rest_weekdays": [tomorrow.weekday()]})
    made = await _made(ann, target=600, deadline=(today + timedelta(days=6)).isoformat())
    assert made["plan"]["need"] == 100
    line = (await ann.get(f"/api/me/projects/{made['id']}")).json()["line"]
    assert line[:3] == [100, 100, 200]


async def test_a_new_day_asks_anew(house: House) -> None:
    ann = await house.writer(zone="UTC")
    today = date.fromisoformat((await ann.get("/api/me/streak")).json()["today"])
    made = await _made(ann, target=1_000, deadline=(today + timedelta(days=9)).isoformat())
    assert made["plan"]["need"] == 100
    await _sprint(house, ann, 550)
    plan = (await _all(ann))["Novel"]["plan"]
    assert (plan["need"], plan["done_today"], plan["state"], plan["ahead"], plan["ahead_days"]) == (
        100,
        550,
        "done",
        450,
        4,
    )
    house.travel(DAY_S)
    plan = (await _all(ann))["Novel"]["plan"]
    assert (plan["need"], plan["done_today"], plan["state"], plan["remaining"]) == (50, 0, "asked", 450)
    assert plan["ends"] == (today + timedelta(days=1)).isoformat()
