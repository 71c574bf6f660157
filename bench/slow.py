"""`slow`: one client that never reads in a room of 500: what the others notice, and when it is gone."""

import sys
import time
from dataclasses import asdict, dataclass

from bench import scrape
from bench.house import House, house
from bench.loader import Load
from bench.machine import raise_open_files
from bench.results import Bench, Numbers, Options, Table, summary
from tests.support.postgres import Postgres

CLIENTS = 500
PERIOD_MS = 1_000
CHANGES = 12
CHANGES_BESIDE = 30
BESIDE_MS = CHANGES_BESIDE * PERIOD_MS
SEEN_MS = 30_000
CONNECTS_PER_S = 500
MOST_REPEATS = 5


@dataclass(frozen=True, slots=True)
class Run:
    """The others' delays without it and with it, and how many times the one is the other.

    `gone_s`: how long after its last reading it was closed.
    """

    valid: bool
    p99_without_ms: float
    p99_with_ms: float
    times: float
    gone_s: float


def run(options: Options) -> Numbers:
    raise_open_files(CLIENTS + 1_000)
    postgres = Postgres.start_new()
    try:
        runs = []
        for repeat in range(min(options.repeats, MOST_REPEATS)):
            print(f"slow ({repeat + 1})", file=sys.stderr)
            runs.append(asdict(_measure(postgres)))
    finally:
        postgres.close()
    return {"clients": CLIENTS, "runs": runs}


def _measure(postgres: Postgres) -> Run:
    with house(postgres) as running:
        clients = running.sign_in(CLIENTS)
        room = running.make_room(clients[0])
        with Load(clients, room, deaf=1) as load:
            load.connect(CONNECTS_PER_S)
            running.start_sprint(load, clients[0], room)
            load.update(1, PERIOD_MS, CLIENTS, SEEN_MS)
            without = load.update(CHANGES, PERIOD_MS, CLIENTS, SEEN_MS)
            load.deafen()
            began = time.monotonic()
            # It is cut off because of what waits for it, so the others go on.
            load.begin("update", CHANGES_BESIDE, PERIOD_MS, CLIENTS, BESIDE_MS + SEEN_MS)
            gone_s = _wait_until_gone(running) - began
            beside = load.end()
    before, after = without.delay_p99_ms, beside.delay_p99_ms
    return Run(without.valid and beside.valid, before, after, after / before, gone_s)


def _wait_until_gone(running: House) -> float:
    """The time at which the servers have a socket less. They are asked: a kernel that gives up may tell nobody else."""
    until = time.monotonic() + BESIDE_MS / 1_000
    while scrape.sockets(server.url for server in running.servers) == CLIENTS:
        if time.monotonic() > until:
            raise RuntimeError(f"the client that never reads is still there after {BESIDE_MS / 1_000:g} s")
        time.sleep(0.2)
    return time.monotonic()


LINES = (
    ("the others' p99 without it, ms", "p99_without_ms", 0),
    ("the others' p99 with it, ms", "p99_with_ms", 0),
    ("the second to the first", "times", 2),
    ("it is cut off after, s", "gone_s", 1),
)


def tables(numbers: Numbers) -> list[Table]:
    return [summary(f"One client that never reads in a room of {numbers['clients']:,}", numbers["runs"], LINES)]


BENCH = Bench(
    "slow", "one client that never reads in a room of 500: the others' delay, and when it is gone", run, tables
)
