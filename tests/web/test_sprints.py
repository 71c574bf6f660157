"""Sprints over HTTP: scheduled, counted in, read."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from protocol.http import NewSprint
from protocol.messages import CountFlags, Start
from server.core.instants import iso
from server.core.sprint import RuleError
from server.web.sprints import schedule
from tests.web.house import House, new_room, new_sprint, problem

NOW = 1_795_000_000_000
AT = datetime.fromtimestamp(NOW / 1_000, UTC)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        (NewSprint(minutes=20), Start(1_200, 60, None)),
        (NewSprint(minutes=0.5, delay_s=0), Start(30, 0, None)),
        (NewSprint(minutes=20, delay_s=1.6), Start(1_200, 2, None)),
        (NewSprint(minutes=20, starts_at=AT + timedelta(minutes=15)), Start(1_200, 60, NOW + 900_000)),
        (NewSprint(ends_at=AT + timedelta(minutes=21)), Start(1_200, 60, NOW + 60_000)),
        (NewSprint(ends_at=AT + timedelta(seconds=90.4), delay_s=30), Start(60, 30, NOW + 30_400)),
        (
            NewSprint(starts_at=AT + timedelta(minutes=1), ends_at=AT + timedelta(minutes=2)),
            Start(60, 60, NOW + 60_000),
        ),
    ],
)
def test_a_host_says_when_in_any_of_four_ways(said: NewSprint, asked: Start) -> None:
    assert schedule(said, NOW) == asked


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (NewSprint(), "minutes"),
        (NewSprint(delay_s=5), "minutes"),
        (NewSprint(minutes=20, ends_at=AT + timedelta(hours=1)), "minutes"),
        (NewSprint(minutes=20, delay_s=5, starts_at=AT + timedelta(hours=1)), "delay_s"),
        (NewSprint(ends_at=AT), "ends_at"),
        (NewSprint(ends_at=AT + timedelta(hours=1), starts_at=AT + timedelta(hours=2)), "ends_at"),
    ],
)
def test_what_contradicts_itself_is_refused(said: NewSprint, field: str) -> None:
    with pytest.raises(RuleError) as refused:
        schedule(said, NOW)
    assert refused.value.field == field


def _count(house: House, words: int, flags: int = 0) -> dict[str, int]:
    return {"seq": house.clock.now(), "words": words, "flags": flags, "active_ms": 1_000}


async def test_a_sprint_is_scheduled_to_the_ms(house: House) -> None:
    ann = await house.writer("Ann")
    slug = (await new_room(ann))["slug"]
    starts = house.clock.now() + 600_123
    answer = await ann.post(f"/api/rooms/{slug}/sprints", json={"minutes": 20, "starts_at": iso(starts)})
    assert answer.status_code == 201
    sprint = answer.json()
    assert answer.headers["location"] == f"/api/sprints/{sprint['id']}"
    assert (sprint["starts_at"], sprint["ends_at"]) == (iso(starts), iso(starts + 1_200_000))
    assert (sprint["room"], sprint["round"], sprint["phase"], sprint["minutes"]) == (slug, 1, "countdown", 20)
    room = (await ann.get(f"/api/rooms/{slug}")).json()
    assert room["sprint"]["id"] == sprint["id"]


async def test_the_same_key_starts_one_sprint(house: House) -> None:
    ann = await house.writer("Ann")
    slug = (await new_room(ann))["slug"]
    key = {"Idempotency-Key": "once"}
    first = await ann.post(f"/api/rooms/{slug}/sprints", json={"minutes": 20}, headers=key)
    again = await ann.post(f"/api/rooms/{slug}/sprints", json={"minutes": 20}, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["id"] == first.json()["id"]
    assert again.json()["ends_at"] == first.json()["ends_at"]
    problem(await ann.post(f"/api/rooms/{slug}/sprints", json={"minutes": 20}), 409)


async def test_only_a_host_schedules(house: House) -> None:
    ann, bob, carol = [await house.writer(name) for name in ("Ann", "Bob", "Carol")]
    slug = (await new_room(ann))["slug"]
    await bob.post(f"/api/rooms/{slug}/join")
    for who in (bob, carol):
        problem(await who.post(f"/api/rooms/{slug}/sprints", json={"minutes": 20}), 403)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"minutes": 0.1}, "minutes"),
        ({"ends_at": "9999-12-31T23:59:59-14:00"}, "ends_at"),
        ({"minutes": 20, "starts_at": "2020-01-01T00:00:00Z"}, "starts_at"),
        ({"minutes": 20, "starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
        ({"minutes": 20, "starts_at": "9999-12-31T23:59:59-14:00"}, "starts_at"),
    ],
)
async def test_a_time_that_cannot_be_is_refused(house: House, asked: dict[str, object], field: str) -> None:
    ann = await house.writer("Ann")
    slug = (await new_room(ann))["slug"]
    problem(await ann.post(f"/api/rooms/{slug}/sprints", json=asked), 422, field)


async def _running(house: House, *names: str) -> tuple[list[httpx.AsyncClient], str]:
    """Writers in a room with a sprint of 20 minutes that runs; the first is the host. And the sprint's address."""
    writers = [await house.writer(name) for name in names]
    slug = (await new_room(writers[0]))["slug"]
    for each in writers[1:]:
        assert (await each.post(f"/api/rooms/{slug}/join")).status_code == 200
    sprint = await new_sprint(writers[0], slug)
    return writers, f"/api/sprints/{sprint['id']}"


