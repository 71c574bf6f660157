"""Going to the OpenID provider and back, as a browser does; and who has been there before."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from server.core.openid import Claimed
from tests.web.house import House

_TRUSTED = httpx.create_ssl_context()  # once: it takes 20 ms, and nothing here is encrypted


async def leave(client: httpx.AsyncClient, path: str = "/api/session/openid", **said: str) -> str:
    answer = await client.post(path, json=said)
    assert answer.status_code == 200, answer.text
    address: str = answer.json()["url"]
    return address


async def said_at(address: str) -> dict[str, str]:
    """What the provider says at this address, as the page hands it on."""
    async with httpx.AsyncClient(verify=_TRUSTED) as browser:
        sent_back = await browser.get(address)
    assert sent_back.status_code == 302, sent_back.text
    return dict(parse_qsl(urlsplit(sent_back.headers["location"]).query))


async def answer(client: httpx.AsyncClient, said: dict[str, str], **more: str) -> httpx.Response:
    return await client.post("/api/session/openid/answer", json=said | more)


async def come_back(client: httpx.AsyncClient, path: str = "/api/session/openid", **more: str) -> dict[str, Any]:
    """There and back, and all went well."""
    answered = await answer(client, await said_at(await leave(client, path)), **more)
    assert answered.status_code == 200, answered.text
    done: dict[str, Any] = answered.json()
    return done


async def keeping(house: House, name: str) -> httpx.AsyncClient:
    """A writer with a way to sign in again."""
    client = await house.writer(name)
    me = (await client.get("/api/me")).json()["id"]
    claimed = Claimed(house.provider.issuer, name)
    assert await house.ledger.identities.add(me, claimed, "Lighthouse", "", house.clock.now())
    return client
