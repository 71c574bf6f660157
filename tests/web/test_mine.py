"""What a writer says of a sprint for themselves: before it, while it runs, after it; for nobody else."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.ledgers import row_counts
from tests.web.house import House, new_room, new_sprint, problem

NOTHING = {"project": None, "intention": "", "outcome": None, "note": ""}


async def _said(client: httpx.AsyncClient, sprint: dict[str, Any], **said: Any) -> dict[str, Any]:
    answer = await client.put(f"/api/sprints/{sprint['id']}/mine", json=said)
    assert answer.status_code == 200, answer.text
    stands: dict[str, Any] = answer.json()
    return stands


async def _stands(client: httpx.AsyncClient, sprint: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = (await client.get(f"/api/sprints/{sprint['id']}/mine")).json()["said"]
    return said


async def _project(client: httpx.AsyncClient, title: str, **said: Any) -> str:
    made = await client.post("/api/me/projects", json={"id": str(uuid4()), "title": title, **said})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def _chosen(client: httpx.AsyncClient) -> list[str]:
    return [each["title"] for each in (await client.get("/api/me/projects")).json()["projects"] if each["chosen"]]


async def _wrote(house: House, client: httpx.AsyncClient, sprint: dict[str, Any], words: int = 300) -> None:
    house.travel(600)
    await house.count(client, sprint, words, active_ms=600_000)


async def test_an_intention_is_no_session_until_words_follow_it(house: House) -> None:
    ann = await house.writer()
    sprint = await new_sprint(ann, (await new_room(ann))["slug"], minutes=20, delay_s=300)
    assert await _stands(ann, sprint) == NOTHING
    assert await _said(ann, sprint, intention="  Finish the scene ") == {**NOTHING, "intention": "Finish the scene"}
    house.travel(1_000)
    assert (await ann.get("/api/me/sessions")).json()["sessions"] == []
    assert (await ann.get("/api/me/streak")).json()["days"][-1]["status"] == "open"
    await _wrote(house, ann, sprint)
    await _said(ann, sprint, outcome="partly", note="It wants\nanother")
    (session,) = (await ann.get("/api/me/sessions")).json()["sessions"]
    assert (session["intention"], session["outcome"], session["note"], session["words_net"]) == (
        "Finish the scene",
        "partly",
        "It wants\nanother",
        300,
    )
    assert session["started_at"] == sprint["starts_at"]


async def test_what_is_not_said_stays_and_can_be_taken_back(house: House) -> None:
    ann = await house.writer()
    sprint = await new_sprint(ann, (await new_room(ann))["slug"])
    await _said(ann, sprint, intention="One", outcome="done", note="Two")
    assert await _said(ann, sprint) == {**NOTHING, "intention": "One", "outcome": "done", "note": "Two"}
    assert await _said(ann, sprint, intention="", outcome=None) == {**NOTHING, "note": "Two"}
    assert await _stands(ann, sprint) == {**NOTHING, "note": "Two"}


async def test_words_follow_the_project_that_is_chosen_while_the_sprint_runs(house: House) -> None:
    ann = await house.writer()
    novel, poems = await _project(ann, "Novel"), await _project(ann, "Poems", chosen=False)
    sprint = await new_sprint(ann, (await new_room(ann))["slug"])
    assert (await _stands(ann, sprint))["project"] == novel
    await _wrote(house, ann, sprint)
    assert (await _said(ann, sprint, project=poems))["project"] == poems
    assert await _chosen(ann) == ["Poems"]
    house.travel(1_200)
    await _said(ann, sprint, project=novel)
    assert await _chosen(ann) == ["Poems"], "after the bell it is said of this sprint alone"
    totals = {each["title"]: each["total"] for each in (await ann.get("/api/me/projects")).json()["projects"]}
    assert totals == {"Novel": 300, "Poems": 0}
    await _said(ann, sprint, project=None)
    assert (await _stands(ann, sprint))["project"] is None


async def test_a_sprint_to_come_goes_where_it_was_said_before_any_count(house: House) -> None:
    ann = await house.writer()
    await _project(ann, "Novel")
    poems = await _project(ann, "Poems", chosen=False)
    slug = (await new_room(ann))["slug"]
    sprint = await new_sprint(ann, slug, minutes=20, delay_s=300)
    await _said(ann, sprint, project=poems)
    house.travel(310)
    await _wrote(house, ann, sprint)
    (session,) = (await ann.get("/api/me/sessions")).json()["sessions"]
    assert session["project"] == poems
    await _said(ann, sprint, project=None)
    assert await _chosen(ann) == []


async def test_nobody_says_something_of_a_sprint_elsewhere_or_of_anothers_project(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    novel = await _project(ann, "Novel")
    sprint = await new_sprint(ann, (slug := (await new_room(ann))["slug"]))
    address = f"/api/sprints/{sprint['id']}/mine"
    before = await row_counts(house.ledger)
    problem(await bob.put(address, json={"intention": "Mine"}), 403, "id")
    assert await row_counts(house.ledger) == before
    await bob.post(f"/api/rooms/{slug}/join", json={})
    problem(await bob.put(address, json={"project": novel}), 422, "project")
    house.travel(1_300)
    problem(await bob.put(address, json={"project": novel}), 422, "project")
    assert await _said(bob, sprint, intention="Bob’s own") == {**NOTHING, "intention": "Bob’s own"}
    assert (await _stands(ann, sprint))["intention"] == ""
    for told in (await ann.get(f"/api/sprints/{sprint['id']}")).text, (await ann.get("/api/me/history")).text:
        assert "Bob’s own" not in told


@pytest.mark.parametrize(("said", "field"), [({"note": "\x00"}, "note"), ({"intention": "a\x07b"}, "intention")])
async def test_what_cannot_be_kept_is_refused(house: House, said: dict[str, str], field: str) -> None:
    ann = await house.writer()
    sprint = await new_sprint(ann, (await new_room(ann))["slug"])
    problem(await ann.put(f"/api/sprints/{sprint['id']}/mine", json=said), 422, field)
