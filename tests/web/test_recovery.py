"""Recovery codes over HTTP: made, used once each, guessed at."""

import httpx

from protocol.codes import ErrorCode
from tests.web.house import House, problem


async def codes_of(client: httpx.AsyncClient) -> list[str]:
    answer = await client.post("/api/me/recovery")
    assert answer.status_code == 200, answer.text
    codes: list[str] = answer.json()["codes"]
    return codes


async def enter(client: httpx.AsyncClient, code: str) -> httpx.Response:
    return await client.post("/api/session/recovery", json={"code": code})


async def test_each_of_ten_codes_signs_in_once(house: House) -> None:
    ann = await house.writer("Ann")
    assert (await ann.get("/api/me/recovery")).json() == {"left": 0, "made_at": None}
    codes = await codes_of(ann)
    assert len(set(codes)) == 10
    # 16 signs of 5 bits
    assert all(len(code.replace("-", "")) == 16 for code in codes)

    elsewhere = await house.stranger()
    answer = await enter(elsewhere, codes[0])
    assert (answer.status_code, answer.json()["name"]) == (200, "Ann")
    assert "used" in problem(await enter(await house.stranger(), codes[0]), 404, "code")["rule"]
    assert (await elsewhere.get("/api/me/recovery")).json()["left"] == 9
    seen = [each["what"] for each in (await ann.get("/api/me/audit")).json()["lines"]]
    assert [each for each in seen if each.endswith(("recovery", "codes_made"))] == ["signed_in_recovery", "codes_made"]


async def test_a_code_is_read_as_people_type_it(house: House) -> None:
    ann = await house.writer("Ann")
    codes = await codes_of(ann)
    typed = [
        codes[0].upper(),
        codes[1].replace("-", " "),
        codes[2].replace("0", "O").replace("1", "l"),
        f" {codes[3]} ",
    ]
    for each in typed:
        assert (await enter(await house.stranger(), each)).status_code == 200


async def test_a_new_set_replaces_the_old(house: House) -> None:
    ann = await house.writer("Ann")
    old, new = await codes_of(ann), await codes_of(ann)
    problem(await enter(await house.stranger(), old[0]), 404, "code")
    assert (await enter(await house.stranger(), new[0])).status_code == 200


async def test_five_wrong_codes_a_minute_and_right_ones_as_many_as_there_are(house: House) -> None:
    house.travel(60 - house.clock.now() / 1_000 % 60)  # to the beginning of a minute
    codes = await codes_of(await house.writer("Ann"))
    stranger = await house.stranger()
    for code in codes[:6]:
        assert (await enter(stranger, code)).status_code == 200
    for _ in range(5):
        problem(await enter(stranger, "0000-0000-0000-0000"), 404, "code")
    refused = await enter(stranger, codes[6])
    assert problem(refused, 429, "code")["code"] == ErrorCode.TOO_FAST
    house.travel(int(refused.headers["retry-after"]))
    assert (await enter(stranger, codes[6])).status_code == 200


async def test_a_lost_answer_is_given_again(house: House) -> None:
    codes = await codes_of(await house.writer("Ann"))
    key = {"Idempotency-Key": "4f4f9a3e-1111-4000-8000-000000000000"}
    tries = [
        await (await house.stranger()).post("/api/session/recovery", json={"code": codes[0]}, headers=key)
        for _ in range(2)
    ]
    assert [each.status_code for each in tries] == [200, 200]
    assert tries[0].headers["set-cookie"] == tries[1].headers["set-cookie"]
