"""`idle`: what a connection costs on which nothing happens, and what that is made of, layer by layer."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from functools import partial

from bench.cpu import cpu_s, rss_bytes
from bench.entry import Entry, python_entry, started
from bench.house import house
from bench.loader import Client, Dialect, Load
from bench.machine import raise_open_files
from bench.results import Bench, Numbers, Options, Table, number
from tests.support.postgres import Postgres

CONNECTIONS = 1_000
CONNECTS_PER_S = 500
IN_MS = 60_000
REST_MS = 10_000
"""Every connection is pinged once in twice the time."""
WARM = 50
"""Connections that come and go first: what the first ones make a process load is not a connection's own."""


@dataclass(frozen=True, slots=True)
class Run:
    """Of one connection, above the servers that have none; `empty_*` are those, all processes together."""

    rss_kb: float
    cpu_us_per_s: float
    empty_rss_mb: float
    empty_cpu_ms_per_s: float


@dataclass(frozen=True, slots=True)
class Server:
    """Running, with nobody connected yet."""

    pids: Sequence[int]
    clients: Sequence[Client]
    speaks: str | Dialect


@dataclass(frozen=True, slots=True)
class Layer:
    """What a connection is made of, up to here."""

    name: str
    title: str
    open: Callable[[], AbstractContextManager[Server]]


def layers(postgres: Postgres) -> list[Layer]:
    bare, stock, wire = (
        python_entry("bare", "bare"),
        python_entry("stock", "stock", "one"),
        python_entry("wordtide", "wire"),
    )
    return [
        Layer("transport", "a transport of uvloop, the handshake answered", partial(_alone, bare)),
        Layer("stock", "uvicorn's own protocol and Starlette: a queue, a scope, a task", partial(_alone, stock)),
        Layer("wire", "Wordtide's protocol (live/wire.py): no queue, no task", partial(_alone, wire)),
        Layer("wordtide", "Wordtide: a writer of a room, over two processes", partial(_in_a_room, postgres)),
    ]


@contextmanager
def _alone(entry: Entry) -> Iterator[Server]:
    with started(entry, 1, {"n": CONNECTIONS, "frames": 0, "interval_ms": 0}) as (ports, pids):
        yield Server(pids, [Client(ports[0])] * CONNECTIONS, entry.dialect)


@contextmanager
def _in_a_room(postgres: Postgres) -> Iterator[Server]:
    with house(postgres) as running:
        clients = running.sign_in(CONNECTIONS)
        yield Server(running.server_pids, clients, running.make_room(clients[0]))


def measure(layer: Layer) -> Run:
    with layer.open() as server:
        with Load(server.clients[:WARM], server.speaks) as few:
            few.connect(CONNECTS_PER_S, IN_MS)
        empty_cpu, empty_rss = _rested(server.pids), rss_bytes(server.pids)
        with Load(server.clients, server.speaks) as load:
            load.connect(CONNECTS_PER_S, IN_MS)
            cpu, rss = _rested(server.pids), rss_bytes(server.pids)
    return Run(
        (rss - empty_rss) / CONNECTIONS / 1024,
        (cpu - empty_cpu) / CONNECTIONS * 1e6,
        empty_rss / 2**20,
        empty_cpu * 1e3,
    )


def _rested(pids: Sequence[int]) -> float:
    """CPU seconds a second, once what came with the connecting is over."""
    time.sleep(2)
    before, began = cpu_s(pids), time.monotonic()
    time.sleep(REST_MS / 1_000)
    return (cpu_s(pids) - before) / (time.monotonic() - began)


def run(options: Options) -> Numbers:
    raise_open_files(CONNECTIONS + 1_000)
    postgres = Postgres.start_new()
    told = []
    try:
        for layer in layers(postgres):
            if options.takes(layer.name):
                print(f"idle {layer.name}", file=sys.stderr)
                told.append({"name": layer.name, "title": layer.title, **asdict(measure(layer))})
    finally:
        postgres.close()
    return {"connections": CONNECTIONS, "layers": told}


def tables(numbers: Numbers) -> list[Table]:
    rows = [["one idle connection", "RSS KB", "CPU us a second", "the empty server: RSS MB", "CPU ms a second"]]
    for layer in numbers["layers"]:
        cells = [number(layer[name]) for name in ("rss_kb", "cpu_us_per_s", "empty_rss_mb", "empty_cpu_ms_per_s")]
        rows.append([layer["title"], *cells])
    return [Table(f"{numbers['connections']:,} connections on which nothing happens", rows)]


BENCH = Bench("idle", "RSS and CPU of an idle connection, and what it is made of", run, tables)
