"""Servers that begin as forks of a process which has imported the product, with an empty database where they have none.

Nine tenths of a first start are imports and steps of the schema, and tests start many servers. What runs is what
`python -m server` runs, in a process, a session and an environment of its own. How it starts from nothing the tests of
the command line show.
"""

import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.connection import wait
from pathlib import Path

from tests.support.ledgers import prepare_sqlite

PRELOADED = [
    "server.__main__",
    "server.live.relay_redis",
    "alembic.command",
    "asyncpg",
    "uvloop",
    "tests.support.settled",
]
"""What a server imports, and what it imports once it is told to; a system without uvloop leaves that out."""
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(PRELOADED)
_LOCK = threading.Lock()
"""Two threads that ask for the end of one process would share its one answer."""


class Forked:
    """As much of subprocess.Popen as a ServerProcess needs."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.args = [*arguments]
        if "WORDTIDE_DATABASE_URL" not in environment:
            prepare_sqlite(Path(environment["WORDTIDE_DATA"]))
        # A daemon: what a test leaves behind ends with the tests.
        self._process = _CONTEXT.Process(target=_be, args=(self.args, dict(environment), log), daemon=True)
        with _LOCK:
            self._process.start()
        assert self._process.pid is not None
        self.pid: int = self._process.pid

    def poll(self) -> int | None:
        with _LOCK:
            return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, or the signal that ended it as a negative number. Raises TimeoutExpired."""
        status = self.poll() if wait([self._process.sentinel], timeout) else None
        if status is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        return status


def _be(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
    """Be the server, from the fork to the exit."""
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    from server.__main__ import main

    sys.exit(main(arguments))
