"""Rooms are made, found and joined; a private one is hidden from whoever was not let in."""

import math
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from protocol.messages import Op, Remove
from tests.support.ledgers import known_by
from tests.support.wait import wait_until
from tests.web.house import House, new_room, new_sprint, problem


async def test_who_makes_a_room_is_its_host(house: House) -> None:
    ann = await house.writer("Ann")
    answer = await ann.post("/api/rooms", json={"title": " Dawn  pages "})
    assert answer.status_code == 201
    room = answer.json()
    assert answer.headers["location"] == f"/api/rooms/{room['slug']}"
    assert room["url"] == f"http://tide.test/r/{room['slug']}"
    assert (room["title"], room["visibility"], room["role"]) == ("Dawn pages", "unlisted", "host")
    assert (room["writers"], room["sprint"]) == (1, None)
    assert (await ann.get(f"/api/rooms/{room['slug']}")).json() == room


async def test_the_same_key_makes_one_room(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    key = {"Idempotency-Key": "a-key-1"}
    first = await ann.post("/api/rooms", json={"title": "Dawn"}, headers=key)
    again = await ann.post("/api/rooms", json={"title": "Dawn"}, headers=key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert (await bob.post("/api/rooms", json={"title": "Dawn"}, headers=key)).json()["id"] != first.json()["id"]
    spaced = await ann.post("/api/rooms", json={"title": "Dawn"}, headers={"Idempotency-Key": "a b"})
    problem(spaced, 422, "Idempotency-Key")


async def test_a_friend_views_and_then_joins(house: House) -> None:
    ann, bob, nobody = await house.writer("Ann"), await house.writer("Bob"), await house.stranger()
    slug = (await new_room(ann))["slug"]
    assert (await bob.get(f"/api/rooms/{slug}")).json()["role"] == "viewer"
    assert (await nobody.get(f"/api/rooms/{slug}")).json()["role"] == "viewer"
    problem(await nobody.post(f"/api/rooms/{slug}/join"), 401)
    for _ in range(2):
        joined = await bob.post(f"/api/rooms/{slug}/join")
        assert joined.status_code == 200
        assert (joined.json()["role"], joined.json()["writers"]) == ("writer", 2)


async def test_nobody_joins_as_the_host_s_double_and_namesakes_are_told_apart(house: House) -> None:
    ann, bob, other_bob = await house.writer("Ann"), await house.writer("Bob"), await house.writer("B0b")
    slug = (await new_room(ann))["slug"]
    double = await house.writer("\u0410nn")  # Cyrillic
    refused = problem(await double.post(f"/api/rooms/{slug}/join"), 409, "name")
    assert "looks like a host's here: choose another one in Settings" in refused["detail"]
    assert (await double.patch("/api/me", json={"name": "Anna"})).status_code == 200
    for writer in (double, bob, other_bob):
        assert (await writer.post(f"/api/rooms/{slug}/join")).status_code == 200
    listed = (await ann.get(f"/api/rooms/{slug}/writers")).json()["writers"]
    assert [each["name"] for each in listed] == ["Ann", "Anna", "Bob", "B0b ³"]


async def test_only_public_rooms_are_listed(house: House) -> None:
    ann, nobody = await house.writer("Ann"), await house.stranger()
    shown = await new_room(ann, "Open", "public")
    await new_room(ann, "By link", "unlisted")
    await new_room(ann, "Closed", "private")
    sprint = await new_sprint(ann, shown["slug"], minutes=20)
    rooms = (await nobody.get("/api/rooms")).json()["rooms"]
    assert [each["slug"] for each in rooms] == [shown["slug"]]
    assert rooms[0]["sprint"]["id"] == sprint["id"]
    assert rooms[0]["sprint"]["phase"] == "countdown"
    assert rooms[0]["role"] == "viewer"


async def test_a_private_room_is_not_there_without_its_invite(house: House) -> None:
    ann, bob, nobody = await house.writer("Ann"), await house.writer("Bob"), await house.stranger()
    room = await new_room(ann, visibility="private")
    path = f"/api/rooms/{room['slug']}"
    invite = parse_qs(urlsplit(room["url"]).query)["invite"][0]
    absent = problem(await bob.get("/api/rooms/no-such-room"), 404, "slug")
    for answer in (
        await bob.get(path),
        await nobody.get(path),
        await bob.get(path, params={"invite": "wrong"}),
        await bob.get(path, params={"invite": "ü"}),
        await bob.post(f"{path}/join"),
        await bob.post(f"{path}/join", json={"invite": ""}),
        await bob.post(f"{path}/sprints", json={"minutes": 20}),
    ):
        assert problem(answer, 404, "slug") == absent
    viewed = (await nobody.get(path, params={"invite": invite})).json()
    assert (viewed["url"], viewed["role"]) == (room["url"], "viewer")
    joined = await bob.post(f"{path}/join", json={"invite": invite})
    assert joined.json()["url"] == room["url"]
    assert (await bob.get(path)).json()["role"] == "writer"


async def test_who_was_removed_does_not_come_back(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    room = await new_room(ann)
    await bob.post(f"/api/rooms/{room['slug']}/join")
    host = await known_by(house.ledger, ann.cookies["wordtide"])
    bobs = await known_by(house.ledger, bob.cookies["wordtide"])
    assert host is not None
    assert bobs is not None
    place = await house.ledger.member(room["id"], bobs.id)
    assert place is not None
    await house.rooms.command(room["id"], host, "1", Op.REMOVE, Remove(place.slot))
    said = problem(await bob.post(f"/api/rooms/{room['slug']}/join"), 403, "slug")
    assert "removed" in said["detail"]


async def test_a_slug_that_cannot_be_one_is_simply_not_found(house: House) -> None:
    ann = await house.writer("Ann")
    for slug in ("%00", "x" * 1_000, "%F0%9F%A6%8A", "..%5C", "a%20b"):
        problem(await ann.get(f"/api/rooms/{slug}"), 404, "slug")


async def test_totals_leave_out_who_was_removed_and_are_the_same_wherever_one_asks(house: House) -> None:
    ann, bob, nobody = await house.writer("Ann"), await house.writer("Bob"), await house.stranger()
    room = await new_room(ann, "Open", "public")
    await bob.post(f"/api/rooms/{room['slug']}/join")
    sprint = await new_sprint(ann, room["slug"])
    for words, client in (100, ann), (40, bob):
        await house.count(client, sprint, words)
    host = await known_by(house.ledger, ann.cookies["wordtide"])
    assert host is not None
    await house.rooms.command(room["id"], host, "remove", Op.REMOVE, Remove(1))

    async def totals() -> list[tuple[int, int]]:
        listed = (await nobody.get("/api/rooms")).json()["rooms"][0]["sprint"]
        of_room = (await nobody.get(f"/api/rooms/{room['slug']}")).json()["sprint"]
        of_board = (await nobody.get(f"/api/sprints/{sprint['id']}")).json()
        return [(each["words"], each["writers"]) for each in (listed, of_room, of_board)]

    assert house.rooms.board(sprint["id"]) is not None
    assert await totals() == [(100, 1)] * 3
    await _let_go(house)
    assert await totals() == [(100, 1)] * 3


async def _let_go(house: House) -> None:
    """As a process does some time after everybody has left."""

    async def is_let_go() -> bool:
        for room in house.rooms:
            room.quiet_since = -math.inf
        await house.rooms.reap()
        return not list(house.rooms)

    await wait_until(is_let_go)


async def test_the_totals_of_a_big_room_are_read_once_for_many_who_open_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.rooms.MANY", 2)
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    room = await new_room(ann)
    await bob.post(f"/api/rooms/{room['slug']}/join")
    sprint = await new_sprint(ann, room["slug"])
    await house.count(bob, sprint, 12)
    readings = 0
    read = house.ledger.results

    async def counting(sprint: int) -> Any:
        nonlocal readings
        readings += 1
        return await read(sprint)

    monkeypatch.setattr(house.ledger, "results", counting)
    nobody = await house.stranger()
    told = [(await nobody.get(f"/api/rooms/{room['slug']}")).json()["sprint"] for _ in range(3)]
    told.append((await nobody.get("/api/rooms")).json()["rooms"][0]["sprint"])
    for name in ("Cy", "Dee"):  # each of a crowd makes another rev of the room
        newcomer = await house.writer(name)
        told.append((await newcomer.post(f"/api/rooms/{room['slug']}/join")).json()["sprint"])
    assert [(each["writers"], each["words"]) for each in told] == [(1, 12)] * 6
    assert readings == 1
