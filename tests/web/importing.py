"""Files brought over HTTP, and a history with some of everything."""

import json
from typing import Any
from uuid import uuid4

import httpx

from tests.porting.files import tally, zipped
from tests.web.house import House, new_room, new_sprint


async def preview(client: httpx.AsyncClient, file: bytes, **said: str) -> dict[str, Any]:
    answer = await client.post("/api/me/imports/preview", params=said, content=file)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def imported(client: httpx.AsyncClient, file: bytes, status: int = 201, **said: str) -> list[dict[str, Any]]:
    params = {"id": str(uuid4()), "name": "words.csv", **said}
    answer = await client.post("/api/me/imports", params=params, content=file)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert "content-encoding" not in answer.headers, "packed, progress comes at the end"
    return [json.loads(line) for line in answer.text.splitlines()]


async def history_of(house: House) -> httpx.AsyncClient:
    """A sprint, an entry by hand that took words away, an import with words, minutes and pages."""
    ann = await house.writer("Ann")
    sprint = await new_sprint(ann, (await new_room(ann, "=HYPERLINK(1)"))["slug"])
    house.travel(600)
    await house.count(ann, sprint, 500, active_ms=754_321)
    entry = {"id": str(uuid4()), "started_at": "2026-01-05T23:30:00Z", "minutes": 0.5, "words": -400}
    assert (await ann.post("/api/me/sessions", json={**entry, "note": '-1, "quoted"\nand \'=more'})).is_success
    tallies = (
        tally("a", "2025-12-30", "word", 1_000),
        tally("b", "2025-12-30", "time", 45),
        tally("c", "2025-12-31", "page", 3, "Script"),
        tally("d", "2025-12-31", "time", 30, "Revising"),
    )
    await imported(ann, zipped(*tallies))
    return ann
