"""`room`: the job itself. N writers in one room, each count changing once a second, over two processes and Redis.

What does it cost until one writer's update has been seen by one other writer?
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from bench.compiled import MissingError
from bench.cpu import cpu_s
from bench.entry import Entry, peer_entries, started
from bench.house import NEVER_BIG, PROCESSES, house
from bench.loader import Client, Load
from bench.machine import raise_open_files
from bench.results import Bench, Numbers, Options, Table, busy_note, median, number, ratio, values_of
from tests.support.postgres import Postgres
from tests.support.valkey import Valkey, system_binary

PERIOD_MS = 1_000
CONNECTS_PER_S = 1_000
WARMING = 50
"""Writers who change once before it counts, where each change is sent by itself: Node compiles what is used often."""
WARMING_CHANGES = 6
"""The same of all writers, where changes are coalesced: after five seconds Wordtide stores counts for the first
time, and puts together then what it asks of SQL."""
SEEN_MS = 300_000
PING_MS = 10_000
OURS = "wordtide"


@dataclass(frozen=True, slots=True)
class Size:
    """How often each writer's count changes while it is measured, and how often that is repeated at most.

    Who sends every update to everybody by itself needs minutes for what others do in seconds. There `one_by_one` of the
    writers change once, as many in a second as if all did.
    """

    writers: int
    changes: int
    one_by_one: int
    most_repeats: int


SIZES = (Size(50, 6, 50, 5), Size(500, 6, 500, 5), Size(1_000, 6, 200, 5))
ENOUGH_S = 40.0
"""An entry that has been measured for so long at a size is not measured again at it."""


def one_by_one() -> str:
    """How many counts change, at each size, where every update is sent by itself."""
    return ", ".join(f"{size.one_by_one:,} of {size.writers:,}" for size in SIZES)


@dataclass(frozen=True, slots=True)
class Run:
    """`updates_seen`: a writer's update seen by one other writer. CPU is that of both server processes."""

    valid: bool
    cpu_us_per_update: float
    bytes_per_update: float
    p50_ms: float
    p99_ms: float
    updates_seen: int
    redis_us_per_update: float
    database_us_per_update: float
    wall_s: float
    loader_busy: float


@dataclass(frozen=True, slots=True)
class Room:
    """One that everybody is in. Pids: the servers', Redis's, the database's."""

    load: Load
    servers: Sequence[int]
    redis: Sequence[int]
    database: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Contestant:
    name: str
    title: str
    coalesces: bool
    prepare: Callable[[], object]
    open: Callable[[int], AbstractContextManager[Room]]


def contestants(postgres: Postgres) -> list[Contestant]:
    ours = Contestant(OURS, "Wordtide", True, lambda: None, partial(wordtide_room, postgres))
    peers = [
        Contestant(each.name, each.title, each.coalesces, each.prepare, partial(peer_room, each))
        for each in peer_entries("room")
    ]
    return [ours, *peers]


@contextmanager
def wordtide_room(postgres: Postgres, writers: int, **settings: Any) -> Iterator[Room]:
    """A sprint is under way, and everybody has heard that it is."""
    with house(postgres, big_from=NEVER_BIG, **settings) as running:
        clients = running.sign_in(writers)
        room = running.make_room(clients[0])
        with Load(clients, room, ping_ms=PING_MS) as load:
            load.connect(CONNECTS_PER_S)
            running.start_sprint(load, clients[0], room)
            yield Room(load, running.server_pids, [running.redis.pid], [postgres.pid])


@contextmanager
def peer_room(entry: Entry, writers: int) -> Iterator[Room]:
    with Valkey(system_binary(), tcp=True) as redis:
        values = {"n": writers, "redis": redis.url}
        with started(entry, PROCESSES, values) as (ports, pids):
            clients = [Client(ports[number % PROCESSES]) for number in range(writers)]
            with Load(clients, entry.dialect) as load:
                load.connect(CONNECTS_PER_S)
                yield Room(load, pids, [redis.pid])


