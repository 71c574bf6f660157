"""A writer's authenticator at the house, and what it is asked over HTTP."""

from typing import Any

import httpx

from tests.support.authenticator import Authenticator
from tests.web.house import HOST

ORIGIN = f"http://{HOST}"


def authenticator(count: int | None = 0) -> Authenticator:
    return Authenticator(ORIGIN, HOST, count)


async def asked(client: httpx.AsyncClient, of: str) -> dict[str, Any]:
    answer = await client.post(f"/api/{of}/options")
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.json()
    return options


async def added(client: httpx.AsyncClient, key: Authenticator, name: str | None = "Blue key") -> dict[str, Any]:
    made = key.made(await asked(client, "me/passkeys"))
    answer = await client.post("/api/me/passkeys", json={**made, "name": name})
    assert answer.status_code == 201, answer.text
    passkey: dict[str, Any] = answer.json()
    return passkey


async def sign_in(client: httpx.AsyncClient, key: Authenticator, **wrong: str) -> httpx.Response:
    return await client.post("/api/session/passkey", json=key.used(await asked(client, "session/passkey"), **wrong))
