"""What docker-compose.yml names, as plain processes of this machine: its very commands, environments, secrets, files.

A container has a name, an address and a file system of its own. Here they share this machine's: names become free ports
of 127.0.0.1, mounted files and secrets lie in a folder, and both are put in wherever the file names them.
"""

import asyncio
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import asyncpg
import yaml

from tests.support.ports import free_port
from tests.support.postgres import FAST, Postgres
from tests.support.server import ROOT
from tests.support.valkey import wheel_binary

FILE = ROOT / "docker-compose.yml"
READY_S = 30.0
_UNSET = re.compile(r"\$\{\w+:-([^}]*)\}")


@dataclass
class Service:
    """One of the file's: what it runs, once `Composed` has put this machine's names in."""

    name: str
    command: list[str]
    environment: dict[str, str]
    port: int
    log: Path
    check: list[str] | None
    """What tells by its status whether the service is healthy, where the file says so and its program is here."""
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def running(self) -> subprocess.Popen[bytes]:
        assert self.process is not None, f"{self.name} has not been started"
        return self.process

    def start(self) -> None:
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdout=said, stderr=said, start_new_session=True
            )

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Composed:
    """`with Composed() as composed`: all of it runs, and `composed.url` is the proxy's. Raises RuntimeError with what a
    service said that does not start.

    `port`: the proxy's, or any free one. `only`: starts this service alone, and whoever wants others listens in their
    place at their `ports`. What the file leaves to variables is as where none is set.
    """

    def __init__(self, port: int = 0, only: str | None = None) -> None:
        self._compose: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
        self._stack = ExitStack()
        self.folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="wordtide-scale-")))
        self.ports = {name: free_port() for name in self._compose["services"]}
        if port:
            self.ports["proxy"] = port
        self._only = only
        self.services: dict[str, Service] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports['proxy']}"

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _start(self) -> None:
        secrets = self._make_secrets()
        if self._only is None:
            self._start_postgres(secrets)
        servers = (each for each in self._compose["services"] if each.startswith("server-"))
        for name in ("redis", *servers, "proxy") if self._only is None else (self._only,):
            if name == "proxy":  # ends before them: it would keep for ten seconds what no server takes
                self._stack.callback(self._terminate_servers)
            self.services[name] = service = self._service(name, secrets)
            self._stack.callback(service.end)
            service.start()
            if name != "redis":  # the servers wait for it themselves, as they do for a database that is not up yet
                self._wait(service)

    def _terminate_servers(self) -> None:
        """Each takes a while to end: so they do it together."""
        for each in self.services.values():
            if each.name.startswith("server-"):
                each.running.terminate()

    def _make_secrets(self) -> dict[str, Path]:
        made = {name: self.folder / name for name in self._compose["secrets"]}
        for file in made.values():
            file.write_text("p@ss/w:rd of a test\n")
        return made

    def _start_postgres(self, secrets: dict[str, Path]) -> None:
        """The image's own start does what is done here for the variables that the file gives it."""
        said = self._compose["services"]["postgres"]["environment"]
        password = secrets[Path(said["POSTGRES_PASSWORD_FILE"]).name].read_text().strip()
        place = {"listen_addresses": "127.0.0.1", "port": str(self.ports["postgres"])}
        postgres = Postgres.start_new({**FAST, **place})
        self._stack.callback(postgres.close)
        hba = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        (postgres.data / "pg_hba.conf").write_text(hba)

        async def prepare() -> None:
            connection = await asyncpg.connect(f"{postgres.url()}&port={self.ports['postgres']}")
            role, database = said["POSTGRES_USER"], said["POSTGRES_DB"]
            await connection.execute(f"ALTER ROLE {role} PASSWORD '{password}'")
            await connection.execute(f"CREATE DATABASE {database} OWNER {role}")
            await connection.execute("SELECT pg_reload_conf()")
            await connection.close()

        asyncio.run(prepare())

    def _service(self, name: str, secrets: dict[str, Path]) -> Service:
        said = self._compose["services"][name]
        files = {f"/run/secrets/{each}": str(file) for each, file in secrets.items()}
        for volume in said.get("volumes", ()):
            source, target, *_ = volume.split(":")
            if source.startswith("."):
                files[target] = str(self._mounted(ROOT / source))
            else:
                files[target] = str(self.folder / source)
        environment = {key: self._put_in(str(value), files) for key, value in said.get("environment", {}).items()}
        command = [self._put_in(each, files) for each in said["command"]]
        return Service(
            name,
            _program(command, self.ports[name]),
            {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONUNBUFFERED": "1", **environment},
            self.ports[name],
            self.folder / f"{name}.log",
            _check(said.get("healthcheck", {}), self.ports[name]),
        )

    def _mounted(self, source: Path) -> Path:
        copy = self.folder / source.name
        copy.write_text(self._put_in(source.read_text(encoding="utf-8"), {}))
        return copy

    def _put_in(self, text: str, files: dict[str, str]) -> str:
        text = _UNSET.sub(r"\1", text)
        for inside, here in files.items():
            text = text.replace(inside, here)
        for name, port in self.ports.items():
            text = re.sub(rf"(?<![\w-]){name}:\d+", f"127.0.0.1:{port}", text)
        # The one port that the proxy takes inside of its container.
        return f":{self.ports['proxy']}" if text == ":80" else text

    def _wait(self, service: Service) -> None:
        until = time.monotonic() + READY_S
        while not _is_healthy(service):
            if service.running.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{service.name} does not start: {service.log.read_text()[-4_000:]}")
            time.sleep(0.05)


def _is_healthy(service: Service) -> bool:
    """By its own check; the proxy has none, and is as healthy as what it hands on to."""
    if service.check is not None:
        return subprocess.run(service.check, capture_output=True, check=False).returncode == 0
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{service.port}/readyz", timeout=2):
        return True
    return False


def _check(said: dict[str, Any], port: int) -> list[str] | None:
    match said.get("test"):
        case ["CMD", "python", *arguments]:
            return [sys.executable, *(each.replace("127.0.0.1:8000", f"127.0.0.1:{port}") for each in arguments)]
    return None


def _program(command: list[str], port: int) -> list[str]:
    """The same program where it is here, told its port where each would take the same one."""
    match command:
        case ["wordtide", *arguments]:
            return [sys.executable, "-m", "server", *arguments, "--port", str(port)]
        case ["redis-server", *arguments]:
            return [str(wheel_binary()), *arguments, "--port", str(port)]
        case [program, *arguments]:
            found = shutil.which(program)
            if found is None:
                raise RuntimeError(f"{program} is not installed: ./dev test and ./dev scale install it")
            return [found, *arguments]
    raise AssertionError(shlex.join(command))
