"""`storm`: 1,000 clients of a room lose their connections at once and come back within a second."""

import sys
from dataclasses import dataclass

from bench import scrape
from bench.cpu import cpu_s
from bench.house import house
from bench.loader import Load
from bench.machine import raise_open_files
from bench.results import Bench, Numbers, Options, Table, run_numbers, summary
from tests.support.postgres import Postgres

CLIENTS = 1_000
SPREAD_MS = 1_000
BACK_MS = 30_000
CONNECTS_PER_S = 1_000
MOST_REPEATS = 5
SEEN_MS = 30_000


@dataclass(frozen=True, slots=True)
class Run:
    """`valid`: all came back, and all of them saw every count that was changed afterwards."""

    valid: bool
    all_in_s: float
    join_p50_ms: float
    join_p99_ms: float
    held_ms: float
    late_ms: float
    cpu_ms_per_join: float


def run(options: Options) -> Numbers:
    raise_open_files(CLIENTS + 1_000)
    postgres = Postgres.start_new()
    try:
        runs = []
        for repeat in range(min(options.repeats, MOST_REPEATS)):
            print(f"storm ({repeat + 1})", file=sys.stderr)
            runs.append(run_numbers(_measure(postgres)))
    finally:
        postgres.close()
    return {"clients": CLIENTS, "spread_ms": SPREAD_MS, "runs": runs}


def _measure(postgres: Postgres) -> Run:
    with house(postgres) as running:
        clients = running.sign_in(CLIENTS)
        room = running.make_room(clients[0])
        with Load(clients, room, track=40, ahead=True) as load:
            load.connect(CONNECTS_PER_S)
            running.start_sprint(load, clients[0], room)
            load.update(1, 1_000, CLIENTS, SEEN_MS)
            urls = [server.url for server in running.servers]
            held, late, spent = scrape.held(urls), scrape.lateness(urls), cpu_s(running.server_pids)
            back = load.storm(SPREAD_MS, BACK_MS)
            spent = cpu_s(running.server_pids) - spent
            held, late = scrape.held(urls) - held, scrape.lateness(urls) - late
            seen = load.update(1, 1_000, CLIENTS, SEEN_MS)
    return Run(
        not back.late and seen.valid,
        back.wall_s,
        back.join_p50_ms,
        back.join_p99_ms,
        scrape.worst_ms(held),
        scrape.worst_ms(late),
        spent / CLIENTS * 1_000,
    )


LINES = (
    ("from the loss to the last one's return, s", "all_in_s", 2),
    ("one client's connecting until all is told, p50 ms", "join_p50_ms", 0),
    ("the same, p99 ms", "join_p99_ms", 0),
    ("no slice of an event loop worked (CPU of its thread) longer than, ms", "held_ms", 0),
    ("no timer was later (work, or another process had the core) than, ms", "late_ms", 0),
    ("ms of CPU for one return", "cpu_ms_per_join", 2),
)


def tables(numbers: Numbers) -> list[Table]:
    clients, spread_ms = numbers["clients"], numbers["spread_ms"]
    title = f"{clients:,} clients lose their connections at once and come back over {spread_ms:,} ms"
    return [summary(title, numbers["runs"], LINES)]


BENCH = Bench("storm", "1,000 reconnects within a second: until all are in, and the event loop", run, tables)
