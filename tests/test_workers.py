"""`serve --workers N` as it begins and ends: what it refuses, when it greets, and what becomes of its workers."""

import asyncio
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import httpx
import pytest

from server import config, workers
from tests.support.ports import free_port
from tests.support.postgres import Postgres
from tests.support.server import ROOT, ServerProcess
from tests.support.valkey import Valkey
from tests.support.wait import wait_until

NOWHERE = {"redis_url": "redis://127.0.0.1:1", "database_url": "postgresql://ana:geheim@127.0.0.1:1/x"}
PATIENCE_S = 30


def serve(port: int, **settings: object) -> subprocess.CompletedProcess[str]:
    """`serve --workers 2` that is expected to end by itself."""
    said = {f"WORDTIDE_{name.upper()}": str(value) for name, value in settings.items()}
    command = [sys.executable, "-m", "server", "serve", "--workers", "2", "--port", str(port)]
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", **said}
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


def test_workers_that_cannot_start_end_it_all_with_what_they_say() -> None:
    ended = serve(free_port(), **NOWHERE)
    assert ended.returncode == 1
    assert "Wordtide is open" not in ended.stdout
    assert "WORDTIDE_DATABASE_URL" in ended.stderr
    assert "geheim" not in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_worker_for_which_the_machine_has_no_room_is_tried_again_later(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    room_for = iter([True, False, True])

    def start(_: SpawnProcess) -> None:
        """And it ends at once: nothing runs."""
        if not next(room_for):
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(SpawnProcess, "start", start)
    place = workers.Worker(config.read({}), "127.0.0.1", 0)
    place.has_served = True
    for _ in range(2):
        workers._look_at(place)
        assert place.due > time.monotonic()
        place.due = time.monotonic()
    assert caplog.messages[-1].startswith("a server process cannot be started: [Errno 11]")
    workers._look_at(place)
    assert list(room_for) == []
    assert not place.due


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[ServerProcess]:
    postgres = Postgres.start_new()
    try:
        with Valkey(tcp=True) as valkey:
            settings: dict[str, Any] = {"redis_url": valkey.url, "database_url": postgres.url(), "data": tmp_path}
            async with ServerProcess("--workers", "2", **settings) as running:
                yield running
    finally:
        postgres.close()


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def worker(server: ServerProcess) -> int | None:
    async with httpx.AsyncClient() as one_connection:
        try:
            return int((await one_connection.get(f"{server.url}/healthz")).json()["pid"])
        except httpx.TransportError:
            return None


async def test_the_port_is_its_own_and_its_workers_end_with_it(pair: ServerProcess) -> None:
    await wait_until(lambda: f"Wordtide is open at http://localhost:{pair.port}" in pair.log, PATIENCE_S)
    second = await asyncio.to_thread(
        serve, pair.port, redis_url=pair.settings["redis_url"], database_url=pair.settings["database_url"]
    )
    assert second.returncode == 1
    assert f"Port {pair.port} on 127.0.0.1 is in use" in second.stderr
    assert "--port" in second.stderr
    assert "Traceback" not in second.stderr
    seen: set[int] = set()

    async def are_seen() -> bool:
        answered = await worker(pair)
        seen.update([answered] if answered is not None else [])
        return len(seen) == 2

    await wait_until(are_seen, PATIENCE_S)
    os.kill(pair.pid, signal.SIGKILL)
    await wait_until(lambda: not any(map(lives, seen)), PATIENCE_S)
    assert await worker(pair) is None
