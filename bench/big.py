"""`big`: 10,000 writers in one room over two processes, each count changing every 2 s."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench import scrape
from bench.cpu import cpu_s, rss_bytes
from bench.house import house
from bench.loader import Client, Load
from bench.machine import raise_open_files
from bench.results import Bench, Numbers, Options, Table, run_numbers, summary
from tests.support.postgres import Postgres

WRITERS = 10_000
PERIOD_MS = 2_000
CHANGES = 8
PROBES = 40
"""Writers who are so far ahead that every client is told their exact words: from them the delay is read."""
MORE_FILES = 2_000
FILES = WRITERS + MORE_FILES
"""What one process may have open at once."""
CONNECTS_PER_S = 1_000
IN_MS = 120_000
SEEN_MS = 60_000
PING_MS = 10_000
COUNTDOWN_S = 3
WATCH_MS = 10
"""The event loops are looked at so often: by default it is seldom enough to miss what lasts 10 ms."""
LONG_S = 0.010
"""No slice should work longer."""
MOST_REPEATS = 5


@dataclass(frozen=True, slots=True)
class Run:
    """`held_ms`, `late_ms`: no slice of an event loop worked, no timer was late, for longer than this bound.
    `long_slices`: of 1,000, those that worked for longer than LONG_S.
    """

    valid: bool
    writers: int
    p50_ms: float
    p99_ms: float
    round_trip_p99_ms: float
    phase_spread_ms: float
    bytes_per_client_s: float
    server_cpu: float
    redis_cpu: float
    database_cpu: float
    held_ms: float
    long_slices: float
    late_ms: float
    rss_kb_per_connection: float
    join_s: float
    loader_busy: float


def run(options: Options) -> Numbers:
    writers = options.sizes[0] if options.sizes else WRITERS
    raise_open_files(writers + MORE_FILES)
    postgres = Postgres.start_new()
    try:
        with house(postgres) as first:
            clients = first.sign_in(writers)
        ports = [server.port for server in first.servers]
        runs = []
        for repeat in range(min(options.repeats, MOST_REPEATS)):
            print(f"big {writers} ({repeat + 1})", file=sys.stderr)
            runs.append(run_numbers(_measure(postgres, clients, ports)))
    finally:
        postgres.close()
    return {"runs": runs}


def _measure(postgres: Postgres, clients: Sequence[Client], ports: Sequence[int]) -> Run:
    with house(postgres, ports, watch_loop_ms=WATCH_MS) as running:
        room = running.make_room(clients[0])
        empty = rss_bytes(running.server_pids)
        with Load(clients, room, track=PROBES, ahead=True, ping_ms=PING_MS) as load:
            load.connect(CONNECTS_PER_S, IN_MS)
            joined = load.rest(3_000)
            begun = running.start_sprint(load, clients[0], room, COUNTDOWN_S)
            load.update(1, PERIOD_MS, len(clients), SEEN_MS)
            full = rss_bytes(running.server_pids)
            urls = [server.url for server in running.servers]
            pids = running.server_pids, [running.redis.pid], [postgres.pid]
            before, began = [cpu_s(each) for each in pids], time.monotonic()
            held, late = scrape.held(urls), scrape.lateness(urls)
            told = load.update(CHANGES, PERIOD_MS, len(clients), SEEN_MS)
            held, late = scrape.held(urls) - held, scrape.lateness(urls) - late
            took = time.monotonic() - began
            servers, redis, database = ((cpu_s(each) - start) / took for each, start in zip(pids, before, strict=True))
    return Run(
        told.valid and not told.refusals and not told.gone,
        len(clients),
        told.delay_p50_ms,
        told.delay_p99_ms,
        told.round_trip_p99_ms,
        max(each.spread_ms for each in begun),
        told.bytes / len(clients) / told.wall_s,
        servers,
        redis,
        database,
        scrape.worst_ms(held),
        1_000 * scrape.share_above(held, LONG_S),
        scrape.worst_ms(late),
        (full - empty) / len(clients) / 1024,
        joined.join_most_ms / 1_000,
        told.busy_share,
    )


LINES = (
    ("COUNT sent until seen by another, p50 ms", "p50_ms", 0),
    ("the same, p99 ms", "p99_ms", 0),
    ("PING round trip, p99 ms", "round_trip_p99_ms", 0),
    ("PHASE: from the first client to the last, ms", "phase_spread_ms", 0),
    ("no slice of an event loop worked (CPU of its thread) longer than, ms", "held_ms", 0),
    (f"of 1,000 slices, those that worked longer than {LONG_S * 1_000:g} ms", "long_slices", 1),
    ("no timer was later (work, or another process had the core) than, ms", "late_ms", 0),
    ("bytes a client and second", "bytes_per_client_s", 0),
    ("cores: both servers", "server_cpu", 2),
    ("cores: Redis", "redis_cpu", 3),
    ("cores: PostgreSQL", "database_cpu", 3),
    ("RSS a connection above the empty servers, KB", "rss_kb_per_connection", 1),
    ("the load generator's busy share", "loader_busy", 2),
)


def tables(numbers: Numbers) -> list[Table]:
    runs = numbers["runs"]
    writers, period_s = runs[0]["writers"], PERIOD_MS / 1_000
    return [summary(f"{writers:,} writers in one room, each count changing every {period_s:g} s", runs, LINES)]


BENCH = Bench("big", "10,000 writers in one room over two processes: delay, loop, Redis, memory, bytes", run, tables)
