"""Where a writer is signed in: the list, and how it ends."""

import re
from datetime import datetime
from typing import Any

import httpx
import pytest
import segno

from server.core.instants import unix_ms
from server.people.sessions import MAX_AGE_S, new_token
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


async def test_a_session_of_before_devices_were_noted_has_a_name_too(house: House) -> None:
    token = new_token()
    await house.ledger.new_guest("Ann", "UTC", token, house.clock.now())
    ann = await house.stranger(headers={"Cookie": f"wordtide={token}"})
    assert list(await devices(ann)) == ["A device"]


async def test_who_signs_out_here_is_nobody_and_the_other_device_goes_on(house: House) -> None:
    ann = await named(house, "Ann")
    phone = await also(house, ann)
    gone = await phone.post("/api/session/end")
    assert (gone.status_code, gone.json()) == (200, {"me": None})
    assert "Max-Age=0" in gone.headers["set-cookie"]
    problem(await phone.get("/api/me"), 401)
    assert (await phone.post("/api/session/end")).status_code == 200
    assert list(await devices(ann)) == ["Firefox on Linux"]


async def test_a_device_is_signed_out_from_another(house: House) -> None:
    ann = await named(house, "Ann")
    phone = await also(house, ann)
    id = (await devices(ann))["Safari on iPhone"]["id"]
    left = (await ann.delete(f"/api/me/devices/{id}")).json()["devices"]
    assert [each["name"] for each in left] == ["Firefox on Linux"]
    problem(await ann.delete(f"/api/me/devices/{id}"), 404, "device")
    problem(await phone.get("/api/me"), 401)


async def test_nobody_signs_out_another_writer_s_device(house: House) -> None:
    ann, ben = await named(house, "Ann"), await named(house, "Ben")
    id = (await devices(ben))["Firefox on Linux"]["id"]
    problem(await ann.delete(f"/api/me/devices/{id}"), 404, "device")
    assert (await ben.get("/api/me")).json()["name"] == "Ben"


async def test_all_others_are_signed_out_at_once(house: House) -> None:
    ann = await named(house, "Ann")
    phones = [await also(house, ann) for _ in range(2)]
    left = (await ann.post("/api/me/devices/sign-out-others")).json()["devices"]
    assert [(each["name"], each["here"]) for each in left] == [("Firefox on Linux", True)]
    for phone in phones:
        problem(await phone.get("/api/me"), 401)


async def test_each_way_to_sign_out_is_seen_in_the_account(house: House) -> None:
    ann = await named(house, "Ann")
    phone, _, _ = [await also(house, ann) for _ in range(3)]
    id = (await devices(phone))["Firefox on Linux"]["id"]
    assert (await phone.delete(f"/api/me/devices/{id}")).status_code == 200
    await phone.post("/api/me/devices/sign-out-others")
    here = next(each["id"] for each in (await devices(phone)).values())
    seen = (await phone.get("/api/me/audit")).json()["lines"]
    assert [(each["what"], each["detail"], each["device"]) for each in seen if "out" in each["what"]] == [
        ("signed_out_others", "Safari on iPhone", "Safari on iPhone"),
        ("signed_out_device", "Firefox on Linux", "Safari on iPhone"),
    ]
    again = await also(house, phone)
    await phone.delete(f"/api/me/devices/{here}")  # its own: as good as signing out here
    await (last := await also(house, again)).post("/api/session/end")
    seen = (await again.get("/api/me/audit")).json()["lines"]
    assert [(each["what"], each["detail"], each["device"]) for each in seen if each["what"] == "signed_out"] == [
        ("signed_out", "", "Safari on iPhone")
    ] * 2
    problem(await last.get("/api/me"), 401)


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


async def test_a_code_typed_on_another_device_signs_in_there_once(house: House) -> None:
    ann = await named(house, "Ann")
    made = await ann.post("/api/me/links")
    link = made.json()
    assert (made.status_code, link["url"]) == (201, f"http://tide.test/in#{link['code'].replace('-', '')}")
    assert unix_ms(datetime.fromisoformat(link["expires_at"])) == pytest.approx(house.clock.now() + 300_000, abs=5_000)
    phone = await house.stranger(headers=PHONE)
    typed = {"code": f" {link['code'].upper().replace('1', 'l').replace('0', 'O').replace('-', ' ')} "}
    assert (await phone.post("/api/session/link", json=typed)).json() == (await ann.get("/api/me")).json()
    assert set(await devices(ann)) == {"Firefox on Linux", "Safari on iPhone"}
    late = await (await house.stranger()).post("/api/session/link", json=typed)
    assert "ask for a new" in problem(late, 404, "code")["rule"]


async def test_a_code_is_good_for_five_minutes_and_until_the_next_one(house: House) -> None:
    ann = await named(house, "Ann")

    async def code() -> dict[str, str]:
        return {"code": (await ann.post("/api/me/links")).json()["code"]}

    first, second = await code(), await code()
    problem(await (await house.stranger()).post("/api/session/link", json=first), 404, "code")
    house.travel(301)
    problem(await (await house.stranger()).post("/api/session/link", json=second), 404, "code")


@pytest.mark.parametrize("others", [True, False])
async def test_a_code_that_a_device_made_serves_nobody_once_that_is_signed_out(house: House, others: bool) -> None:
    ann = await named(house, "Ann")
    phone = await also(house, ann)
    code = {"code": (await phone.post("/api/me/links")).json()["code"]}
    id = (await devices(ann))["Safari on iPhone"]["id"]
    out = ann.post("/api/me/devices/sign-out-others") if others else ann.delete(f"/api/me/devices/{id}")
    assert (await out).status_code == 200
    problem(await (await house.stranger()).post("/api/session/link", json=code), 404, "code")
    assert list(await devices(ann)) == ["Firefox on Linux"]


async def test_typed_codes_are_guessed_five_times_a_minute_and_long_ones_as_ever(house: House) -> None:
    ann = await named(house, "Ann")
    good = (await ann.post("/api/me/links")).json()["code"]
    stranger = await house.stranger()
    for n in range(5):
        problem(await stranger.post("/api/session/link", json={"code": f"0000-000{n}"}), 404, "code")
    refused = await stranger.post("/api/session/link", json={"code": good})
    assert 0 < int(refused.headers["retry-after"]) <= 120
    problem(refused, 429, "code")
    problem(await stranger.post("/api/session/link", json={"code": "x" * 32}), 404, "code")
    house.travel(120)
    assert (await stranger.post("/api/session/link", json={"code": good})).status_code == 200


async def test_the_square_that_a_phone_reads_leads_to_the_link(house: House) -> None:
    ann = await named(house, "Ann")
    link = (await ann.post("/api/me/links")).json()
    size, drawn = link["qr"]["size"], set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", link["qr"]["path"]):
        drawn |= {(int(x) + n, int(y)) for n in range(int(length))}
    matrix = segno.make_qr(link["url"], error="m").matrix
    assert drawn == {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}
    assert {at for square in drawn for at in square} == set(range(size))
