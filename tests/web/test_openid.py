"""Signing in by an OpenID provider, at a real one on loopback that lies when it is told."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from server.core.accounts import FRESH_MS
from server.core.openid import ASKED_MS
from server.people import provider as people
from tests.support.ledgers import row_counts
from tests.support.provider import CLAIMS, Provider
from tests.web.house import HOST, House, manual, open_house, problem
from tests.web.openid import answer, come_back, leave, said_at
from tests.web.passkeys import added, authenticator

ADD, CONFIRM = "/api/me/identities", "/api/session/openid/confirm"
FOUND, KEYS, TOKEN = "/.well-known/openid-configuration", "/keys", "/token"


async def what(writer: httpx.AsyncClient) -> list[str]:
    return [each["what"] for each in (await writer.get("/api/me/audit")).json()["lines"]]


async def test_nothing_is_offered_where_none_is_set_up(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        ann = await house.writer()
        assert (await ann.get("/api/session/openid")).json() == {"provider": None}
        assert (await ann.get(ADD)).json() == {"provider": None, "issuer": None, "identities": []}
        for path in ("/api/session/openid", ADD, CONFIRM):
            problem(await ann.post(path), 404, "openid")


async def test_whoever_is_new_begins_by_the_name_that_the_provider_has(house: House, provider: Provider) -> None:
    ada = await house.stranger()
    assert (await ada.get("/api/session/openid")).json() == {"provider": "Lighthouse"}
    done = await come_back(ada, zone="Asia/Tokyo")
    assert (done["did"], done["to"], done["me"]["name"], done["me"]["zone"]) == (
        "signed-in",
        "/history",
        "Ada",
        "Asia/Tokyo",
    )
    assert (await ada.get("/api/me")).json() == done["me"]
    assert await what(ada) == ["identity_added"]

    # From another device they are the same, whatever they are called there by now.
    provider.name = "Countess"
    again = await house.stranger()
    assert (await come_back(again))["me"] == done["me"]
    assert await what(again) == ["signed_in_openid", "identity_added"]


async def test_what_is_asked_of_the_provider_is_what_the_standard_says(house: House, provider: Provider) -> None:
    ada = await house.stranger()
    answered = await ada.post("/api/session/openid")
    address = answered.json()["url"]
    assert address.startswith(f"{provider.issuer}/authorize?")
    asked = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
    assert asked["redirect_uri"] == f"http://{HOST}/in/openid"
    assert (asked["response_type"], asked["scope"], asked["client_id"]) == ("code", "openid profile", "wordtide")
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == len(asked["nonce"]) == 43
    cookie = answered.headers["set-cookie"]
    for part in ("wordtide-openid=", "Max-Age=600", "Path=/;", "HttpOnly", "SameSite=Strict"):
        assert part in cookie
    assert asked["nonce"] not in cookie


async def test_over_https_no_neighbour_can_set_the_cookie_that_binds(tmp_path: Path, provider: Provider) -> None:
    url = "https://tide.test"
    async with open_house(tmp_path, public_url=url, openid=people.Provider(provider.client)) as house:
        ada = await house.stranger(url, headers={"Origin": url})
        answered = await ada.post("/api/session/openid", json={})
        cookie = answered.headers["set-cookie"]
        assert cookie.startswith("__Host-wordtide-openid=")
        assert cookie.endswith("; Secure")
        assert (await answer(ada, await said_at(answered.json()["url"]))).status_code == 200
        planted = await house.stranger(url, headers={"Origin": url})
        left = await said_at(await leave(ada))
        planted.cookies.set("wordtide-openid", ada.cookies["__Host-wordtide-openid"])
        problem(await answer(planted, left), 400, "state")


async def test_an_answer_serves_once_and_in_time_and_in_the_browser_that_asked(house: House) -> None:
    ada, mallory = await house.stranger(), await house.stranger()
    said = await said_at(await leave(ada))
    assert (await answer(ada, said)).status_code == 200
    assert problem(await answer(ada, said), 400, "state")["rule"] == "has served already, or is too old: begin again"

    # Two tabs that left at once both come back.
    both = [await said_at(await leave(ada)) for _ in range(2)]
    assert [(await answer(ada, each)).status_code for each in both] == [200, 200]

    said = await said_at(await leave(ada))
    house.travel(ASKED_MS / 1_000)
    problem(await answer(ada, said), 400, "state")

    # Whoever is sent another's answer does not become them.
    said = await said_at(await leave(mallory))
    victim = await house.writer("Vic")
    assert problem(await answer(victim, said), 400, "state")["rule"] == "was asked for in another browser: begin again"
    assert (await victim.get("/api/me")).json()["name"] == "Vic"
    problem(await answer(mallory, said), 400, "state")


LIES = {
    "wrong nonce": "belongs to another sign-in",
    "no nonce": "belongs to another sign-in",
    "wrong aud": "is meant for another application",
    "wrong aud, our azp": "is meant for another application",
    "many auds": "is meant for another application",
    "wrong azp": "is meant for another application",
    "other issuer": "is another provider's",
    "wrong iss": "is another provider's",
    "expired": "has expired: the clocks of the two servers may be apart",
    "from the future": "is from the future: the clocks of the two servers are apart",
    "no subject": "has no sub that will do",
    "a list for a subject": "has no sub that will do",
    "no time": "has no exp that will do",
    "alg none": "is not signed by RS256, which the provider has to be set to",
    "HS256": "is not signed by RS256, which the provider has to be set to",
    "another's signature": "has a signature that is not the provider's",
    "other kid": "is signed with a key that the provider does not publish",
}
OF_CONFIRMING = ("signed in long ago", "no auth_time", "not a number")


async def test_no_lie_lets_anybody_in(house: House, provider: Provider) -> None:
    assert set(CLAIMS) <= {*LIES, *OF_CONFIRMING}
    ada = await house.stranger()
    before = await row_counts(house.ledger)
    for lie, rule in LIES.items():
        provider.lie = lie
        said = await said_at(await leave(ada))
        refused = problem(await answer(ada, said), 400, "answer")
        assert refused["rule"] == f"{rule}. Begin again; if it stays so, tell whoever runs this server", lie
        provider.lie = ""
        problem(await answer(ada, said), 400, "state")
    assert (await ada.get("/api/session")).json() == {"me": None}
    assert await row_counts(house.ledger) == before


async def test_another_s_code_gets_nothing_with_or_without_pkce(house: House, provider: Provider) -> None:
    ada, ben = await house.stranger(), await house.stranger()
    for provider.lie, refusal in ("", "was refused by the provider itself"), ("no PKCE", "belongs to another sign-in"):
        said = await said_at(await leave(ada)) | {"code": (await said_at(await leave(ben)))["code"]}
        assert refusal in problem(await answer(ada, said), 400, "answer")["rule"]
    assert provider.asked.count(TOKEN) == 2


async def test_a_provider_that_is_away_says_so_and_may_be_back(
    house: House, provider: Provider, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(people, "PATIENCE_S", 0.5)
    ada = await house.stranger()
    for lie, told in (
        ("500", "answers 500"),
        ("hangs", "does not answer within"),
        ("too much", "answers more than"),
        ("no document", "no such document"),
        ("plain http", "names http://another.example/token, which has to be an address that begins with https://"),
        ("no address", "names https://[another/token, which has to be an address that begins with https://"),
    ):
        provider.lie = lie
        caplog.clear()
        refused = await ada.post("/api/session/openid")
        assert "Lighthouse could not be reached" in problem(refused, 503)["detail"]
        assert refused.headers["retry-after"] == "5"
        assert told in caplog.text
    provider.lie = "token 500"
    said = await said_at(await leave(ada))
    problem(await answer(ada, said), 503)
    provider.lie = ""
    await come_back(ada)


@pytest.mark.parametrize(
    ("issuer", "told"),
    [
        ("http://login.example", "it has to begin with https://"),
        ("http://127.0.0.1:1", "cannot be reached"),
        (None, "set WORDTIDE_OPENID_ISSUER to that"),
    ],
)
async def test_a_wrong_setting_keeps_nobody_out_and_is_told_in_the_log(
    tmp_path: Path, provider: Provider, caplog: pytest.LogCaptureFixture, issuer: str | None, told: str
) -> None:
    client = provider.client
    if issuer is None:
        provider.says_it_is = "https://another.example"
    else:
        client = client._replace(issuer=issuer)
    async with open_house(tmp_path, openid=people.Provider(client)) as house:
        ann = await house.writer()
        problem(await ann.post("/api/session/openid"), 503)
        assert (await ann.get("/api/me")).status_code == 200
    assert told in caplog.text


async def test_a_new_key_is_asked_for_at_most_once_a_minute(house: House, provider: Provider) -> None:
    ada = await house.stranger()
    await come_back(ada)
    await come_back(ada)
    assert (provider.asked.count(FOUND), provider.asked.count(KEYS)) == (1, 1)
    provider.renew_key()
    problem(await answer(ada, await said_at(await leave(ada))), 400, "answer")
    assert provider.asked.count(KEYS) == 1
    house.travel(60)
    await come_back(ada)
    await come_back(ada)
    assert (provider.asked.count(FOUND), provider.asked.count(KEYS)) == (1, 2)
    house.travel(3_600)
    provider.lie = "500"
    problem(await ada.post("/api/session/openid"), 503)


async def test_whoever_did_not_go_on_there_is_told_kindly(house: House, provider: Provider) -> None:
    ada = await house.stranger()
    provider.lie = "denied"
    refused = problem(await answer(ada, await said_at(await leave(ada))), 400)
    assert refused["detail"] == "You did not go on at Lighthouse. Begin again when you like."
    other = {**await said_at(await leave(ada)), "error": "server_error"}
    assert "did not say who you are" in problem(await answer(ada, other), 400)["detail"]


async def test_nobody_is_led_elsewhere(house: House) -> None:
    ada = await house.stranger()
    for to in ("https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "history", ""):
        problem(await ada.post("/api/session/openid", json={"to": to}), 422, "to")
    for to in ("/", "/settings/account", "/history?q=caf%C3%A9+au&project=a,b", "/r/dawn?invite=A_b-c!"):
        assert (await answer(ada, await said_at(await leave(ada, to=to)))).json()["to"] == to


async def test_a_guest_keeps_their_history_and_comes_back_to_it(house: House) -> None:
    ann, elsewhere, ben = await house.writer(), await house.stranger(), await house.writer("Ben")
    await ann.post("/api/me/sessions", json=manual(house, words=412))
    assert (await come_back(ann, ADD))["did"] == "added"
    assert (await come_back(ann, ADD))["did"] == "added"
    (identity,) = (await ann.get(ADD)).json()["identities"]
    assert await what(ann) == ["identity_added"]
    assert (await come_back(elsewhere))["me"]["name"] == "Ann"
    # It is Ann's: nobody else can add it, and Ben does not become her by trying.
    refused = await answer(ben, await said_at(await leave(ben, ADD)))
    assert "is another writer's" in problem(refused, 409, "identity")["rule"]

    away = await ann.delete(f"{ADD}/{identity['id']}")
    assert "last way back" in problem(away, 409, "identity")["rule"]
    problem(await ben.delete(f"{ADD}/{identity['id']}"), 404, "identity")
    left = await ann.delete(f"{ADD}/{identity['id']}", params={"last": True})
    assert left.json()["identities"] == []
    assert await what(ann) == ["identity_removed", "signed_in_openid", "identity_added"]


async def test_a_second_one_at_the_same_provider_waits_for_the_first_to_go(house: House, provider: Provider) -> None:
    ann = await house.writer()
    await come_back(ann, ADD)
    provider.subject = "another"
    refused = await answer(ann, await said_at(await leave(ann, ADD)))
    assert "remove that one first" in problem(refused, 409, "identity")["rule"]


async def test_a_guest_in_whose_browser_somebody_signs_in_is_asked_about(house: House, provider: Provider) -> None:
    for subject in ("ada", "grace"):  # one who is there, and one who begins
        provider.subject = subject
        if subject == "ada":
            await come_back(await house.stranger())
        guest = await house.writer("Guest")
        await guest.post("/api/me/sessions", json=manual(house))
        assert (await come_back(guest))["me"]["name"] == "Ada"
        (met,) = (await guest.get("/api/me/merges")).json()["merges"]
        assert (met["guest"], met["merged_at"]) == ("Guest", None)


async def test_whoever_has_no_name_that_will_do_is_asked_for_one(house: House, provider: Provider) -> None:
    ada = await house.stranger()
    for provider.name in ("\u202ead\u0430", "", "x" * 100, "admin"):
        done = await come_back(ada)
        assert (done["did"], done["me"]) == ("nameless", None)
    said = {"state": done["state"], "name": "admin"}
    problem(await ada.post("/api/session/openid/name", json=said), 422, "name")
    problem(await (await house.stranger()).post("/api/session/openid/name", json=said | {"name": "Eve"}), 400, "state")
    problem(await ada.post("/api/session/openid/name", json=said | {"name": "Ada"}), 400, "state")

    nameless = await answer(ada, await said_at(await leave(ada)))
    assert f"Max-Age={ASKED_MS // 1_000};" in nameless.headers["set-cookie"]  # a name may be said as long as that
    state = nameless.json()["state"]
    begun = await ada.post("/api/session/openid/name", json={"state": state, "name": "Ada"})
    assert begun.json()["me"]["name"] == "Ada"
    assert (await come_back(await house.stranger()))["me"]["id"] == begun.json()["me"]["id"]


async def test_who_has_nothing_else_confirms_by_the_provider(house: House, provider: Provider) -> None:
    ann, stays = await house.writer(), await house.writer("Ben")
    await come_back(ann, ADD)
    later_s = FRESH_MS // 1_000 + 1
    house.travel(later_s)
    provider.ahead_s = later_s
    problem(await ann.post(ADD), 403)
    asked = parse_qs(urlsplit(await leave(ann, CONFIRM)).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    assert (await come_back(ann, CONFIRM))["did"] == "confirmed"
    assert (await ann.post(ADD)).status_code == 200
    assert (await stays.post(ADD)).status_code == 200  # a guest who keeps nothing has nothing to confirm by


async def test_a_confirmation_is_by_one_s_own_identity_and_new(house: House, provider: Provider) -> None:
    ann, key = await house.writer(), authenticator()
    await added(ann, key)
    await come_back(ann, ADD)
    for lie in OF_CONFIRMING:
        provider.lie = lie
        said = await said_at(await leave(ann, CONFIRM))
        assert "showed just now who you are" in problem(await answer(ann, said), 400, "answer")["rule"]
    mine, provider.lie, provider.subject = provider.subject, "", "another"
    said = await said_at(await leave(ann, CONFIRM))
    problem(await answer(ann, said), 409, "identity")
    provider.subject = mine
    before = (await ann.get("/api/me/devices")).json()
    assert (await come_back(ann, CONFIRM))["did"] == "confirmed"
    assert (await ann.get("/api/me/devices")).json() == before


async def test_what_one_asked_for_is_not_answered_as_another(house: House) -> None:
    ann = await house.writer()
    said = await said_at(await leave(ann, ADD))
    await ann.post("/api/session/end")
    problem(await answer(ann, said), 409, "state")
    assert (await come_back(ann))["me"]["name"] == "Ada"
