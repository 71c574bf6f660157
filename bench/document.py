"""docs/performance.md, made from the numbers of the benches (docs/performance/NAME.json): none is typed by hand."""

import json
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench import big, history, room
from bench.compiled import BENCH
from bench.results import MUCH_BUSY, Bench, Numbers, Table, median, number, values_of
from bench.servers.broadcast import PAYLOAD_BYTES
from server.live.pulse import tick_ms

DOCS = BENCH.parent / "docs"
PAGE = DOCS / "performance.md"
FOLDER = DOCS / "performance"
BUSY = 0.7
"""How busy a core may be on paper."""
MILLION = 1_000_000
ROOM_FRAMES_AT = "1000"
"""The size of `fanout` whose cost of a frame goes into the formula."""

INTRODUCTION = """# What it costs

Made by `./dev bench all --write` from docs/performance/*.json; nothing here is typed by hand.

{machine}

All parts run on this one machine over loopback: servers, Redis, PostgreSQL and the load generator share its cores. So
what counts are ratios between entries of the same run. CPU is the kernel's own account of each server's process tree
(`/proc/PID/task/*/schedstat`), user and system; on loopback the receiving half of the kernel's work is in it, too. Runs
of all entries are interleaved, and the median is shown. Every receiver checks that it was told every frame, or the last
value of every writer; a run in which one was not is invalid and counts for nothing. `idle` is measured once.

To repeat: `./dev bench NAME` for one bench, a table and one line of JSON last; `./dev bench all --write` for all of
them and this page. `big` needs many sockets: `ulimit -Hn` has to allow {files:,}. The peers are installed from their
locks on demand (bench/peers/README.md); one that cannot be is named as not run.

The load generator (bench/load/, C, one thread) says of each run for which share of the time it did not wait for
anything; where that was more than {much_busy:.0%}, the table says so. {loader}
"""

ABOUT = {
    "fanout": f"""\
One process, N readers, frames of {PAYLOAD_BYTES} bytes: CPU until one frame is delivered to one reader. What parts
Wordtide from the floor is a few calls of Python for each socket and uvloop's own accounts of each write. To come
nearer, the sweep would have to be one call in C over the descriptors of a slice. It would write past the transport, and
so have to keep what the kernel did not take and wait for room itself.""",
    "room": f"""\
Two processes and Redis (Wordtide also PostgreSQL). The unit is one writer's update, seen by one other writer. Who sends
every update to everybody at once is quick as long as the cores suffice; where they do not, the delay is that of a
queue. Wordtide waits for its tick, which is what its delay shows, and does the rest of the job besides: its counts are
stored and acknowledged.

Who coalesces is measured for some seconds, after as many that do not count. Who sends every update by itself would need
minutes for that, so there counts change once ({room.one_by_one()}), as many in a second as if all went on. Such
a queue has no more time to grow than that: under a load that lasts, the delays would be longer.""",
    "big": f"""\
Two processes, Redis and PostgreSQL. The delay is read from {big.PROBES} writers who are so far ahead that every client
is told their exact words; that all others' words arrived is checked by the sum that each frame carries.""",
    "idle": """\
The second and the third each stand on the first, the last on the third. CPU of an idle connection below zero, or hardly
above it, cannot be told from the empty server's own, which is not the same from one second to the next.""",
    "storm": """\
Two processes; the clients connect, say HELLO and wait until all is told to them. That they are told everything
afterwards, too, is checked as in `big`.""",
    "slow": "Its socket's buffer is small, as a phone's may be, and it stops to read.",
    "pages": """\
Lighthouse's own phone: a line of 1.6 Mbit/s with 150 ms, and a processor four times slower than this machine's. Both it
reckons from what it sees. What a page scores otherwise is held by the tests (`tests/e2e/test_lighthouse.py`).""",
    "history": f"""\
The page's data is what one statement answers: the columns of all sessions, the newest sessions, the settings. What is
made of it takes Python about as long again: sums, bests, a year of days, the streak. As a whole it is asked for over
HTTP, one client on one connection. The rows are made by SQL in the order in which they would have been written, so
that one writer's lie far apart; all is in the memory of the machine.

Without `{history.INDEX}` there is an index of each writer's days in its place, and all else is read from the
table. What the index costs is paid at each checkpoint, where a count is stored anew while its writer writes.""",
}