async def test_counts_stand_on_a_ranked_board(house: House) -> None:
    (ann, bob, carol), path = await _running(house, "Ann", "Bob", "Carol")
    house.travel(600)
    for who, words, flags in ((ann, 300, 0), (bob, 500, CountFlags.REPORTED), (carol, 300, CountFlags.FOLLOWED)):
        answer = await who.post(f"{path}/count", json=_count(house, words, flags))
        assert answer.status_code == 200, answer.text
        assert (answer.json()["words"], answer.json()["flags"]) == (words, flags)
    sprint = (await ann.get(path)).json()
    assert (sprint["phase"], sprint["writers"], sprint["words"]) == ("writing", 3, 1_100)
    assert [(each["name"], each["rank"], each["words"], each["how"]) for each in sprint["board"]] == [
        ("Bob", 1, 500, "reported"),
        ("Ann", 2, 300, "typed"),
        ("Carol", 2, 300, "followed"),
    ]
    assert sprint["board"][0]["minutes"] == pytest.approx(10, abs=0.2)
    assert sprint["board"][0]["wpm"] == pytest.approx(50, abs=1)
    assert not any(each["joined_late"] or each["late"] for each in sprint["board"])


async def test_of_a_board_one_may_ask_for_the_first_and_finds_oneself(house: House) -> None:
    writers, path = await _running(house, *(f"Writer {slot}" for slot in range(9)))
    for slot, each in enumerate(writers):
        assert (await each.post(f"{path}/count", json=_count(house, 100 - slot))).status_code == 200
    part = (await writers[6].get(path, params={"first": 2})).json()
    assert (part["writers"], part["words"]) == (9, 864)
    assert [(each["slot"], each["rank"]) for each in part["board"]] == [
        *[(0, 1), (1, 2)],
        *[(4, 5), (5, 6), (6, 7), (7, 8), (8, 9)],
    ]
    stranger = await house.stranger()
    assert [each["slot"] for each in (await stranger.get(path, params={"first": 2})).json()["board"]] == [0, 1]
    assert len((await stranger.get(path)).json()["board"]) == 9


async def test_an_older_offer_is_answered_with_what_stands(house: House) -> None:
    (ann,), path = await _running(house, "Ann")
    newer = _count(house, 40)
    older = {**newer, "seq": newer["seq"] - 500, "words": 900}
    stored = (await ann.post(f"{path}/count", json=newer)).json()
    assert (await ann.post(f"{path}/count", json=older)).json() == stored
    assert (await ann.post(f"{path}/count", json=newer)).json() == stored
    assert stored["words"] == 40


