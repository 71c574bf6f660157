"""Drives the load generator (bench/load/load.c): N clients that check what they are told."""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import msgspec

from bench.compiled import load_generator


class PhaseTold(msgspec.Struct):
    """A phase of the timeline, and over how long it reached its `count` clients."""

    rev: int
    phase: int
    count: int
    spread_ms: float


class Report(msgspec.Struct):
    """What the load generator says of one command. `late`: its time was over before it was done."""

    did: str
    late: bool
    wall_s: float
    cpu_s: float
    """Of the load generator itself."""
    busy_share: float
    """Of the wall time, not waiting for something to come: near 1 it would be the bottleneck itself."""
    bytes: int
    frames: int
    joined: int
    gone: int
    """Lines that a server has closed since the last command; `last_close` is the code of the last one ever."""
    last_close: int
    refusals: int
    last_refusal: int
    join_p50_ms: float
    join_p99_ms: float
    join_most_ms: float
    updates_seen: int
    """A writer's update seen by one other writer, counted once; one that came with a newer count included."""
    stale: int
    """(writer, other receiver) pairs without the writer's last words."""
    impossible: int
    totals_right: bool
    delay_p50_ms: float
    delay_p99_ms: float
    delay_most_ms: float
    round_trip_p50_ms: float
    round_trip_p99_ms: float
    round_trip_most_ms: float
    numbered: int
    numbers_missed: int
    phases: list[PhaseTold]

    @property
    def valid(self) -> bool:
        """Whether every receiver had every writer's last words, and nobody was told what was never said."""
        return not (self.late or self.stale or self.impossible or self.numbers_missed or not self.totals_right)


@dataclass(frozen=True, slots=True)
class Dialect:
    """Text frames as a peer speaks them; the keys are told in bench/peers/README.md."""

    path: str = "/"
    subprotocol: str = ""
    opening: Sequence[str] = ()
    answers: Sequence[tuple[str, str]] = ()
    replies: Sequence[tuple[str, str]] = ()
    joined: str = ""
    update: str = ""

    def lines(self) -> str:
        """As bench/load/text.c reads it."""
        said = [
            ("path", self.path),
            ("subprotocol", self.subprotocol),
            ("joined", self.joined),
            ("update", self.update),
        ]
        said += [("opening", each) for each in self.opening]
        pairs = [("answer", *pair) for pair in self.answers] + [("reply", *pair) for pair in self.replies]
        return "".join("\t".join(each) + "\n" for each in [*said, *pairs])


@dataclass(frozen=True, slots=True)
class Client:
    """One client: the port of its server, and headers of its own."""

    port: int
    headers: Sequence[str] = ()


@dataclass(slots=True)
class Load:
    """The running load generator. `speaks`: a room's slug for Wordtide's wire, else a peer's dialect.

    `track`: only the first so many writers' counts are followed; with `ahead` they lead the board. The last
    `deaf` clients will stop to read. Each method blocks until the command is done, and raises RuntimeError if the load
    generator fails.
    """

    clients: Sequence[Client]
    speaks: str | Dialect
    track: int | None = None
    ahead: bool = False
    deaf: int = 0
    ping_ms: int = 0
    changes: int = 200
    _process: "subprocess.Popen[str] | None" = field(default=None, init=False)
    _folder: "tempfile.TemporaryDirectory[str] | None" = field(default=None, init=False)

    def __enter__(self) -> "Load":
        program = load_generator()
        self._folder = tempfile.TemporaryDirectory(prefix="wordtide-load-")
        folder = Path(self._folder.name)
        targets = "".join("\t".join([str(each.port), *each.headers]) + "\n" for each in self.clients)
        (folder / "targets").write_text(targets)
        options = ["--targets", str(folder / "targets"), "--changes", str(self.changes), "--deaf", str(self.deaf)]
        options += ["--ping-ms", str(self.ping_ms)]
        options += [] if self.track is None else ["--track", str(self.track)]
        options += ["--ahead"] if self.ahead else []
        if isinstance(self.speaks, Dialect):
            (folder / "dialect").write_text(self.speaks.lines())
            options += ["--dialect", str(folder / "dialect")]
        else:
            options += ["--wordtide", self.speaks]
        self._process = subprocess.Popen([program, *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()
        assert self._folder is not None
        self._folder.cleanup()

    def connect(self, a_second: int, within_ms: int = 60_000) -> Report:
        """Everybody connects and joins. Raises RuntimeError if somebody is not in in time."""
        report = self._do("connect", a_second, within_ms)
        if report.late:
            closed = f"; {report.gone} were closed, the last with {report.last_close}" if report.gone else ""
            raise RuntimeError(
                f"only {report.joined} of {len(self.clients)} clients are in after {within_ms} ms{closed}"
            )
        return report

    def update(self, changes: int, period_ms: int, writers: int, within_ms: int) -> Report:
        """The first `writers` change so often, once a period; done when everybody has seen everything."""
        return self._do("update", changes, period_ms, writers, within_ms)

    def hear(self, frames: int, within_ms: int) -> Report:
        """Until everybody has the frame of this number, and all before it."""
        return self._do("hear", frames, within_ms)

    def deafen(self) -> Report:
        return self._do("deafen", 0)

    def storm(self, spread_ms: int, within_ms: int) -> Report:
        """All lose their connections and come back over `spread_ms`; done when all are in."""
        return self._do("storm", spread_ms, within_ms)

    def forget_phases(self) -> None:
        """What is told of the timeline from now on is fresh. Before it is changed: else that may be told already."""
        self._do("forget", 0)

    def phases(self, fresh: int, within_ms: int) -> Report:
        """Until everybody was told of so many phases of the timeline, since they were forgotten."""
        return self._do("phases", fresh, within_ms)

    def rest(self, ms: int) -> Report:
        return self._do("rest", ms)

    def _do(self, name: str, *arguments: int) -> Report:
        self.begin(name, *arguments)
        return self.end()

    def begin(self, name: str, *arguments: int) -> None:
        """Begin a command; `end` waits for it. For whoever does something meanwhile."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join([name, *map(str, arguments)]) + "\n")
        self._process.stdin.flush()

    def end(self) -> Report:
        assert self._process is not None
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the load generator ended with {self._process.wait()}")
        return msgspec.json.decode(line, type=Report)
