"""Personal tokens, made over HTTP."""

from typing import Any
from uuid import uuid4

import httpx


def asked(**more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "name": "word counter", "scopes": ["profile:read"], **more}


async def make(writer: httpx.AsyncClient, **more: Any) -> dict[str, Any]:
    answer = await writer.post("/api/me/tokens", json=asked(**more))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def bearing(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}
