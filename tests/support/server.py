"""The real server as a child process, that tests talk to, kill and bring back at the same address."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
READY_S = 20.0
END_S = 20.0


class Child(Protocol):
    """A process, as subprocess.Popen has it."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...


class Begin(Protocol):
    """How a server's process comes about. It says all to the log."""

    def __call__(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Child: ...


def executed(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Child:
    """`python -m server ARGUMENTS`, in a session of its own, so that kill() ends the processes of --workers too."""
    command = [sys.executable, "-m", "server", *arguments]
    with log.open("ab") as said:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said, start_new_session=True)


class ServerProcess:
    """`python -m server serve` on a port of its own, with settings by their names: ServerProcess(min_sprint_s=1).

    Without `data` it has a folder of its own, which outlives kills and goes with close(). Methods block; on an event
    loop use `async with`, and asyncio.to_thread for the others.
    """

    begin: Begin = staticmethod(executed)
    """Tests fork it instead: tests/support/nursery.py."""

    def __init__(self, *arguments: str, port: int = 0, data: Path | None = None, **settings: object) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="wordtide-")
        self._arguments = arguments
        self._log = Path(self._folder.name) / "log"
        self.port = port or free_port()
        self.settings: dict[str, object] = {
            "data": data or Path(self._folder.name) / "data",
            "min_sprint_s": 1,
            "drain_ms": 200,
            **settings,
        }
        self._process: Child | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        """What it said on both of its outputs, through all its lives."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def __enter__(self) -> "ServerProcess":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> "ServerProcess":
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.close)

    def start(self, **settings: object) -> None:
        """Start it, with settings changed from now on; returns when /healthz answers with its pid."""
        self.settings |= settings
        begin = executed if self._is_many else self.begin
        self._process = begin(["serve", "--port", str(self.port), *self._arguments], self._environment(), self._log)
        until = time.monotonic() + READY_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"the server does not start: {self.log[-4_000:]}")
            time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: nothing is said, nothing is stored."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def terminate(self, number: signal.Signals = signal.SIGTERM) -> int:
        """SIGTERM, and wait for the end in order; the exit status. Raises TimeoutExpired if it does not end."""
        os.kill(self.pid, number)
        status = self._running().wait(END_S)
        self._process = None
        return status

    def restart(self, **settings: object) -> None:
        """Kill it, and start it at the same address on the same data."""
        self.kill()
        self.start(**settings)

    def pause(self) -> None:
        os.killpg(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    def close(self) -> None:
        self.kill()
        self._folder.cleanup()

    def get(self, path: str) -> Any:
        """The JSON at a path that needs nobody's session."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=5) as answer:
            return json.load(answer)

    @property
    def _is_many(self) -> bool:
        return "--workers" in self._arguments

    def _running(self) -> Child:
        assert self._process is not None, "the server is not started"
        return self._process

    def _environment(self) -> dict[str, str]:
        # Compiling every module anew at each start would take three times as long.
        kept = (name for name in os.environ if not name.startswith("WORDTIDE_") and name != "PYTHONDONTWRITEBYTECODE")
        environ = {name: os.environ[name] for name in kept}
        said = {f"WORDTIDE_{name.upper()}": str(value) for name, value in self.settings.items() if value is not None}
        return environ | said | {"PYTHONUNBUFFERED": "1"}

    def _answers(self) -> bool:
        with contextlib.suppress(OSError, ValueError):
            return self.get("/healthz")["pid"] == self.pid or self._is_many
        return False
