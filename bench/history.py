"""`history`: what the page of a history asks for, of ten years of daily sessions among millions of others' rows."""

import asyncio
import os
import secrets
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import asyncpg

from bench import years
from bench.cpu import cpu_s
from bench.results import Bench, Numbers, Options, Table, median, number
from protocol.messages import Op, Start
from server.core.board import Register
from server.core.records import CountRow
from server.core.sprint import Limits
from server.core.streak import Session, evaluate, evaluate_counted
from server.core.written import Summed
from server.ledger.engine import SQLITE_FILE
from server.ledger.ledger import SqlLedger
from server.people.sessions import cookie_name
from server.web import overview
from tests.support.postgres import Postgres
from tests.support.server import ServerProcess

ROWS = 5_000_000
RUNS = 1_000
WARM = 50
A_CHECKPOINT = 250
"""Writers of one room whose counts are stored together."""
CHECKPOINTS = 60
INDEX = "ix_writing_sessions_history"
"""The one from which a history is read."""
WITHOUT = (f"DROP INDEX {INDEX}", "CREATE INDEX ix_narrow ON writing_sessions (writer, local_day)")
"""As it would be without: days are still found by an index, and all else is read from the table."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A database with the rows in it; `execute` runs a statement beside the product."""

    url: str | None
    data: Path
    execute: Callable[[str], None]
    size_gb: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Times:
    """Of many runs, in ms."""

    p50: float
    p99: float
    worst: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Times":
        ordered = sorted(each * 1e3 for each in seconds)
        return cls(ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100], ordered[-1])


@contextmanager
def _sqlite(folder: Path, rows: int, last_day: date) -> Iterator[Filled]:
    years.fill_sqlite(folder, rows, last_day)
    file = folder / SQLITE_FILE

    def execute(statement: str) -> None:
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            database.execute(statement)

    yield Filled(None, folder, execute, lambda: file.stat().st_size / 1e9)


@contextmanager
def _postgresql(folder: Path, rows: int, last_day: date) -> Iterator[Filled]:
    postgres = Postgres.start_new()
    try:
        url = postgres.url()
        years.fill_postgresql(url, folder, rows, last_day)

        async def asked(statement: str) -> Any:
            connection = await asyncpg.connect(url)
            try:
                return await connection.fetchval(statement)
            finally:
                await connection.close()

        def execute(statement: str) -> None:
            asyncio.run(asked(statement))

        def size_gb() -> float:
            return float(asyncio.run(asked("SELECT pg_database_size(current_database())"))) / 1e9

        yield Filled(url, folder, execute, size_gb)
    finally:
        postgres.close()


DATABASES = {"sqlite": ("SQLite", _sqlite), "postgresql": ("PostgreSQL", _postgresql)}


@dataclass(frozen=True, slots=True)
class Answers:
    """`cpu_ms`: of the server, for one answer; of PostgreSQL's own there is nothing in it."""

    times: Times
    cpu_ms: float
    kb: float


def _answers(filled: Filled, runs: int) -> Answers:
    """How long a server takes to answer, one request after the other on one connection."""
    with ServerProcess(data=filled.data, database_url=filled.url or "", log_level="warning") as server:
        line = HTTPConnection("127.0.0.1", server.port, timeout=30)
        headers = {"Cookie": f"{cookie_name(None)}={years.TOKEN}"}
        took: list[float] = []
        spent = 0.0
        while len(took) < WARM + runs:
            if len(took) == WARM:
                spent = cpu_s([server.pid])
            began = time.perf_counter()
            line.request("GET", "/api/me/overview", headers=headers)
            answer = line.getresponse()
            body = answer.read()
            took.append(time.perf_counter() - began)
            if answer.status != 200:
                raise RuntimeError(f"it answers {answer.status}: {body[:200]!r}")
        spent = cpu_s([server.pid]) - spent
        line.close()
    return Answers(Times.of(took[WARM:]), spent / runs * 1e3, len(body) / 1024)


def _timed(runs: int, once: Callable[[], object]) -> Times:
    took = []
    for _ in range(WARM + runs):
        began = time.perf_counter()
        once()
        took.append(time.perf_counter() - began)
    return Times.of(took[WARM:])


async def _read(filled: Filled, runs: int) -> Numbers:
    """What the page is made of, read from the database; and what is made of it, the streak by itself."""
    ledger = await SqlLedger.open(filled.url, filled.data, Limits())
    try:
        now, took = await ledger.now_ms(), []
        for _ in range(WARM + runs):
            began = time.perf_counter()
            glance = await ledger.history.glance(years.SUBJECT, overview.NEWEST + 1, now)
            took.append(time.perf_counter() - began)
    finally:
        await ledger.close()
    at = datetime.fromtimestamp(now / 1_000, UTC)
    counted = Summed(glance.written).counted()
    assert len(counted.days) == years.DAYS, len(counted.days)
    sessions = [
        Session(date.fromordinal(day), words, millis / 60_000) for day, words, millis in zip(*counted, strict=True)
    ]
    return {
        "read": asdict(Times.of(took[WARM:])),
        "summed": asdict(_timed(runs, lambda: Summed(glance.written))),
        "streak": asdict(_timed(runs, lambda: evaluate_counted(counted, glance.settings, at))),
        "evaluate": asdict(_timed(runs, lambda: evaluate(sessions, glance.settings, at))),
    }


