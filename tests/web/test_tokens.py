"""Personal tokens over HTTP. What each may is in test_authorization.py."""

from datetime import timedelta
from pathlib import Path

import pytest

from server.core.instants import instant
from server.core.tokens import is_personal
from server.people.sessions import new_personal
from tests.web.house import House, new_room, open_house, problem
from tests.web.tokens import asked, bearing, make


async def test_a_token_is_shown_once_listed_without_its_secret_and_serves_until_it_is_revoked(house: House) -> None:
    ann, script = await house.writer(), await house.stranger()
    made = await make(ann)
    secret, token = made["secret"], made["token"]
    assert is_personal(secret)
    assert (token["name"], token["scopes"], token["used_at"]) == ("word counter", ["profile:read"], None)

    assert (await script.get("/api/me", headers=bearing(secret))).json()["name"] == "Ann"
    listed = await ann.get("/api/me/tokens")
    assert secret not in listed.text
    (one,) = listed.json()["tokens"]
    assert one == token | {"used_at": one["used_at"]}
    assert one["used_at"] is not None

    left = await ann.delete(f"/api/me/tokens/{token['id']}")
    assert left.json() == {"tokens": []}
    problem(await script.get("/api/me", headers=bearing(secret)), 401)
    problem(await ann.delete(f"/api/me/tokens/{token['id']}"), 404, "token")
    problem(await ann.delete("/api/me/tokens/none"), 404, "token")


async def test_a_repeat_answers_a_secret_that_holds_and_another_writer_s_id_is_refused(house: House) -> None:
    ann, ben, script = await house.writer(), await house.writer("Ben"), await house.stranger()
    said = asked()
    lost = (await ann.post("/api/me/tokens", json=said)).json()["secret"]
    again = await ann.post("/api/me/tokens", json=said)
    assert again.status_code == 200
    problem(await script.get("/api/me", headers=bearing(lost)), 401)
    assert (await script.get("/api/me", headers=bearing(again.json()["secret"]))).status_code == 200
    problem(await ann.post("/api/me/tokens", json=said), 409, "id")
    problem(await ben.post("/api/me/tokens", json=said), 409, "id")


async def test_what_a_token_may_not_be_is_refused_by_its_field(house: House) -> None:
    ann = await house.writer()
    yesterday = (instant(house.clock.now()) - timedelta(days=1)).isoformat()
    for field, value in (("scopes", []), ("scopes", ["everything"]), ("expires_at", yesterday), ("name", "\u2800")):
        problem(await ann.post("/api/me/tokens", json=asked(**{field: value})), 422, field)
    assert (await ann.get("/api/me/tokens")).json() == {"tokens": []}


@pytest.mark.parametrize("offset", ["-12:00", "+12:00"])
async def test_an_end_that_no_calendar_has_is_refused_and_nothing_is_stored(house: House, offset: str) -> None:
    ann = await house.writer()
    refused = problem(await ann.post("/api/me/tokens", json=asked(expires_at=f"9999-12-31T23:59:59{offset}")), 422)
    assert (refused["field"], "100 years" in refused["rule"]) == ("expires_at", True)
    assert (await ann.get("/api/me/tokens")).json() == {"tokens": []}
    assert (await ann.get("/api/me/export.json")).json()["tokens"] == []
    in_long = (instant(house.clock.now()) + timedelta(days=99 * 365)).isoformat()
    assert (await make(ann, expires_at=in_long))["token"]["expires_at"][:10] == in_long[:10]


async def test_a_token_comes_in_no_cookie_and_opens_no_door_to_more(house: House) -> None:
    ann, script = await house.writer(), await house.stranger()
    secret = (await make(ann, scopes=["profile:read", "profile:write"]))["secret"]
    problem(await script.get("/api/me", headers={"Cookie": f"wordtide={secret}"}), 401)
    problem(await script.post("/api/me/tokens", json=asked(), headers=bearing(secret)), 403, "Authorization")
    refused = problem(await script.get("/api/me/history", headers=bearing(secret)), 403, "Authorization")
    assert refused["rule"] == "needs a token with history:read"
    problem(await script.get("/api/me", headers=bearing(new_personal())), 401)


async def test_a_private_room_s_page_is_there_for_tokens_that_may_read_rooms(tmp_path: Path) -> None:
    static = tmp_path / "client"
    static.mkdir()
    (static / "index.html").write_text("<!doctype html>", encoding="utf-8")
    async with open_house(tmp_path, static) as house:
        ann, script = await house.writer(), await house.stranger()
        room = await new_room(ann, visibility="private")
        found = {}
        for scope in ("rooms:read", "history:read"):
            secret = (await make(ann, scopes=[scope]))["secret"]
            found[scope] = (await script.get(f"/r/{room['slug']}", headers=bearing(secret))).status_code
        assert found == {"rooms:read": 200, "history:read": 404}
