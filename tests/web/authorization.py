"""Who may make which call: a house with its people, and the one list of what is refused to whom.

Everything else follows from the table of routes. Of a writer's own things each has their own; the resources in paths
are the host's, and the room is private.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from itertools import count
from typing import Any, get_args
from uuid import uuid4

import httpx

from protocol import account, http, openid, streak
from protocol.tokens import NewToken, Scope
from server.core.instants import instant
from server.core.openid import Claimed
from server.web.route import Auth, Route
from tests.support.authenticator import Authenticator
from tests.web.examples import example
from tests.web.house import House, manual, new_sprint
from tests.web.openid import leave, said_at
from tests.web.passkeys import authenticator


class Who(Enum):
    NOBODY = "nobody"
    MEMBER = "a guest who is in the room"
    OTHER = "another writer"
    HOST = "the host"
    WITHOUT = "a token of the host's without the scope"
    WITH = "a token of the host's with the scope"
    REVOKED = "a session that was revoked"
    ELSEWHERE = "the host's browser, on a page elsewhere"


STRANGERS = {Who.NOBODY: 404, Who.OTHER: 404}
OTHERS = {Who.MEMBER: 404, Who.OTHER: 404}
OWN: dict[Who, int] = {}
"""About whoever asks, or for everybody."""

REFUSED: dict[tuple[str, str], dict[Who, int]] = {
    ("POST", "/api/session"): OWN,
    ("POST", "/api/session/link"): OWN,
    ("POST", "/api/session/passkey/options"): OWN,
    ("POST", "/api/session/passkey"): OWN,
    ("POST", "/api/session/recovery"): OWN,
    ("POST", "/api/session/confirm/options"): OWN,
    # What has to be signed was asked for by the host.
    ("POST", "/api/session/confirm"): {Who.MEMBER: 409, Who.OTHER: 409},
    ("GET", "/api/session"): OWN,
    ("POST", "/api/session/end"): OWN,
    ("GET", "/api/me"): OWN,
    ("PATCH", "/api/me"): OWN,
    ("POST", "/api/me/delete"): OWN,
    ("GET", "/api/me/history"): OWN,
    ("GET", "/api/me/overview"): OWN,
    ("GET", "/api/me/years/{year}"): OWN,
    ("GET", "/api/me/sessions"): OWN,
    ("POST", "/api/me/sessions"): OWN,
    ("PATCH", "/api/me/sessions/{session}"): OTHERS,
    ("GET", "/api/sprints/{id}/mine"): {Who.OTHER: 404},
    ("PUT", "/api/sprints/{id}/mine"): {Who.OTHER: 404},
    ("GET", "/api/me/export.csv"): OWN,
    ("GET", "/api/me/export.json"): OWN,
    ("GET", "/api/me/archive.zip"): OWN,
    ("GET", "/api/me/calendar"): OWN,
    ("POST", "/api/me/calendar"): OWN,
    ("DELETE", "/api/me/calendar"): OWN,
    ("GET", "/calendar/{secret}.ics"): OWN,
    ("GET", "/api/me/imports"): OWN,
    ("POST", "/api/me/imports"): OWN,
    ("POST", "/api/me/imports/preview"): OWN,
    ("DELETE", "/api/me/imports/{import_id}"): OTHERS,
    ("GET", "/api/me/streak"): OWN,
    ("GET", "/api/me/rests"): OWN,
    ("POST", "/api/me/rests"): OWN,
    ("DELETE", "/api/me/rests/{rest}"): OTHERS,
    ("GET", "/api/me/projects"): OWN,
    ("POST", "/api/me/projects"): OWN,
    ("GET", "/api/me/projects/{project}"): OTHERS,
    ("PATCH", "/api/me/projects/{project}"): OTHERS,
    ("GET", "/api/me/goals"): OWN,
    ("PUT", "/api/me/goals/{period}"): OWN,
    ("DELETE", "/api/me/goals/{period}"): OWN,
    ("POST", "/api/me/links"): OWN,
    ("GET", "/api/me/devices"): OWN,
    ("POST", "/api/me/devices/sign-out-others"): OWN,
    ("DELETE", "/api/me/devices/{device}"): OTHERS,
    ("GET", "/api/me/passkeys"): OWN,
    ("POST", "/api/me/passkeys/options"): OWN,
    ("POST", "/api/me/passkeys"): {Who.MEMBER: 409, Who.OTHER: 409},
    ("PATCH", "/api/me/passkeys/{passkey}"): OTHERS,
    ("DELETE", "/api/me/passkeys/{passkey}"): OTHERS,
    ("GET", "/api/session/openid"): OWN,
    ("POST", "/api/session/openid"): OWN,
    ("POST", "/api/session/openid/answer"): OWN,
    ("POST", "/api/session/openid/name"): OWN,
    ("POST", "/api/session/openid/confirm"): OWN,
    ("GET", "/api/me/identities"): OWN,
    ("POST", "/api/me/identities"): OWN,
    ("DELETE", "/api/me/identities/{identity}"): OTHERS,
    ("GET", "/api/me/recovery"): OWN,
    ("POST", "/api/me/recovery"): OWN,
    ("GET", "/api/me/audit"): OWN,
    ("GET", "/api/me/tokens"): OWN,
    ("POST", "/api/me/tokens"): OWN,
    ("DELETE", "/api/me/tokens/{token}"): OTHERS,
    ("GET", "/api/me/merges"): OWN,
    ("POST", "/api/me/merges/{merge}"): OTHERS,
    ("POST", "/api/me/merges/{merge}/undo"): OTHERS,
    ("POST", "/api/me/merges/{merge}/link"): OTHERS,
    ("GET", "/api/rooms"): OWN,
    ("POST", "/api/rooms"): OWN,
    ("GET", "/api/rooms/{slug}"): STRANGERS,
    ("POST", "/api/rooms/{slug}/join"): {Who.OTHER: 404},
    ("GET", "/api/rooms/{slug}/writers"): STRANGERS,
    ("POST", "/api/rooms/{slug}/sprints"): {Who.MEMBER: 403, Who.OTHER: 404},
    ("GET", "/api/sprints/{id}"): STRANGERS,
    ("POST", "/api/sprints/{id}/count"): {Who.OTHER: 404},
    ("GET", "/healthz"): OWN,
    ("GET", "/readyz"): OWN,
}
"""Every route, with the status that its resources have for those whose they are not."""
LAST_WORDS = ("/api/session/end", "/api/me/delete")
"""Whoever said these is nobody any longer."""


def expected(route: Route, who: Who) -> set[int]:
    """The statuses that this call may be answered with."""
    done = {route.status, *route.also}
    if who is Who.ELSEWHERE:
        return {403} if route.unsafe else done  # a browser shows a page elsewhere no answer to its reads
    if route.auth is Auth.NONE:
        return done
    if who is Who.WITHOUT or (who is Who.WITH and route.scope is None):
        return {403}
    if who is Who.REVOKED:
        who = Who.NOBODY
    if who is Who.NOBODY and route.auth is Auth.REQUIRED:
        return {401}
    refused = REFUSED[route.method, route.path].get(who)
    return done if refused is None else {refused}


@dataclass(frozen=True, slots=True)
class About:
    """What one request says."""

    path: str
    resources: dict[str, object]
    """What is named in the path, by its placeholder."""
    query: dict[str, str]
    body: dict[str, Any] | None
    file: bytes | None


@dataclass
class People:
    """`tokens`: the host's, by the scope that each lacks; None: of one that has them all."""

    house: House
    client: httpx.AsyncClient
    cookies: dict[Who, str]
    tokens: dict[str | None, str]
    host: int
    room: dict[str, Any]
    sprint: int
    _n: "count[int]"
    key: Authenticator = field(default_factory=authenticator)
    """The host's."""
    left: str = ""
    """The cookie of whoever left for the provider last: all have it, as if they were in that browser."""

    @classmethod
    async def of(cls, house: House) -> "People":
        known = (Who.HOST, Who.MEMBER, Who.OTHER, Who.REVOKED)
        clients = {who: await house.writer(who.value) for who in known}
        cookies = {who: client.cookies["wordtide"] for who, client in clients.items()}
        await clients[Who.REVOKED].post("/api/session/end")
        host = clients[Who.HOST]
        scopes = get_args(Scope)
        tokens: dict[str | None, str] = {}
        for lacking in (None, *scopes):
            said = {"id": str(uuid4()), "name": "a", "scopes": [each for each in scopes if each != lacking]}
            tokens[lacking] = (await host.post("/api/me/tokens", json=said)).json()["secret"]
        people = cls(
            house,
            await house.stranger(),
            {**cookies, Who.ELSEWHERE: cookies[Who.HOST]},
            tokens,
            (await host.get("/api/me")).json()["id"],
            {},
            0,
            count(),
        )
        people.room = await people._private_room()
        people.sprint = (await new_sprint(host, people.room["slug"]))["id"]
        await people._new_passkey(people.key)
        await people._known_to_the_provider()
        return people

    def _headers(self, route: Route, who: Who) -> dict[str, str]:
        found: dict[str, str] = {}
        if who in (Who.WITH, Who.WITHOUT):
            lacking = None if who is Who.WITH or route.scope is None else route.scope
            found["Authorization"] = f"Bearer {self.tokens[lacking]}"
        elif who is not Who.NOBODY:
            found["Cookie"] = f"wordtide={self.cookies[who]}; {self.left}"
        else:
            found["Cookie"] = self.left
        if who is Who.ELSEWHERE:
            found["Origin"] = "https://elsewhere.example"
        return found

    async def about(self, route: Route) -> About:
        """What to ask of it: about resources of the host's that nobody has touched."""
        resources = await self._resources(route)
        return About(
            route.path.format(**resources),
            resources,
            {"id": str(uuid4())} if route.file else {},
            await self._body(route),
            self._file() if route.file else None,
        )

    async def ask(self, route: Route, who: Who, about: About) -> httpx.Response:
        more: dict[str, Any] = {"content": about.file} if route.file else {"json": about.body}
        headers = self._headers(route, who)
        if route.request is http.DeleteMe:
            more["json"] = {"confirm": (await self._send("GET", "/api/me", headers)).json().get("name", "")}
        answer = await self._send(route.method, about.path, headers, params=about.query, **more)
        if who is Who.HOST and route.request is not openid.OpenIdName:  # by which somebody else begins
            self._stay(answer)
        return answer

    async def say(self, case: Any) -> httpx.Response:
        """A request of schemathesis', as the host."""
        said = case.as_transport_kwargs(base_url=str(self.client.base_url))
        headers = {name: value.encode("latin-1") for name, value in said["headers"].items()}
        headers["Cookie"] = f"wordtide={self.cookies[Who.HOST]}".encode()
        answer = await self._send(
            said["method"],
            said["url"],
            headers,
            params=said["params"],
            json=said.get("json"),
            content=said.get("data"),
        )
        self._stay(answer)
        return answer

    def _stay(self, answer: httpx.Response) -> None:
        """Whoever signs in anew is signed in by another token."""
        if "wordtide" in answer.cookies:
            self.cookies[Who.HOST] = self.cookies[Who.ELSEWHERE] = answer.cookies["wordtide"]

    async def _send(self, method: str, path: str, headers: Any, **more: Any) -> httpx.Response:
        self.client.cookies.clear()
        return await self.client.request(method, path, headers=headers, **more)

    async def _as_host(self, method: str, path: str, **more: Any) -> Any:
        answer = await self._send(method, path, {"Cookie": f"wordtide={self.cookies[Who.HOST]}"}, **more)
        assert answer.is_success, answer.text
        return answer

    async def _private_room(self) -> dict[str, Any]:
        made = await self._as_host("POST", "/api/rooms", json={"title": "Us", "visibility": "private"})
        room: dict[str, Any] = made.json()
        member = {"Cookie": f"wordtide={self.cookies[Who.MEMBER]}"}
        invite = {"invite": room["url"].partition("invite=")[2]}
        joined = await self._send("POST", f"/api/rooms/{room['slug']}/join", member, json=invite)
        assert joined.is_success, joined.text
        return room

    async def _resources(self, route: Route) -> dict[str, object]:
        """What the path names: made anew where the call may use it up."""
        shared: dict[str, object] = {"id": self.sprint, "slug": self.room["slug"], "year": 2026, "period": "week"}
        found = {name: value for name, value in shared.items() if f"{{{name}}}" in route.path}
        if route.path == "/api/rooms/{slug}/sprints":
            found["slug"] = (await self._private_room())["slug"]
        if "{session}" in route.path:
            found["session"] = (await self._as_host("POST", "/api/me/sessions", json=manual(self.house))).json()["id"]
        if "{project}" in route.path:
            said = {"id": str(uuid4()), "title": "Novel"}
            found["project"] = (await self._as_host("POST", "/api/me/projects", json=said)).json()["id"]
        if "{rest}" in route.path:
            found["rest"] = (await self._as_host("POST", "/api/me/rests", json=self._rest())).json()["id"]
        if "{import_id}" in route.path:
            id = str(uuid4())
            await self._as_host("POST", "/api/me/imports", params={"id": id}, content=self._file())
            found["import_id"] = id
        if "{secret}" in route.path:
            made = (await self._as_host("POST", "/api/me/calendar")).json()
            found["secret"] = made["url"].rpartition("/")[2].removesuffix(".ics")
        if "{device}" in route.path:
            await self._send("POST", "/api/session/link", {}, json={"code": await self._link()})
            devices = (await self._as_host("GET", "/api/me/devices")).json()["devices"]
            found["device"] = next(each["id"] for each in devices if not each["here"])
        if "{passkey}" in route.path:
            found["passkey"] = await self._new_passkey(authenticator())
        if "{identity}" in route.path:
            found["identity"] = await self._identity_elsewhere()
        if "{merge}" in route.path:
            found["merge"] = await self._guest_of_the_host()
        if "{token}" in route.path:
            said = example(NewToken, self.house)
            found["token"] = (await self._as_host("POST", "/api/me/tokens", json=said)).json()["token"]["id"]
        return found

    async def _guest_of_the_host(self) -> str:
        """The host signed in where a guest was who had begun a project."""
        guest = await self.house.writer("a guest")
        await guest.post("/api/me/projects", json={"id": str(uuid4()), "title": "Novel"})
        code, now = f"a link for a guest, the {next(self._n)}.", self.house.clock.now()
        await self.house.ledger.links.make(self.host, code, now, now + 60_000)
        assert (await guest.post("/api/session/link", json={"code": code})).is_success
        # The host's browser from now on: only there the two have met.
        self.cookies[Who.HOST] = self.cookies[Who.ELSEWHERE] = guest.cookies["wordtide"]
        met: str = (await guest.get("/api/me/merges")).json()["merges"][0]["id"]
        return met

    async def _body(self, route: Route) -> dict[str, Any] | None:
        if route.request is None or route.by_query:
            return None
        if route.request is http.SignIn:
            return {"code": await self._link()}
        if route.request is account.NewPasskey:
            return await self._made(authenticator())
        if route.request is account.Assertion:
            return self.key.used((await self._as_host("POST", f"{route.path}/options")).json())
        if route.request is account.RecoveryCode:
            return {"code": (await self._as_host("POST", "/api/me/recovery")).json()["codes"][0]}
        if route.request is openid.OpenIdAnswer:
            return await self._said_by_the_provider()
        if route.request is openid.OpenIdName:
            return await self._nameless()
        return self._rest() if route.request is streak.NewRest else example(route.request, self.house)

    async def _link(self) -> str:
        """The code of one that makes its browser the host's."""
        code, now = f"a link to the host {uuid4()}", self.house.clock.now()
        await self.house.ledger.links.make(self.host, code, now, now + 60_000)
        return code

    async def _made(self, key: Authenticator) -> dict[str, Any]:
        return key.made((await self._as_host("POST", "/api/me/passkeys/options")).json())

    async def _new_passkey(self, key: Authenticator) -> str:
        await self._as_host("POST", "/api/me/passkeys", json=await self._made(key))
        return key.id

    async def _known_to_the_provider(self) -> None:
        provider = self.house.provider
        provider.subject = str(uuid4())
        claimed = Claimed(provider.issuer, provider.subject)
        await self.house.ledger.identities.add(self.host, claimed, "Lighthouse", "", self.house.clock.now())

    async def _identity_elsewhere(self) -> str:
        """At a provider of its own: at each a writer has one."""
        issuer = f"https://{next(self._n)}.example"
        claimed = Claimed(issuer, "host")
        await self.house.ledger.identities.add(self.host, claimed, "Elsewhere", "", self.house.clock.now())
        known = (await self._as_host("GET", "/api/me/identities")).json()["identities"]
        id: str = next(each["id"] for each in known if each["issuer"] == issuer)
        return id

    async def _said_by_the_provider(self) -> dict[str, str]:
        """In a browser where nobody is signed in: the cookie that it left with is everybody's from now on."""
        browser = await self.house.stranger()
        said = await said_at(await leave(browser))
        self.left = f"wordtide-openid={browser.cookies['wordtide-openid']}"
        return said

    async def _nameless(self) -> dict[str, str]:
        """Somebody new, whose name nobody knows."""
        provider, said = self.house.provider, await self._said_by_the_provider()
        host, provider.subject, provider.name = provider.subject, str(uuid4()), ""
        answered = await self._send("POST", "/api/session/openid/answer", {"Cookie": self.left}, json=said)
        provider.subject = host
        return {"state": answered.json()["state"], "name": "Nell"}

    def _rest(self) -> dict[str, str]:
        """A day of its own."""
        day = (instant(self.house.clock.now()) + timedelta(days=3 + 2 * next(self._n))).date().isoformat()
        return {"id": str(uuid4()), "first": day, "last": day}

    def _file(self) -> bytes:
        return f"date,count\n2026-01-01,{next(self._n) + 1}".encode()
