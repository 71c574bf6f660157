"""Passkeys over HTTP, with answers that an authenticator really signed: what is taken, and each way to be refused."""

from uuid import uuid4

import httpx
import pytest

from protocol.codes import ErrorCode
from server.ledger import passkeys
from tests.support.authenticator import Authenticator
from tests.web.house import HOST, House, problem
from tests.web.passkeys import ORIGIN, added, asked, authenticator, sign_in


async def lines(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    return [(each["what"], each["detail"]) for each in (await client.get("/api/me/audit")).json()["lines"]]


async def test_a_passkey_signs_its_writer_in_elsewhere(house: House) -> None:
    ann = await house.writer("Ann")
    key = authenticator()
    options = await asked(ann, "me/passkeys")
    assert (options["rp_id"], options["user_name"], options["known"]) == (HOST, "Ann", [])
    passkey = await added(ann, key)
    assert (passkey["id"], passkey["name"], passkey["used_at"]) == (key.id, "Blue key", None)
    assert (await asked(ann, "me/passkeys"))["known"] == [{"credential": key.id, "transports": ["internal"]}]

    elsewhere = await house.stranger(headers={"User-Agent": "curl/8"})
    for _ in range(2):
        answer = await sign_in(elsewhere, key)
        assert (answer.status_code, answer.json()["name"]) == (200, "Ann")
        assert "HttpOnly" in answer.headers["set-cookie"]
    assert (await elsewhere.get("/api/me")).json() == (await ann.get("/api/me")).json()
    (seen,) = (await elsewhere.get("/api/me/passkeys")).json()["passkeys"]
    assert seen["used_at"] is not None
    line = ("signed_in_passkey", "Blue key")
    assert [each for each in await lines(ann) if "passkey" in each[0]] == [line, line, ("passkey_added", "Blue key")]


async def test_one_that_never_counts_does_for_ever(house: House) -> None:
    key = authenticator(count=None)
    await added(await house.writer(), key)
    for _ in range(2):
        assert (await sign_in(await house.stranger(), key)).status_code == 200


async def test_the_same_passkey_is_added_once_and_never_to_two_writers(house: House) -> None:
    ann, ben = await house.writer("Ann"), await house.writer("Ben")
    key = authenticator()
    made = key.made(await asked(ann, "me/passkeys"))
    answers = [await ann.post("/api/me/passkeys", json=made) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    taken = await ben.post("/api/me/passkeys", json=key.made(await asked(ben, "me/passkeys")))
    assert "another writer's" in problem(taken, 409, "passkey")["rule"]


async def test_a_passkey_is_called_after_its_device_until_it_is_renamed(house: House) -> None:
    ann, ben = await house.writer("Ann"), await house.writer("Ben")
    ann.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    passkey = await added(ann, authenticator(), name=None)
    assert passkey["name"] == "Firefox on Linux"
    path = f"/api/me/passkeys/{passkey['id']}"
    for _ in range(2):
        renamed = await ann.patch(path, json={"name": "  Desk "})
        assert [each["name"] for each in renamed.json()["passkeys"]] == ["Desk"]
    problem(await ann.patch(path, json={"name": "\u202e"}), 422, "name")
    problem(await ben.patch(path, json={"name": "Mine"}), 404, "passkey")
    problem(await ben.delete(path), 404, "passkey")
    assert await lines(ann) == [("passkey_renamed", "Desk"), ("passkey_added", "Firefox on Linux")]


async def test_the_last_way_back_is_removed_only_where_it_is_said(house: House) -> None:
    ann = await house.writer("Ann")
    first, second = await added(ann, authenticator()), await added(ann, authenticator())
    left = await ann.delete(f"/api/me/passkeys/{first['id']}")
    assert [each["id"] for each in left.json()["passkeys"]] == [second["id"]]
    last = f"/api/me/passkeys/{second['id']}"
    assert "last way back" in problem(await ann.delete(last), 409, "passkey")["rule"]
    assert (await ann.delete(f"{last}?last=true")).json()["passkeys"] == []
    problem(await ann.delete(last), 404, "passkey")

    third = await added(ann, authenticator())
    await ann.post("/api/me/recovery")
    assert (await ann.delete(f"/api/me/passkeys/{third['id']}")).status_code == 200


async def test_nobody_has_more_than_can_be_looked_after(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passkeys, "MAX_PASSKEYS", 2)
    ann = await house.writer("Ann")
    for _ in range(2):
        await added(ann, authenticator())
    more = await ann.post("/api/me/passkeys", json=authenticator().made(await asked(ann, "me/passkeys")))
    assert "remove one first" in problem(more, 409, "passkey")["rule"]


# Each way to be refused ----------------------------------------------------------------------------------------------


async def test_a_challenge_that_was_answered_is_refused_with_the_same_answer_and_with_another(house: House) -> None:
    key = authenticator()
    await added(await house.writer(), key)
    elsewhere = await house.stranger()
    options = await asked(elsewhere, "session/passkey")
    answer = key.used(options)
    assert (await elsewhere.post("/api/session/passkey", json=answer)).status_code == 200
    for again in answer, key.used(options):
        refused = problem(await (await house.stranger()).post("/api/session/passkey", json=again), 409, "challenge")
        assert "try once more" in refused["rule"]

    options = await asked(elsewhere, "me/passkeys")
    assert (await elsewhere.post("/api/me/passkeys", json=authenticator().made(options))).status_code == 201
    problem(await elsewhere.post("/api/me/passkeys", json=authenticator().made(options)), 409, "challenge")


async def test_a_challenge_serves_five_minutes(house: House) -> None:
    key = authenticator()
    ann = await house.writer()
    await added(ann, key)
    to_sign_in, to_add = await asked(ann, "session/passkey"), await asked(ann, "me/passkeys")
    house.travel(300)
    refused = await (await house.stranger()).post("/api/session/passkey", json=key.used(to_sign_in))
    assert "too old" in problem(refused, 409, "challenge")["rule"]
    problem(await ann.post("/api/me/passkeys", json=authenticator().made(to_add)), 409, "challenge")


async def test_a_challenge_serves_only_what_and_whom_it_was_made_for(house: House) -> None:
    ann, ben = await house.writer("Ann"), await house.writer("Ben")
    key = authenticator()
    await added(ann, key)
    for_ann = authenticator().made(await asked(ann, "me/passkeys"))
    problem(await ben.post("/api/me/passkeys", json=for_ann), 409, "challenge")
    to_confirm = key.used(await asked(ann, "session/confirm"))
    problem(await ann.post("/api/session/passkey", json=to_confirm), 409, "challenge")
    never = {**key.used(await asked(ann, "session/passkey")), "challenge": "4f4f9a3e-0000-4000-8000-000000000000"}
    problem(await ann.post("/api/session/passkey", json=never), 409, "challenge")


async def test_an_answer_replayed_under_a_new_challenge_is_refused(house: House) -> None:
    key = authenticator()
    await added(await house.writer(), key)
    elsewhere = await house.stranger()
    heard = key.used(await asked(elsewhere, "session/passkey"))
    replayed = {**heard, "challenge": (await asked(elsewhere, "session/passkey"))["id"]}
    refused = problem(await elsewhere.post("/api/session/passkey", json=replayed), 409, "challenge")
    assert "begin again" in refused["rule"]


@pytest.mark.parametrize(
    ("wrong", "status", "field", "says"),
    [
        ({"origin": "https://tide.test.evil.example"}, 403, "origin", f"open {ORIGIN}"),
        ({"origin": f"{ORIGIN}:8000"}, 403, "origin", f"open {ORIGIN}"),
        ({"rp_id": "evil.example"}, 403, "passkey", f"another site than {HOST}"),
        ({"challenge": "c29tZXRoaW5nIGVsc2U"}, 409, "challenge", "begin again"),
        ({"type": "payment.get"}, 422, "client_data", "begin again"),
    ],
)
async def test_answers_given_elsewhere_are_refused(
    house: House, wrong: dict[str, str], status: int, field: str, says: str
) -> None:
    ann, key = await house.writer(), authenticator()
    made = authenticator().made(await asked(ann, "me/passkeys"), **wrong)
    assert says in problem(await ann.post("/api/me/passkeys", json=made), status, field)["rule"]
    await added(ann, key)
    elsewhere = await house.stranger()
    assert says in problem(await sign_in(elsewhere, key, **wrong), status, field)["rule"]
    assert (await elsewhere.get("/api/session")).json() == {"me": None}


async def test_a_count_that_goes_back_is_refused_and_told_its_writer(house: House) -> None:
    ann, key = await house.writer(), authenticator(count=10)
    await added(ann, key)
    assert (await sign_in(await house.stranger(), key)).status_code == 200
    for counted in 12, 11, 1:  # the one that was seen last, and earlier ones
        key.count = counted - 1
        refused = problem(await sign_in(await house.stranger(), key), 403, "passkey")
        assert "counts backwards" in refused["rule"]
    assert (await lines(ann)).count(("passkey_doubted", "Blue key")) == 3
    key.count = 12
    assert (await sign_in(await house.stranger(), key)).status_code == 200


async def test_a_passkey_that_is_not_known_or_was_removed_is_refused(house: House) -> None:
    ann, key = await house.writer(), authenticator()
    unknown = problem(await sign_in(await house.stranger(), key), 404, "passkey")
    assert "not known here" in unknown["rule"]
    await added(ann, key)
    await ann.delete(f"/api/me/passkeys/{key.id}?last=true")
    problem(await sign_in(await house.stranger(), key), 404, "passkey")


async def test_a_signature_by_another_key_is_refused(house: House) -> None:
    ann, key = await house.writer(), authenticator()
    await added(ann, key)
    forged = Authenticator(ORIGIN, HOST, 50, id=key.id)
    assert "did not sign" in problem(await sign_in(await house.stranger(), forged), 422, "passkey")["rule"]
    assert (await sign_in(await house.stranger(), key)).status_code == 200


async def test_what_is_no_answer_at_all_is_refused(house: House) -> None:
    ann, key = await house.writer(), authenticator()
    await added(ann, key)
    for text in "AAAA", "e30", "W10", "_" * 30, "A", "~":
        for part in "client_data", "attestation":
            made = authenticator().made(await asked(ann, "me/passkeys"))
            problem(await ann.post("/api/me/passkeys", json={**made, part: text}), 422, "passkey")
        for part in "client_data", "authenticator_data", "signature":
            used = key.used(await asked(ann, "session/passkey"))
            problem(await ann.post("/api/session/passkey", json={**used, part: text}), 422, "passkey")


async def test_an_address_without_a_name_has_no_passkeys(house: House) -> None:
    client = await house.stranger("http://192.0.2.7:8000")
    refused = problem(await client.post("/api/session/passkey/options"), 409, "passkey")
    assert "localhost" in refused["rule"]


# A fresh sign-in -----------------------------------------------------------------------------------------------------


async def test_what_keeps_an_account_asks_for_a_fresh_sign_in(house: House) -> None:
    ann, key = await house.writer(), authenticator()
    house.travel(3600)
    await added(ann, key)  # nobody is asked who has no way to sign in
    for call in (
        ann.post("/api/me/passkeys/options"),
        ann.post("/api/me/recovery"),
        ann.post("/api/me/links"),
        ann.post("/api/me/tokens", json={"id": str(uuid4()), "name": "counter", "scopes": ["history:read"]}),
        ann.delete(f"/api/me/passkeys/{key.id}?last=true"),
    ):
        assert problem(await call, 403)["code"] == ErrorCode.NOT_FRESH
    assert len((await ann.get("/api/me/passkeys")).json()["passkeys"]) == 1

    token = ann.cookies["wordtide"]
    options = await asked(ann, "session/confirm")
    assert [each["credential"] for each in options["known"]] == [key.id]
    assert (await ann.post("/api/session/confirm", json=key.used(options))).status_code == 200
    assert ann.cookies["wordtide"] == token
    assert (await ann.post("/api/me/recovery")).status_code == 200
    house.travel(601)
    problem(await ann.post("/api/me/recovery"), 403)
    assert (await sign_in(ann, key)).status_code == 200
    assert ann.cookies["wordtide"] != token
    assert (await ann.post("/api/me/recovery")).status_code == 200


async def test_a_guest_who_was_here_is_met_whatever_signs_in(house: House) -> None:
    ann, ben, cleo, key = *[await house.writer(name) for name in ("Ann", "Ben", "Cleo")], authenticator()
    await added(ann, key)
    code = (await ann.post("/api/me/recovery")).json()["codes"][0]
    for guest in ben, cleo:
        await guest.post("/api/me/projects", json={"id": str(uuid4()), "title": "Novel"})
    assert (await sign_in(ben, key)).status_code == 200
    assert (await cleo.post("/api/session/recovery", json={"code": code})).status_code == 200
    met = [(await browser.get("/api/me/merges")).json()["merges"] for browser in (ben, cleo)]
    assert [[each["guest"] for each in there] for there in met] == [["Ben"], ["Cleo"]]


async def test_nobody_confirms_with_another_s_passkey(house: House) -> None:
    ann, ben, key = await house.writer("Ann"), await house.writer("Ben"), authenticator()
    await added(ann, key)
    used = key.used(await asked(ben, "session/confirm"))
    assert "another writer's" in problem(await ben.post("/api/session/confirm", json=used), 403, "passkey")["rule"]
