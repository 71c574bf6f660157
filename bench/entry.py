"""Who takes part in a bench: our own servers and the peers, started in the same way."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.compiled import BENCH, MissingError, floor_server
from bench.loader import Dialect
from bench.peer import Peer, Program, peers
from tests.support.ports import free_port

ROOT = BENCH.parent
LISTENING_S = 30.0
END_S = 5.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One server of a bench. `prepare` installs or compiles what it needs and raises MissingError where that fails."""

    name: str
    title: str
    dialect: Dialect
    argv: Callable[[Mapping[str, object]], Sequence[str]]
    prepare: Callable[[], object] = lambda: None
    environment: Callable[[Mapping[str, object]], dict[str, str] | None] = lambda _: None
    publisher: Callable[[Mapping[str, object]], Sequence[str]] = lambda _: ()
    folder: Path = ROOT
    coalesces: bool = False


@contextmanager
def started(entry: Entry, processes: int, values: Mapping[str, object]) -> Iterator[tuple[list[int], list[int]]]:
    """The ports and pids of so many running servers of this entry; `values` for their placeholders.

    Raises MissingError, with what it said last, for one that does not listen.
    """
    with tempfile.TemporaryFile("w+") as log:
        running: list[subprocess.Popen[bytes]] = []

        def start(argv: Sequence[str], filled: Mapping[str, object]) -> subprocess.Popen[bytes]:
            environment = entry.environment(filled)
            running.append(subprocess.Popen(argv, cwd=entry.folder, env=environment, stdout=log, stderr=log))
            return running[-1]

        ports = [free_port() for _ in range(processes)]
        try:
            each = [{**values, "port": port} for port in ports]
            servers = [start(entry.argv(filled), filled) for filled in each]
            for server, port in zip(servers, ports, strict=True):
                if not _listens(server, port):
                    raise MissingError(f"it does not listen: {_last_of(log.fileno())}")
            for filled in each:
                if publisher := entry.publisher(filled):
                    start(publisher, filled)
            yield ports, [server.pid for server in servers]
        finally:
            _end(running)


def python_entry(module: str, title: str, *more: str, name: str = "") -> Entry:
    """A server of bench/servers, which needs no package but what Wordtide itself stands on."""

    def argv(values: Mapping[str, object]) -> list[str]:
        return [sys.executable, "-m", f"bench.servers.{module}", *_task(values), *more]

    return Entry(name or module, title, Dialect(), argv)


def own_fanout_entries() -> list[Entry]:
    """The floor, Wordtide, and the ways of the packages that it stands on."""
    return [
        Entry("floor", "C send() loop", Dialect(), lambda values: [str(floor_server()), *_task(values)], floor_server),
        python_entry("wordtide", "Wordtide"),
        python_entry("stock", "Starlette send_bytes, one by one", "one", name="starlette"),
        python_entry("stock", "Starlette send_bytes, gather", "gather", name="starlette_gather"),
        python_entry("websockets_broadcast", "websockets broadcast", name="websockets"),
    ]


def peer_entries(bench: str) -> list[Entry]:
    """The peers that take part in this bench, "fanout" or "room"."""
    found = []
    for peer in peers():
        program: Program | None = getattr(peer.description, bench)
        if program is not None:
            found.append(_entry(peer, program))
    return found


def _entry(peer: Peer, program: Program) -> Entry:
    return Entry(
        peer.name,
        peer.description.title,
        peer.dialect(program),
        lambda values: peer.argv(program.argv, values),
        peer.install,
        lambda values: peer.environment(program, values),
        lambda values: peer.argv(program.publisher, values),
        peer.folder,
        program.coalesces,
    )


def _task(values: Mapping[str, object]) -> list[str]:
    return [str(values[name]) for name in ("port", "n", "frames", "interval_ms")]


def _listens(server: "subprocess.Popen[bytes]", port: int) -> bool:
    """Whether it listens before its time is over. Not asked by connecting: a server may count who connects."""
    wanted = f"0100007F:{port:04X}"
    until = time.monotonic() + LISTENING_S
    while time.monotonic() < until and server.poll() is None:
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            if local in (wanted, f"00000000:{port:04X}") and state == "0A":
                return True
        time.sleep(0.05)
    return False


def _last_of(log: int) -> str:
    text = Path(f"/proc/self/fd/{log}").read_text(errors="replace").strip()
    return " / ".join(text.splitlines()[-3:]) or "it says nothing"


def _end(running: Sequence["subprocess.Popen[bytes]"]) -> None:
    for each in running:
        each.terminate()
    for each in running:
        try:
            each.wait(END_S)
        except subprocess.TimeoutExpired:
            each.kill()
            each.wait()