async def _stored(filled: Filled) -> float:
    """us for one count of a sprint to be stored anew, in a checkpoint of many, among all the rows. The median."""
    ledger = await SqlLedger.open(filled.url, filled.data, Limits())
    try:
        now = await ledger.now_ms()
        tokens = (secrets.token_urlsafe(32) for _ in range(A_CHECKPOINT))
        people = [await ledger.new_guest("Writer", "Europe/London", token, now) for token in tokens]
        room = await ledger.create_room(people[0], "The measured hour", "unlisted", None, now)
        members = [await ledger.join(room.id, person, now) for person in people]
        outcome = await ledger.command(room.id, people[0].id, secrets.token_hex(8), Op.START, Start(3_600, 0), now)
        assert outcome.sprint is not None, outcome
        took = []
        for turn in range(CHECKPOINTS):
            register = Register(now + turn + 1, 10 * turn, 0)
            rows = [CountRow(each.slot, each.writer, register, active_ms=5_000 * turn) for each in members]
            began = time.perf_counter()
            await ledger.checkpoint(outcome.sprint.id, rows, now + turn)
            took.append((time.perf_counter() - began) / A_CHECKPOINT * 1e6)
        return median(took[1:])  # the first one makes the rows
    finally:
        await ledger.close()


def run(options: Options) -> Numbers:
    rows = options.sizes[0] if options.sizes else ROWS
    last_day = datetime.now(UTC).date()
    told: Numbers = {"rows": rows // years.DAYS * years.DAYS, "days": years.DAYS, "runs": RUNS, "databases": {}}
    told["load"] = os.getloadavg()[0]
    for name, (title, filling) in DATABASES.items():
        if not options.takes(name):
            continue
        with tempfile.TemporaryDirectory(prefix="wordtide-bench-") as folder:
            print(f"history {name}: filling {rows:,} rows", file=sys.stderr)
            began = time.monotonic()
            with filling(Path(folder), rows, last_day) as filled:
                it: Numbers = {"title": title, "filled_s": time.monotonic() - began, "size_gb": filled.size_gb()}
                print(f"history {name}: asking", file=sys.stderr)
                asyncio.run(years.sign_in(filled.url, filled.data))
                it |= asyncio.run(_read(filled, RUNS))
                it["answer"] = asdict(_answers(filled, RUNS))
                it["count_us"] = asyncio.run(_stored(filled))
                for statement in WITHOUT:
                    filled.execute(statement)
                it["narrow_size_gb"] = filled.size_gb()
                it["narrow_count_us"] = asyncio.run(_stored(filled))
                it["narrow_answer"] = asdict(_answers(filled, RUNS // 10))
            told["databases"][name] = it
    return told


def tables(numbers: Numbers) -> list[Table]:
    rows = [["", "p50 ms", "p99 ms", "worst ms", "the server's CPU ms"]]
    costs = [["", "with the index", "without"]]

    def line(name: str, times: Mapping[str, float], cpu_ms: float | None = None) -> None:
        rows.append([name, *(number(times[each], 2) for each in ("p50", "p99", "worst")), number(cpu_ms, 2)])

    for it in numbers["databases"].values():
        name = it["title"]
        line(f"{name}: the page's data", it["read"])
        line(f"{name}: GET /api/me/overview as a whole", it["answer"]["times"], it["answer"]["cpu_ms"])
        line(f"{name}: the same without the index", it["narrow_answer"]["times"], it["narrow_answer"]["cpu_ms"])
        costs.append([f"{name}: us to store a count anew", number(it["count_us"], 0), number(it["narrow_count_us"], 0)])
        costs.append([f"{name}: GB of all tables", number(it["size_gb"], 2), number(it["narrow_size_gb"], 2)])
    if numbers["databases"]:
        it = next(iter(numbers["databases"].values()))
        line("summing it up for any stretch of days", it["summed"])
        line("the streak of it", it["streak"])
        line("the streak of as many sessions one by one", it["evaluate"])
    asked = f"{numbers['runs']:,} requests, one after another; before, the machine's load was {numbers['load']:.1f}."
    title = f"{numbers['days']:,} days of one writer among {numbers['rows']:,} sessions"
    return [Table(title, rows, [asked]), Table(f"What the index costs, checkpoints of {A_CHECKPOINT} counts", costs)]


BENCH = Bench("history", "ten years of daily sessions among 5,000,000: the page's data, and the streak", run, tables)
