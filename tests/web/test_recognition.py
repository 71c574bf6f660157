"""Tokens that are nobody's: a few a minute from one network, and right ones go on all the same."""

from uuid import uuid4

import httpx

from server.people.sessions import new_personal, new_token
from server.web.seen_tokens import COUNTED_MS, MOST, SeenTokens
from tests.web.house import House, problem

SCHOOL = "198.51.100.7"


async def at(house: House, address: str, **headers: str) -> httpx.AsyncClient:
    """Somebody in this network."""
    transport = httpx.ASGITransport(house.app, client=(address, 1))
    client = httpx.AsyncClient(transport=transport, base_url="http://tide.test", headers=headers)
    return await house.stack.enter_async_context(client)


async def guess(house: House, times: int, address: str = SCHOOL) -> list[int]:
    """The statuses of so many different wrong ones."""
    shown = [f"Bearer {new_personal()}" for _ in range(times)]
    return [(await (await at(house, address, Authorization=each)).get("/api/me")).status_code for each in shown]


async def token(writer: httpx.AsyncClient) -> str:
    asked = {"id": str(uuid4()), "name": "Plug-in", "scopes": ["profile:read"]}
    secret: str = (await writer.post("/api/me/tokens", json=asked)).json()["secret"]
    return f"Bearer {secret}"


async def test_the_sixth_wrong_one_of_a_minute_is_told_to_wait(house: House) -> None:
    assert await guess(house, 7) == [401] * 5 + [429] * 2
    refused = await (await at(house, SCHOOL, Authorization=f"Bearer {new_personal()}")).get("/api/me")
    assert problem(refused, 429, "Authorization")["rule"].startswith("was wrong too often from here: try again in ")
    assert 0 < int(refused.headers["retry-after"]) <= 120
    assert await guess(house, 1, "198.51.100.8") == [401]
    house.travel(120)
    assert await guess(house, 1) == [401]


async def test_a_script_whose_token_has_gone_shuts_nobody_out(house: House) -> None:
    script = await at(house, SCHOOL, Authorization=f"Bearer {new_personal()}")
    assert [(await script.get("/api/me")).status_code for _ in range(20)] == [401] * 20
    assert await guess(house, 4) == [401] * 4
    assert (await script.get("/api/me")).status_code == 401
    assert await guess(house, 1) == [429]


async def test_right_ones_go_on_where_others_guess(house: House) -> None:
    ann = await at(house, SCHOOL)
    await ann.post("/api/session", json={"name": "Ann"})
    script = await at(house, SCHOOL, Authorization=await token(ann))
    assert await guess(house, 6) == [401] * 5 + [429]
    # Neither has been used before: that they were given out here is enough.
    assert [(await each.get("/api/me")).status_code for each in (ann, script)] == [200, 200]
    ben = await at(house, SCHOOL)
    assert (await ben.post("/api/session", json={"name": "Ben"})).status_code == 200
    assert (await ben.get("/api/me")).json()["name"] == "Ben"


async def test_ended_sessions_and_guesses_keep_no_browser_of_the_network_out(house: House) -> None:
    ann = await house.writer()
    ended = [await at(house, SCHOOL, Cookie=f"wordtide={new_token()}") for _ in range(7)]
    assert [(await each.get("/api/me")).status_code for each in ended] == [401] * 7
    assert await guess(house, 6) == [401] * 5 + [429]
    browser = await at(house, SCHOOL, Cookie=f"wordtide={ann.cookies['wordtide']}")
    assert (await browser.get("/api/me")).status_code == 200


async def test_what_ended_here_is_no_guess(house: House) -> None:
    ann = await at(house, SCHOOL)
    await ann.post("/api/session", json={"name": "Ann"})
    shown = await token(ann)
    script = await at(house, SCHOOL, Authorization=shown)
    assert (await script.get("/api/me")).status_code == 200
    (made,) = (await ann.get("/api/me/tokens")).json()["tokens"]
    await ann.delete(f"/api/me/tokens/{made['id']}")
    assert (await script.get("/api/me")).status_code == 401
    assert await guess(house, 6) == [401] * 5 + [429]
    assert (await script.get("/api/me")).status_code == 401


def test_what_is_remembered_is_bounded_and_forgets_the_oldest() -> None:
    seen = SeenTokens()
    for n in range(MOST + 1):
        seen.know(f"known {n}")
        seen.counted(f"wrong {n}", 0)
        seen.close(f"place {n}", 1)
    assert [seen.knows(f"known {n}") for n in (0, 1, MOST)] == [False, True, True]
    assert [seen.is_counted(f"wrong {n}", COUNTED_MS - 1) for n in (0, 1, MOST)] == [False, True, True]
    assert [seen.closed_ms(f"place {n}", 0) for n in (0, 1, MOST)] == [0, 1, 1]
    assert not seen.is_counted("wrong 1", COUNTED_MS)