def measure(contestant: Contestant, size: Size) -> Run:
    """Raises MissingError or RuntimeError, which say why it does not run."""
    with contestant.open(size.writers) as room:
        changes, changing = (size.changes, size.writers) if contestant.coalesces else (1, size.one_by_one)
        warming = (WARMING_CHANGES, size.writers) if contestant.coalesces else (1, WARMING)
        room.load.update(warming[0], PERIOD_MS, warming[1], SEEN_MS)
        before = [cpu_s(pids) for pids in (room.servers, room.redis, room.database)]
        told = room.load.update(changes, PERIOD_MS * changing // size.writers, changing, SEEN_MS)
        after = [cpu_s(pids) for pids in (room.servers, room.redis, room.database)]
    seen = max(told.updates_seen, 1)
    servers, redis, database = ((end - start) / seen * 1e6 for start, end in zip(before, after, strict=True))
    return Run(
        told.valid and not told.refusals and not told.gone,
        servers,
        told.bytes / seen,
        told.delay_p50_ms,
        told.delay_p99_ms,
        told.updates_seen,
        redis,
        database,
        told.wall_s,
        told.busy_share,
    )


def run(options: Options) -> Numbers:
    raise_open_files(max(size.writers for size in SIZES) + 1_000)
    postgres = Postgres.start_new()
    try:
        return _run(options, [each for each in contestants(postgres) if options.takes(each.name)])
    finally:
        postgres.close()


def _run(options: Options, taking_part: Sequence[Contestant]) -> Numbers:
    numbers: Numbers = {"entries": {each.name: {"title": each.title, "sizes": {}} for each in taking_part}}
    for each in taking_part:
        try:
            each.prepare()
        except MissingError as error:
            numbers["entries"][each.name]["not_run"] = str(error)
    for size in (size for size in SIZES if not options.sizes or size.writers in options.sizes):
        for repeat in range(min(options.repeats, size.most_repeats)):
            for each in taking_part:
                told = numbers["entries"][each.name]
                runs = told["sizes"].get(str(size.writers), {"runs": []})["runs"]
                if "not_run" in told or sum(run["wall_s"] for run in runs) > ENOUGH_S:
                    continue
                print(f"room {size.writers} {each.name} ({repeat + 1})", file=sys.stderr)
                try:
                    measured = asdict(measure(each, size))
                except (MissingError, RuntimeError) as error:
                    told["not_run"] = f"with {size.writers} writers: {error}"
                else:
                    told["sizes"].setdefault(str(size.writers), {"runs": []})["runs"].append(measured)
    return numbers


COLUMNS = (
    ("us of CPU", "cpu_us_per_update", 3),
    ("bytes", "bytes_per_update", 1),
    ("p50 ms", "p50_ms", 0),
    ("p99 ms", "p99_ms", 0),
    ("Redis us", "redis_us_per_update", 3),
    ("SQL us", "database_us_per_update", 3),
)


def tables(numbers: Numbers) -> list[Table]:
    entries = numbers["entries"]
    sizes = sorted({int(size) for each in entries.values() for size in each["sizes"]})
    return [_table(numbers, size) for size in sizes]


def _table(numbers: Numbers, size: int) -> Table:
    entries = numbers["entries"]

    def value(name: str, what: str) -> float | None:
        runs = entries.get(name, {}).get("sizes", {}).get(str(size))
        found = values_of(runs["runs"], what) if runs else []
        return median(found) if found else None

    rows = [["an update seen by one other", *(head for head, _, _ in COLUMNS), "CPU to Wordtide", "runs"]]
    notes = []
    for name, each in entries.items():
        runs = each["sizes"].get(str(size), {"runs": []})["runs"]
        if "not_run" in each:
            notes.append(f"{each['title']}: not run: {each['not_run']}.")
        if runs:
            cells = [number(value(name, what), digits) for _, what, digits in COLUMNS]
            against = ratio(value(name, "cpu_us_per_update"), value(OURS, "cpu_us_per_update"))
            rows.append([each["title"], *cells, against, str(len(runs))])
        lost = sum(not run["valid"] for run in runs)
        if lost:
            notes.append(f"{each['title']}: {lost} of {len(runs)} runs are invalid: a receiver lacked a last value.")
        notes += busy_note(each["title"], runs)
    return Table(f"{size:,} writers in one room, each count changing once a second", rows, notes)


BENCH = Bench("room", "N writers in one room, two processes and Redis: CPU, bytes and delay, beside peers", run, tables)
