"""Everybody in a room, a page at a time: whole, private where the room is, and made once for all who ask."""

from typing import Any

import httpx
import pytest

from protocol.messages import Op, Remove
from server.web.ranking import ROSTER_S
from tests.support.ledgers import known_by
from tests.web.house import House, new_room, new_sprint, problem


async def joined(house: House, slug: str, *names: str) -> list[httpx.AsyncClient]:
    writers = [await house.writer(name) for name in names]
    for each in writers:
        assert (await each.post(f"/api/rooms/{slug}/join")).status_code == 200
    return writers


async def page(client: httpx.AsyncClient, slug: str, **asked: Any) -> dict[str, Any]:
    answer = await client.get(f"/api/rooms/{slug}/writers", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_pages_hold_everybody_once_by_slot(house: House) -> None:
    ann = await house.writer("Ann")
    slug = (await new_room(ann))["slug"]
    _, dee, *_ = await joined(house, slug, "Cy", "Dee", "Eve", "Flo")
    sprint = await new_sprint(ann, slug)
    await house.count(dee, sprint, 12)
    first = await page(await house.stranger(), slug, limit=2)
    rows = {"host": False, "words": None}
    assert first["writers"] == [
        {"slot": 0, "name": "Ann", "host": True, "words": None},
        {"slot": 1, "name": "Cy", **rows},
    ]
    assert (first["n"], first["after"]) == (5, 1)
    second = await page(ann, slug, limit=2, after=1)
    assert second["writers"] == [{"slot": 2, "name": "Dee", **rows, "words": 12}, {"slot": 3, "name": "Eve", **rows}]
    last = await page(ann, slug, limit=2, after=3)
    assert ([each["name"] for each in last["writers"]], last["after"]) == (["Flo"], None)
    assert (await page(ann, slug))["n"] == len((await page(ann, slug))["writers"]) == 5
    assert (await page(ann, slug, after=99))["writers"] == []


async def test_a_board_tells_a_namesake_as_the_roster_does_also_where_the_first_has_counted_nothing(
    house: House,
) -> None:
    ann = await house.writer("Ann")
    slug = (await new_room(ann))["slug"]
    *_, second = await joined(house, slug, "Bob", "B0b")
    sprint = await new_sprint(ann, slug)
    await house.count(second, sprint, 12)
    board = (await ann.get(f"/api/sprints/{sprint['id']}")).json()["board"]
    assert [each["name"] for each in board] == ["B0b ²"]
    assert [each["name"] for each in (await page(ann, slug))["writers"]] == ["Ann", "Bob", "B0b ²"]


async def test_people_are_found_by_a_part_of_their_name_in_any_case(house: House) -> None:
    ann = await house.writer("Ann")
    slug = (await new_room(ann))["slug"]
    await joined(house, slug, "Straße", "anna", "Bo", "Joanne")
    found = await page(ann, slug, name="ANN", limit=2)
    assert ([each["name"] for each in found["writers"]], found["n"], found["after"]) == (["Ann", "anna"], 5, 2)
    assert [each["name"] for each in (await page(ann, slug, name="ANN", after=2))["writers"]] == ["Joanne"]
    assert [each["name"] for each in (await page(ann, slug, name="STRASSE"))["writers"]] == ["Straße"]
    assert (await page(ann, slug, name="nobody"))["writers"] == []


async def test_who_was_removed_or_left_is_not_in_it(house: House) -> None:
    ann = await house.writer("Ann")
    room = await new_room(ann)
    await joined(house, room["slug"], "Cy", "Dee")
    assert (await page(ann, room["slug"]))["n"] == 3
    person = await known_by(house.ledger, ann.cookies["wordtide"])
    assert person is not None
    await house.rooms.command(room["id"], person, "out", Op.REMOVE, Remove(1))
    assert [each["name"] for each in (await page(ann, room["slug"]))["writers"]] == ["Ann", "Dee"]


async def test_a_private_room_tells_only_its_own(house: House) -> None:
    ann, nobody = await house.writer("Ann"), await house.stranger()
    slug = (await new_room(ann, visibility="private"))["slug"]
    problem(await nobody.get(f"/api/rooms/{slug}/writers"), 404, "slug")
    answer = await ann.get(f"/api/rooms/{slug}/writers")
    assert answer.headers["cache-control"] == f"private, max-age={ROSTER_S}"


async def test_many_who_ask_cost_one_reading_and_what_one_has_is_not_sent_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await house.writer("Ann")
    slug = (await new_room(ann))["slug"]
    await joined(house, slug, "Cy", "Dee")
    readings = 0
    read = house.ledger.room_state

    async def counting(room: int, after_rev: int = -1) -> Any:
        nonlocal readings
        readings += 1
        return await read(room, after_rev)

    monkeypatch.setattr(house.ledger, "room_state", counting)
    nobody = await house.stranger()
    for after in (-1, 0, 1):
        await page(nobody, slug, after=after)
    assert readings == 1
    answer = await nobody.get(f"/api/rooms/{slug}/writers")
    assert answer.headers["cache-control"] == f"public, max-age={ROSTER_S}"
    again = await nobody.get(f"/api/rooms/{slug}/writers", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", answer.headers["etag"])
    await joined(house, slug, "Eve")  # who has just come finds themselves: the room's rev is another one
    assert (await page(nobody, slug))["n"] == 4
    assert readings >= 2