def save(bench: Bench, numbers: Numbers) -> None:
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{bench.name}.json").write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")


def write(benches: Iterable[Bench]) -> None:
    PAGE.write_text(page(benches), encoding="utf-8")


def page(benches: Iterable[Bench]) -> str:
    """docs/performance.md, from whatever has been measured and saved."""
    told = {
        bench.name: json.loads(path.read_text(encoding="utf-8"))
        for bench in benches
        if (path := FOLDER / f"{bench.name}.json").exists()
    }
    said = {"machine": _machines(told), "files": big.FILES, "much_busy": MUCH_BUSY, "loader": _loader(told)}
    parts = [INTRODUCTION.format_map(said).rstrip()]
    for bench in benches:
        if bench.name in told:
            tables = bench.tables(told[bench.name])
            parts += [f"## {bench.name}", ABOUT[bench.name], *(table.markdown() for table in tables)]
    if {"fanout", "room", "idle"} <= told.keys():
        parts += ["## How cost grows", *_growth(told)]
        if any(run["valid"] for run in told.get("big", {"runs": []})["runs"]):
            parts += ["## A million writers, on paper", *_million(told)]
    return "\n\n".join(parts) + "\n"


def _machines(told: Mapping[str, Numbers]) -> str:
    """A line for each, with what was measured on it, and on which day."""
    measured: dict[str, dict[str, list[str]]] = {}
    for name, numbers in told.items():
        it = numbers["machine"]
        machine = f"{it['processor']}, {it['cores']} cores, {it['memory_gb']} GB, {it['system']}, Python {it['python']}"
        measured.setdefault(machine, {}).setdefault(numbers["date"], []).append(name)
    return "\n".join(f"Machine: {machine}; {_days(of)}." for machine, of in sorted(measured.items()))