async def test_a_count_of_nothing_and_one_below_nothing_are_counts(house: House) -> None:
    (ann, bob), path = await _running(house, "Ann", "Bob")
    assert (await ann.post(f"{path}/count", json=_count(house, 0, CountFlags.IN))).json()["words"] == 0
    assert (await bob.post(f"{path}/count", json=_count(house, -250))).json()["words"] == -250
    board = (await ann.get(path)).json()["board"]
    assert [(each["name"], each["words"], each["wpm"], each["reported"]) for each in board] == [
        ("Ann", 0, None, True),
        ("Bob", -250, None, False),
    ]


async def test_who_joins_late_is_rated_by_their_own_time(house: House) -> None:
    (ann,), path = await _running(house, "Ann")
    slug = (await ann.get(path)).json()["room"]
    house.travel(900)
    dora = await house.writer("Dora")
    await dora.post(f"/api/rooms/{slug}/join")
    house.travel(120)
    await dora.post(f"{path}/count", json=_count(house, 100))
    row = next(each for each in (await ann.get(path)).json()["board"] if each["name"] == "Dora")
    assert row["joined_late"]
    assert row["minutes"] == pytest.approx(2, abs=0.2)
    assert row["wpm"] == pytest.approx(50, abs=5)


async def test_a_stamp_from_the_future_is_told_the_time(house: House) -> None:
    (ann,), path = await _running(house, "Ann")
    ahead = {**_count(house, 5), "seq": house.clock.now() + 60_000}
    said = problem(await ann.post(f"{path}/count", json=ahead), 422, "seq")
    assert said["code"] == 122
    assert abs(int(said["rule"].rpartition(" ")[2]) - house.clock.now()) < 5_000


async def test_only_who_has_joined_counts(house: House) -> None:
    (ann,), path = await _running(house, "Ann")
    bob, nobody = await house.writer("Bob"), await house.stranger()
    problem(await bob.post(f"{path}/count", json=_count(house, 5)), 403, "id")
    problem(await nobody.post(f"{path}/count", json=_count(house, 5)), 401)
    assert (await nobody.get(path)).status_code == 200
    assert (await ann.get(path)).json()["words"] == 0


async def test_the_sprint_of_a_private_room_is_hidden_like_the_room(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    room = await new_room(ann, visibility="private")
    sprint = await new_sprint(ann, room["slug"])
    path = f"/api/sprints/{sprint['id']}"
    for answer in (await bob.get(path), await bob.post(f"{path}/count", json=_count(house, 5))):
        assert problem(answer, 404, "id")["code"] == 120
    invite = room["url"].partition("invite=")[2]
    assert (await bob.get(path, params={"invite": invite})).status_code == 200
    assert (await ann.get(path)).status_code == 200


async def test_the_sprint_of_an_unlisted_room_is_for_its_members_and_who_has_the_link(house: House) -> None:
    """Ids can be counted up: whoever does would have the links of all rooms, and what is written there."""
    ann, bob, nobody = await house.writer("Ann"), await house.writer("Bob"), await house.stranger()
    room = await new_room(ann, visibility="unlisted")
    path = f"/api/sprints/{(await new_sprint(ann, room['slug']))['id']}"
    for each in bob, nobody:
        for said in {}, {"room": "another"}:
            assert problem(await each.get(path, params=said), 404, "id")["code"] == 120
        assert (await each.get(path, params={"room": room["slug"]})).status_code == 200
    assert (await ann.get(path)).status_code == 200


@pytest.mark.parametrize("id", ["0", "-1", "x", "1.5", "999999", str(2**53), str(2**63), "9" * 400, "%D9%A1", "%00"])
async def test_an_id_that_is_no_sprints_is_not_found(house: House, id: str) -> None:
    ann = await house.writer("Ann")
    assert problem(await ann.get(f"/api/sprints/{id}"), 404, "id")["code"] == 120
    problem(await ann.post(f"/api/sprints/{id}/count", json=_count(house, 5)), 404, "id")
