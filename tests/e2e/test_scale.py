"""docker-compose.yml as it stands: read by docker-compose, run as plain processes, and a sprint through its proxy."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import Arrive, meet
from tests.support.browser import OF_THE_LINE
from tests.support.composed import Composed
from tests.support.ports import free_port
from tests.support.server import ROOT
from tests.support.wait import wait_until

PROCESS = re.compile(r"^([\w-]+), process (\d+): ", re.MULTILINE)


class Scaled:
    """`./dev scale`, running. `said`: what it has printed so far."""

    def __init__(self, log: Path, port: int) -> None:
        self.url, self._log = f"http://127.0.0.1:{port}", log
        command = [sys.executable, "-m", "tests.support.scale", "--port", str(port)]
        with log.open("wb") as said:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=said, stderr=said)

    @property
    def said(self) -> str:
        return self._log.read_text()

    @property
    def processes(self) -> dict[str, int]:
        return {name: int(pid) for name, pid in PROCESS.findall(self.said)}


@pytest.fixture
def scaled(tmp_path: Path) -> Iterator[Scaled]:
    running = Scaled(tmp_path / "said", free_port())
    try:
        yield running
    finally:
        running.process.terminate()
        status = running.process.wait(30)
    assert status == 0, running.said
    assert [pid for pid in running.processes.values() if Path(f"/proc/{pid}").exists()] == []


async def test_a_sprint_goes_through_the_proxy_and_on_when_a_server_is_killed(arrive: Arrive, scaled: Scaled) -> None:
    await wait_until(lambda: "is open at" in scaled.said or scaled.process.poll() is not None, 60)
    assert list(scaled.processes) == ["redis", "server-1", "server-2", "proxy"], scaled.said
    people = await meet(arrive, "Ada", "Ben", "Cy", url=scaled.url)
    for each in people:
        each.forgives = OF_THE_LINE
    ada, ben, cy = people
    await ada.schedule()
    for each, text in (ada, "three words here"), (ben, "and two"), (cy, "one"):
        await each.sees_phase("writing")
        await each.write(text)
    await ada.sees_total(6)
    os.kill(scaled.processes["server-1"], signal.SIGKILL)
    await asyncio.gather(*(each.page.keyboard.type(" and more") for each in people))
    for each in people:
        await each.sees_total(12)
        await each.sees_saved()
    await wait_until(lambda: "server-1 ended with -9, and starts again" in scaled.said)
    await ada.ring()
    await ada.close_counting()
    for each in people:
        await each.sees_result("Ada", 5)
        await each.sees_result("Ben", 4)
        await each.sees_result("Cy", 3)


@contextmanager
def listening(port: int, folder: Path, *assets: str) -> Iterator[None]:
    """A server of which the proxy sees what it sees of ours: that it is ready, its version's files, its metrics."""
    for name in ("readyz", "metrics", *(f"assets/{each}" for each in assets)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(SimpleHTTPRequestHandler, directory=folder))
    serving = threading.Thread(target=partial(server.serve_forever, poll_interval=0.05))
    serving.start()
    try:
        yield
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


async def test_while_servers_are_of_two_versions_either_ones_page_gets_its_files(tmp_path: Path) -> None:
    composed = Composed(only="proxy")
    first, second = composed.ports["server-1"], composed.ports["server-2"]

    async def asked(*names: str) -> list[int]:
        async with httpx.AsyncClient(base_url=composed.url) as browser:
            return [(await browser.get(name)).status_code for name in names]

    with ExitStack() as first_runs, listening(second, tmp_path / "second", "old.js"):
        first_runs.enter_context(listening(first, tmp_path / "first", "new.js"))
        with composed:
            assert await asked("/assets/new.js", "/assets/old.js", "/assets/none.js") == [200, 200, 404]
            assert await asked("/readyz", "/metrics") == [200, 404]
            first_runs.close()
            assert await asked("/assets/old.js", "/assets/none.js") == [200, 404]


async def test_docker_compose_reads_the_file_as_it_is_meant(tmp_path: Path) -> None:
    asked = ["docker-compose", "-f", str(ROOT / "docker-compose.yml"), "config"]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "WORDTIDE_PUBLIC_URL": "https://write.example.org",
    }
    process = await asyncio.create_subprocess_exec(*asked, env=environment, stdout=-1, stderr=-1)
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    read = out.decode()
    for meant in (
        "SITE: https://write.example.org",
        "WORDTIDE_PUBLIC_URL: https://write.example.org",
        "read_only: true",
    ):
        assert meant in read