def _days(benches: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(f"{day} ({', '.join(names)})" for day, names in sorted(benches.items()))


def _loader(told: Mapping[str, Numbers]) -> str:
    capacity = told.get("fanout", {}).get("capacity")
    if capacity is None:
        return ""
    return (
        "From the C floor sending as fast\n"
        f"as it can it took {number(capacity['frames_per_s'], 0)} frames a second, "
        f"busy for {capacity['busy_share']:.0%} of the time."
    )


# Constants --------------------------------------------------------------------------------------------------------


def _frame_us(told: Mapping[str, Numbers]) -> float:
    sizes = told["fanout"]["entries"]["wordtide"]["sizes"]
    return median(values_of(sizes[ROOM_FRAMES_AT]["runs"], "cpu_us_per_frame"))


def _empty_ms(told: Mapping[str, Numbers]) -> float:
    """CPU of both servers in a second in which nothing happens."""
    layers: list[dict[str, Any]] = told["idle"]["layers"]
    return next(float(layer["empty_cpu_ms_per_s"]) for layer in layers if layer["name"] == "wordtide")


@dataclass(frozen=True, slots=True)
class Measured:
    """Wordtide in `room`: CPU in ms a second, both processes; `frames_ms` of it went into frames."""

    writers: int
    updates_per_s: float
    spent_ms: float
    frames_ms: float


def _measured(told: Mapping[str, Numbers]) -> list[Measured]:
    found = []
    for size, entry in told["room"]["entries"]["wordtide"]["sizes"].items():
        writers = int(size)
        runs = [run for run in entry["runs"] if run["valid"]]
        spent = median([run["cpu_us_per_update"] * run["updates_seen"] / run["wall_s"] / 1e3 for run in runs])
        updates = median([run["updates_seen"] / (writers - 1) / run["wall_s"] for run in runs])
        found.append(Measured(writers, updates, spent, writers * 1_000 / tick_ms(writers) * _frame_us(told) / 1e3))
    return found


def _busy_and_update(told: Mapping[str, Numbers]) -> tuple[float, float]:
    """ms a second that a room costs in which something changes, and us for each update: the line of least squares."""
    sizes = _measured(told)
    rest = [size.spent_ms - size.frames_ms - _empty_ms(told) for size in sizes]
    line = statistics.linear_regression([size.updates_per_s for size in sizes], rest)
    return line.intercept, line.slope * 1e3


def _growth(told: Mapping[str, Numbers]) -> list[str]:
    empty, frame, (busy, update) = _empty_ms(told), _frame_us(told), _busy_and_update(told)
    rows = [["writers", "CPU ms a second", "by the formula", "of it frames", "of it updates"]]
    off = 0.0
    for size in _measured(told):
        updates = size.updates_per_s * update / 1e3
        by_formula = empty + busy + size.frames_ms + updates
        off = max(off, abs(by_formula / size.spent_ms - 1))
        rows.append([number(size.writers, 0), *map(number, (size.spent_ms, by_formula, size.frames_ms, updates))])
    return [
        f"```text\nCPU in ms a second = {number(empty)} + {number(busy)} if anything changes\n"
        f"    + sockets * ticks a second * {frame / 1e3:.4f} + updates a second * {update / 1e3:.3f}\n```",
        f"""\
The first term is two processes in which nothing happens (`idle`); the third is one frame a tick for every socket
(`fanout`). The second and the fourth are a line through what is left of the CPU measured in `room`: what comes again
and again while anything changes, such as flushes to Redis; and what each update costs, from hearing and merging it to
storing and acknowledging it, on both processes. No term is a product of sockets and changed rows, and without one the
formula is at most {off:.0%} off.""",
        Table("Wordtide's CPU in `room`, both processes", rows).markdown(),
    ]


def _million(told: Mapping[str, Numbers]) -> list[str]:
    runs = told["big"]["runs"]
    it = {name: median(values_of(runs, name)) for name in runs[0]}
    rooms = MILLION / it["writers"]
    cores, redis, database = (it[name] * rooms for name in ("server_cpu", "redis_cpu", "database_cpu"))
    processes = math.ceil(cores / BUSY)
    layers: list[dict[str, Any]] = told["idle"]["layers"]
    empty_mb = next(layer["empty_rss_mb"] for layer in layers if layer["name"] == "wordtide") / 2
    memory_gb = (MILLION * it["rss_kb_per_connection"] / 1024 + processes * empty_mb) / 1024
    update_us = _busy_and_update(told)[1]
    a_second = BUSY / update_us * 1e6
    period_s = big.PERIOD_MS / 1_000
    rows = [
        [f"of a million writers, each changing every {period_s:g} s", ""],
        ["server cores", number(cores, 0)],
        [f"processes, a core each, {BUSY:.0%} busy", number(processes, 0)],
        ["memory of all of them, GB", number(memory_gb, 0)],
        ["Redis cores", number(redis)],
        ["PostgreSQL cores", number(database)],
        ["to the clients, Gbit a second", number(MILLION * it["bytes_per_client_s"] * 8 / 1e9, 2)],
    ]
    title = f"{rooms:,.0f} rooms as the one in `big`"
    return [
        Table(title, rows).markdown(),
        f"""\
Rooms share nothing, so this is the room of `big` so many times over. A room's rows go through one Redis, and rooms can
be spread over several: their keys and channels carry the room in braces, as a cluster wants it.

One room of a million is another thing: every process hears every update of a room. At most {number(update_us, 0)} us
each, a core takes {number(a_second, 0)} updates a second, so a room whose writers change every {period_s:g} s
ends at some {number(period_s * a_second, 0)} writers to a core, and more processes help less and less. Beyond that,
processes would have to hand on sums, the top and knots instead of rows.""",
    ]
