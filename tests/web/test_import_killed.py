"""A process that is killed in the middle of an import: nothing of it is seen, and the same import again brings all."""

import asyncio
import contextlib
import json
import sqlite3
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from server.ledger.engine import SQLITE_FILE
from tests.porting.files import tally, zipped
from tests.support.server import ServerProcess

pytestmark = pytest.mark.faults
N = 8_000
FILE = zipped(*(tally(f"{n:08}", f"20{10 + n // 800}-{1 + n % 12:02}-{1 + n % 28:02}", "word", 100) for n in range(N)))


async def test_killed_half_way_nothing_is_seen_and_a_repeat_brings_all(tmp_path: Path) -> None:
    async with ServerProcess(data=tmp_path) as server, httpx.AsyncClient(base_url=server.url, timeout=30) as ann:
        await ann.post("/api/session", json={"name": "Ann", "zone": "UTC"})
        params = {"id": str(uuid4()), "name": "trackbear.zip"}
        with pytest.raises(httpx.TransportError):
            await _import_until_killed(ann, params, server)
        assert 1_000 <= _kept(tmp_path) < N

        await asyncio.to_thread(server.start)

        assert (await ann.get("/api/me/imports")).json() == {"imports": []}
        assert (await ann.get("/api/me/history")).json()["totals"]["sessions"] == 0
        preview = await ann.post("/api/me/imports/preview", content=FILE)
        assert (preview.json()["sessions"], preview.json()["already"]) == (N, 0)
        again = await ann.post("/api/me/imports", params=params, content=FILE)
        assert json.loads(again.text.splitlines()[-1])["result"]["sessions"] == N
        assert _kept(tmp_path) == N


async def _import_until_killed(ann: httpx.AsyncClient, params: dict[str, str], server: ServerProcess) -> None:
    async with ann.stream("POST", "/api/me/imports", params=params, content=FILE) as answer:
        async for line in answer.aiter_lines():
            if json.loads(line)["done"] >= 1_000:
                await asyncio.to_thread(server.kill)


def _kept(data: Path) -> int:
    """Sessions in the database, seen or not."""
    with contextlib.closing(sqlite3.connect(data / SQLITE_FILE)) as opened:
        return int(opened.execute("SELECT count(*) FROM writing_sessions").fetchone()[0])
