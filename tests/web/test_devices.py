"""Where a writer is signed in: the list, and how it ends."""

from typing import Any

import httpx

from server.people.sessions import MAX_AGE_S
from tests.web.house import DAY_S, House, problem

FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}
PHONE = {"User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile Safari/604.1"}


async def named(house: House, name: str) -> httpx.AsyncClient:
    client = await house.stranger(headers=FIREFOX)
    await client.post("/api/session", json={"name": name})
    return client


async def also(house: House, client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The same writer's phone."""
    me, now, code = (await client.get("/api/me")).json(), house.clock.now(), "the code of a link to them"
    await house.ledger.links.make(me["id"], code, now, now + 60_000)
    phone = await house.stranger(headers=PHONE)
    assert (await phone.post("/api/session/link", json={"code": code})).json() == me
    return phone


async def devices(client: httpx.AsyncClient) -> dict[str, Any]:
    """By name."""
    listed = (await client.get("/api/me/devices")).json()["devices"]
    return {each["name"]: each for each in listed}


async def test_each_device_is_listed_by_name_and_knows_itself(house: House) -> None:
    ann = await named(house, "Ann")
    phone = await also(house, ann)
    for client, here in (ann, "Firefox on Linux"), (phone, "Safari on iPhone"):
        listed = await devices(client)
        assert {name: each["here"] for name, each in listed.items()} == {
            name: name == here for name in ("Firefox on Linux", "Safari on iPhone")
        }


async def test_who_signs_out_here_is_nobody_and_the_other_device_goes_on(house: House) -> None:
    ann = await named(house, "Ann")
    phone = await also(house, ann)
    gone = await phone.post("/api/session/end")
    assert (gone.status_code, gone.json()) == (200, {"me": None})
    assert "Max-Age=0" in gone.headers["set-cookie"]
    problem(await phone.get("/api/me"), 401)
    assert (await phone.post("/api/session/end")).status_code == 200
    assert list(await devices(ann)) == ["Firefox on Linux"]


async def test_a_device_is_signed_out_from_another_and_a_repeat_does_nothing(house: House) -> None:
    ann = await named(house, "Ann")
    phone = await also(house, ann)
    id = (await devices(ann))["Safari on iPhone"]["id"]
    for _ in range(2):
        left = (await ann.delete(f"/api/me/devices/{id}")).json()["devices"]
        assert [each["name"] for each in left] == ["Firefox on Linux"]
    problem(await phone.get("/api/me"), 401)


async def test_nobody_signs_out_another_writer_s_device(house: House) -> None:
    ann, ben = await named(house, "Ann"), await named(house, "Ben")
    id = (await devices(ben))["Firefox on Linux"]["id"]
    await ann.delete(f"/api/me/devices/{id}")
    assert (await ben.get("/api/me")).json()["name"] == "Ben"


async def test_all_others_are_signed_out_at_once(house: House) -> None:
    ann = await named(house, "Ann")
    phones = [await also(house, ann) for _ in range(2)]
    left = (await ann.post("/api/me/devices/sign-out-others")).json()["devices"]
    assert [(each["name"], each["here"]) for each in left] == [("Firefox on Linux", True)]
    for phone in phones:
        problem(await phone.get("/api/me"), 401)


async def test_a_session_renews_itself_with_use_once_a_day(house: House) -> None:
    ann = await named(house, "Ann")
    token = ann.cookies["wordtide"]
    program = await house.stranger(headers={"Authorization": f"Bearer {token}"})
    assert "set-cookie" not in (await ann.get("/api/me")).headers
    for _ in range(3):
        house.travel(300 * DAY_S)  # longer than one cookie lasts, in all
        for client in program, ann:
            assert "set-cookie" not in (await client.get("/api/me/missing")).headers
        renewed = await ann.get("/api/me")
        assert renewed.headers["set-cookie"].startswith(f"wordtide={token}; Max-Age={MAX_AGE_S};")
        assert "set-cookie" not in (await ann.get("/api/me")).headers
    house.travel(DAY_S)
    seen = (await devices(program))["Firefox on Linux"]["seen_at"]
    assert "set-cookie" not in (await ann.get("/api/me")).headers  # the program's use has renewed it
    assert (await devices(ann))["Firefox on Linux"]["seen_at"] > seen
