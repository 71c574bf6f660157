"""Sessions over HTTP: a page at a time, mended, removed and brought back."""

from typing import Any
from uuid import uuid4

import httpx

from server.core.instants import iso
from tests.web.house import House, problem

MINUTE_MS, DAY_MS = 60_000, 86_400_000


async def _added(house: House, client: httpx.AsyncClient, ago_ms: int = 0, **more: Any) -> dict[str, Any]:
    session = {"id": str(uuid4()), "started_at": iso(house.clock.now() - ago_ms), "minutes": 25, "words": 300, **more}
    answer = await client.post("/api/me/sessions", json=session)
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added


async def _changed(client: httpx.AsyncClient, id: str, **changes: Any) -> dict[str, Any]:
    answer = await client.patch(f"/api/me/sessions/{id}", json=changes)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


async def test_a_mended_session_is_answered_and_counts_as_mended(house: House) -> None:
    ann = await house.writer()
    added = await _added(house, ann, note="  by the window\n")
    assert added["note"] == "by the window"

    changed = await _changed(ann, added["id"], words=-20, minutes=12.5, outcome="done", intention="chapter two")

    said = {"words_net": -20, "words_added": 0, "words_removed": 20, "minutes": 12.5, "wpm": None, "edited": True}
    assert changed == {**added, **said, "outcome": "done", "intention": "chapter two"}
    history = (await ann.get("/api/me/history")).json()
    assert history["sessions"] == [changed]
    assert history["totals"]["words"] == 0
    assert await _changed(ann, added["id"], words=300, minutes=25, outcome=None, intention="") == added
    assert await _changed(ann, added["id"]) == added


async def test_a_removed_session_breaks_the_streak_and_brought_back_mends_it(house: House) -> None:
    ann = await house.writer()
    added = await _added(house, ann)

    async def current() -> int:
        streak: int = (await ann.get("/api/me/streak")).json()["current"]
        return streak

    assert await current() == 1
    removed = await _changed(ann, added["id"], removed=True)
    assert removed == {**added, "removed": True}
    assert await current() == 0
    assert (await ann.get("/api/me/history")).json()["sessions"] == []
    assert (await ann.get("/api/me/sessions?removed=true")).json() == {"sessions": [removed], "next": None}
    assert await _changed(ann, added["id"], removed=False) == added
    assert await current() == 1


async def test_another_s_session_and_none_at_all_are_not_found(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    added = await _added(house, ann)
    for id in (added["id"], str(uuid4()), "x", "%00", added["id"] + "0"):
        problem(await bob.patch(f"/api/me/sessions/{id}", json={"words": 1}), 404, "session")
    assert (await ann.get("/api/me/history")).json()["sessions"] == [added]


async def test_an_id_is_found_however_it_is_written(house: House) -> None:
    ann = await house.writer()
    added = await _added(house, ann)
    assert (await _changed(ann, added["id"].upper(), note="found"))["id"] == added["id"]


async def test_pages_lead_to_the_last_session_and_no_further(house: House) -> None:
    ann = await house.writer()
    ids = [(await _added(house, ann, ago_ms=n * 7 * 60 * MINUTE_MS))["id"] for n in range(5)]
    found: list[str] = []
    query: dict[str, str] = {"limit": "2"}
    while True:
        page = (await ann.get("/api/me/sessions", params=query)).json()
        found += [each["id"] for each in page["sessions"]]
        if page["next"] is None:
            break
        query["before"] = page["next"]
    assert found == ids


async def test_sessions_are_found_by_what_is_said_of_them(house: House) -> None:
    ann = await house.writer()
    noted = await _added(house, ann, note="The lighthouse scene")
    await _added(house, ann)
    answer = await ann.get("/api/me/sessions", params={"q": " LIGHTHOUSE "})
    assert [each["id"] for each in answer.json()["sessions"]] == [noted["id"]]
    assert (await ann.get("/api/me/sessions", params={"project": str(uuid4())})).json()["sessions"] == []
