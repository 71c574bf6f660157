"""Becoming a guest writer, and staying the same one."""

import asyncio
from pathlib import Path

import httpx

from tests.support.ledgers import row_counts
from tests.web.house import House, open_house, problem


async def test_a_name_makes_a_writer_with_a_cookie(house: House) -> None:
    client = await house.stranger()
    answer = await client.post("/api/session", json={"name": "  Ann   Lee ", "zone": "Asia/Kolkata"})
    assert answer.status_code == 200
    assert answer.headers["set-cookie"].startswith("wordtide=")
    me = answer.json()
    assert (me["name"], me["zone"], me["rollover"], me["day_words"], me["day_minutes"]) == (
        "Ann Lee",
        "Asia/Kolkata",
        "03:00",
        50,
        10,
    )
    assert (await client.get("/api/me")).json() == me


async def test_a_second_name_is_the_same_writer_in_the_same_zone(house: House) -> None:
    client = await house.writer("Ann", "Europe/London")
    first = (await client.get("/api/me")).json()
    answer = await client.post("/api/session", json={"name": "Anna", "zone": "Asia/Tokyo"})
    assert "set-cookie" not in answer.headers
    assert answer.json() == {**first, "name": "Anna"}


async def test_a_cookie_that_nobody_knows_makes_a_new_writer(house: House) -> None:
    client = await house.stranger()
    client.cookies.set("wordtide", "x" * 43, domain="tide.test")
    answer = await client.post("/api/session", json={"name": "Ann"})
    assert answer.status_code == 200
    assert "x" * 43 not in answer.headers["set-cookie"]


async def link_for(house: House, client: httpx.AsyncClient, code: str) -> str:
    """A link of this writer's that is good for a minute."""
    now = house.clock.now()
    await house.ledger.links.make((await client.get("/api/me")).json()["id"], code, now, now + 60_000)
    return code


async def test_a_link_makes_another_browser_the_same_writer_s_and_a_retry_too(house: House) -> None:
    ann = await house.writer("Ann")
    code = await link_for(house, ann, "the code of a link to Ann")
    other = await house.stranger()
    key = {"Idempotency-Key": "one and the same key".replace(" ", "-")}
    first = await other.post("/api/session/link", json={"code": code}, headers=key)
    assert first.json() == (await ann.get("/api/me")).json()
    assert (await other.get("/api/me")).json() == first.json()
    retry = await (await house.stranger()).post("/api/session/link", json={"code": code}, headers=key)
    assert retry.headers["set-cookie"] == first.headers["set-cookie"]
    late = await (await house.stranger()).post("/api/session/link", json={"code": code})
    assert "ask for a new link" in problem(late, 404, "code")["rule"]
    assert "set-cookie" not in late.headers


async def test_a_browser_that_was_a_guest_s_becomes_the_writer_s(house: House) -> None:
    ann, ben = await house.writer("Ann"), await house.writer("Ben")
    code = await link_for(house, ann, "the code of a link to Ann")
    assert (await ben.post("/api/session/link", json={"code": code})).json()["name"] == "Ann"
    assert (await ben.get("/api/me")).json()["name"] == "Ann"


async def test_a_companion_program_is_known_by_its_bearer_token(house: House) -> None:
    browser = await house.writer("Ann")
    program = await house.stranger(headers={"Authorization": f"Bearer {browser.cookies['wordtide']}"})
    assert (await program.get("/api/me")).json() == (await browser.get("/api/me")).json()


async def test_who_is_nobody_is_told_to_give_a_name(house: House) -> None:
    client = await house.stranger()
    said = problem(await client.get("/api/me"), 401)
    assert said["code"] == 101
    assert said["detail"] == "You are not signed in: give a name, or sign in."


async def test_the_token_is_kept_as_a_hash_only(house: House, tmp_path: Path) -> None:
    client = await house.writer("Ann")
    token = client.cookies["wordtide"].encode()
    kept = _bytes_under(tmp_path)
    assert b"Ann" in kept
    assert token not in kept


def _bytes_under(folder: Path) -> bytes:
    return b"".join(each.read_bytes() for each in folder.rglob("*") if each.is_file())


async def test_over_https_the_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    async with open_house(tmp_path, public_url="https://tide.example") as house:
        client = await house.stranger("https://tide.example")
        answer: httpx.Response = await client.post("/api/session", json={"name": "Ann"})
        assert answer.headers["set-cookie"].startswith("__Host-wordtide=")
        assert "Secure" in answer.headers["set-cookie"]
        assert (await client.get("/api/me")).json()["name"] == "Ann"
        described = (await client.get("/api/openapi.json")).json()["components"]["securitySchemes"]["cookie"]
        assert described["name"] in client.cookies


async def test_a_page_may_ask_who_it_is_before_anybody_is_somebody(house: House) -> None:
    stranger, ann = await house.stranger(), await house.writer("Ann")
    assert (await stranger.get("/api/session")).json() == {"me": None}
    assert (await ann.get("/api/session")).json() == {"me": (await ann.get("/api/me")).json()}


async def test_a_retry_whose_first_answer_was_lost_is_the_same_writer(house: House) -> None:
    key = {"Idempotency-Key": "3f0d2c1e-0000-4000-8000-0123456789ab"}
    before = await row_counts(house.ledger)

    async def said() -> httpx.Response:
        """By somebody who has no cookie yet."""
        return await (await house.stranger()).post("/api/session", json={"name": "Ann"}, headers=key)

    answers = [*await asyncio.gather(said(), said()), await said()]
    assert len({each.headers["set-cookie"] for each in answers}) == 1
    assert [each.json() for each in answers] == [answers[0].json()] * 3
    assert (await row_counts(house.ledger))["writers"] == before["writers"] + 1
    house.travel(601)
    assert (await said()).json()["id"] != answers[0].json()["id"]


async def test_a_key_that_could_be_guessed_is_refused(house: House) -> None:
    client = await house.stranger()
    answer = await client.post("/api/session", json={"name": "Ann"}, headers={"Idempotency-Key": "first"})
    assert problem(answer, 422, "Idempotency-Key")["rule"].startswith("is 16 to 128")


async def test_a_key_that_two_people_use_makes_two_of_them(house: House) -> None:
    key = {"Idempotency-Key": "a-key-that-is-fixed"}
    ids = []
    for name in ("Ann", "Bob", "Ann"):
        client = await house.stranger()
        answer = await client.post("/api/session", json={"name": name, "zone": "UTC"}, headers=key)
        ids.append(answer.json()["id"])
    assert ids[0] == ids[2] != ids[1]
