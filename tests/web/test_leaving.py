"""A writer who wishes it is deleted: asked for the name, signed out at once, and to others a count without a name."""

from protocol.codes import ErrorCode
from tests.web.house import House, new_room, new_sprint, problem
from tests.web.openid import keeping


async def test_another_name_than_their_own_deletes_nobody(house: House) -> None:
    ann = await house.writer("Ann Lee")
    for said in ({"confirm": "Ann"}, {"confirm": ""}, {"confirm": "ann lee"}):
        told = problem(await ann.post("/api/me/delete", json=said), 422, "confirm")
        assert "Ann Lee" in told["rule"]
    problem(await ann.post("/api/me/delete", json={}), 422, "confirm")
    assert (await ann.get("/api/me")).json()["name"] == "Ann Lee"


async def test_who_is_deleted_is_signed_out_at_once_and_the_cookie_is_gone(house: House) -> None:
    ann, bob = await house.writer("Ann Lee"), await house.writer("Bob")
    kept = dict(ann.cookies)
    answer = await ann.post("/api/me/delete", json={"confirm": " Ann  Lee "})
    assert (answer.status_code, answer.json()) == (202, {"me": None})
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert dict(ann.cookies) == {}
    ann.cookies.update(kept)
    problem(await ann.get("/api/me"), 401)
    problem(await ann.post("/api/me/delete", json={"confirm": "Ann Lee"}), 401)
    assert (await bob.get("/api/me")).is_success


async def test_the_others_find_the_same_ranks_and_a_count_without_a_name(house: House) -> None:
    ann, bob = await house.writer("Ann"), await house.writer("Bob")
    room = await new_room(ann)
    slug = room["slug"]
    assert (await bob.post(f"/api/rooms/{slug}/join", json={})).is_success
    sprint = await new_sprint(ann, slug)
    house.travel(60)
    for client, words in (ann, 500), (bob, 300):
        await house.count(client, sprint, words, active_ms=60_000)
    me = (await ann.get("/api/me")).json()["id"]
    assert (await ann.post("/api/me/delete", json={"confirm": "Ann"})).is_success
    told = [each async for each in house.ledger.deletion.finish(me, house.clock.now())]
    for each in told:
        await house.rooms.tell_as_stored(each)
    await house.rooms.poll()
    house.travel(4_000)
    board = (await bob.get(f"/api/sprints/{sprint['id']}")).json()["board"]
    assert [(row["rank"], row["name"], row["words"]) for row in board] == [(1, "A writer", 500), (2, "Bob", 300)]
    assert [each["name"] for each in (await bob.get(f"/api/rooms/{slug}/writers")).json()["writers"]] == ["Bob"]


async def test_who_can_sign_in_again_confirms_first_that_it_is_them(house: House) -> None:
    ann = await keeping(house, "Ann")
    house.travel(601)
    assert problem(await ann.post("/api/me/delete", json={"confirm": "Ann"}), 403)["code"] == ErrorCode.NOT_FRESH
    assert (await ann.get("/api/me")).json()["name"] == "Ann"
