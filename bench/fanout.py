"""`fanout`: one room, N readers, frames of 200 bytes: what does one delivered frame cost the server?"""

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from bench.compiled import MissingError
from bench.cpu import cpu_s
from bench.entry import Entry, own_fanout_entries, peer_entries, started
from bench.loader import Client, Load
from bench.machine import raise_open_files
from bench.results import Bench, Numbers, Options, Table, busy_note, median, number, ratio, values_of
from bench.servers.broadcast import PAYLOAD_BYTES
from tests.support.valkey import Valkey, system_binary


@dataclass(frozen=True, slots=True)
class Size:
    """`frames` frames, `interval_ms` apart, to each of `readers`: some 2 s of work for the quick ones."""

    readers: int
    frames: int
    interval_ms: int
    most_repeats: int


SIZES = (Size(100, 150, 10, 5), Size(1_000, 25, 60, 5), Size(5_000, 6, 300, 5))
FLAT_OUT = Size(1_000, 500, 0, 1)
CONNECTS_PER_S = 4_000
HEARD_MS = 60_000
FLOOR, OURS = "floor", "wordtide"


@dataclass(frozen=True, slots=True)
class Run:
    """CPU is the server's alone; `loader_busy` is the load generator's share of time that it did not wait."""

    valid: bool
    cpu_us_per_frame: float
    delivered: int
    wall_s: float
    loader_busy: float


@dataclass(frozen=True, slots=True)
class Capacity:
    """Of the load generator: frames it was given a second, and the share of that time in which it did not wait."""

    frames_per_s: float
    busy_share: float


def run(options: Options) -> Numbers:
    raise_open_files(max(size.readers for size in SIZES) + 1_000)
    entries = [each for each in own_fanout_entries() + peer_entries("fanout") if options.takes(each.name)]
    numbers: Numbers = {"entries": {each.name: {"title": each.title, "sizes": {}} for each in entries}}
    for entry in entries:
        try:
            entry.prepare()
        except MissingError as error:
            numbers["entries"][entry.name]["not_run"] = str(error)
    sizes = [size for size in SIZES if not options.sizes or size.readers in options.sizes]
    with Valkey(system_binary(), tcp=True) as redis:
        for size in sizes:
            for repeat in range(min(options.repeats, size.most_repeats)):
                for entry in entries:
                    told = numbers["entries"][entry.name]
                    if "not_run" not in told:
                        print(f"fanout {size.readers} {entry.name} ({repeat + 1})", file=sys.stderr)
                        _measure_into(told, entry, size, redis.url)
        if options.takes(FLOOR) and "not_run" not in numbers["entries"][FLOOR]:
            numbers["capacity"] = asdict(_capacity(redis.url))
    return numbers


def _capacity(redis: str) -> Capacity:
    """How much the load generator takes from the floor that sends as fast as it can."""
    floor = next(entry for entry in own_fanout_entries() if entry.name == FLOOR)
    run = measure(floor, FLAT_OUT, redis)
    sending_s = run.wall_s - 1  # the server waits for a second first
    return Capacity(run.delivered / sending_s, run.loader_busy * run.wall_s / sending_s)


def _measure_into(told: Numbers, entry: Entry, size: Size, redis: str) -> None:
    try:
        measured = measure(entry, size, redis)
    except (MissingError, RuntimeError) as error:
        told["not_run"] = f"with {size.readers} readers: {error}"
    else:
        told["sizes"].setdefault(str(size.readers), {"runs": []})["runs"].append(asdict(measured))


def measure(entry: Entry, size: Size, redis: str) -> Run:
    values = {"n": size.readers, "frames": size.frames, "interval_ms": size.interval_ms, "redis": redis}
    with started(entry, 1, values) as (ports, pids), Load([Client(ports[0])] * size.readers, entry.dialect) as load:
        load.connect(CONNECTS_PER_S)
        # The server waits for a second before its first frame.
        before, began = cpu_s(pids), time.monotonic()
        heard = load.hear(size.frames, HEARD_MS)
        spent = cpu_s(pids) - before
        delivered = heard.numbered
        return Run(
            heard.valid and delivered == size.frames * size.readers,
            spent / max(delivered, 1) * 1e6,
            delivered,
            time.monotonic() - began,
            heard.busy_share,
        )


def tables(numbers: Numbers) -> list[Table]:
    entries = numbers["entries"]
    sizes = sorted({int(size) for each in entries.values() for size in each["sizes"]})

    def cost(name: str, size: int) -> float | None:
        runs = entries.get(name, {}).get("sizes", {}).get(str(size))
        found = values_of(runs["runs"], "cpu_us_per_frame") if runs else []
        return median(found) if found else None

    rows = [
        ["us of CPU a frame", *(f"N = {size:,}" for size in sizes), *(f"to {what}" for what in ("floor", "Wordtide"))]
    ]
    last = sizes[-1] if sizes else 0
    for name, each in entries.items():
        if each["sizes"]:
            costs = [cost(name, size) for size in sizes]
            against = [ratio(cost(name, last), cost(to, last)) for to in (FLOOR, OURS)]
            rows.append([each["title"], *map(number, costs), *against])
    title = f"One frame of {PAYLOAD_BYTES} bytes to one reader (ratios at N = {last:,})"
    return [Table(title, rows, _notes(entries, sizes))]


def _notes(entries: Numbers, sizes: Sequence[int]) -> list[str]:
    measured = [
        (each["title"], size, each["sizes"][str(size)]["runs"])
        for each in entries.values()
        for size in sizes
        if str(size) in each["sizes"]
    ]
    repeats = {size: max(len(runs) for _, of, runs in measured if of == size) for size in sizes}
    notes = [f"Runs: {', '.join(f'{count} at N = {size:,}' for size, count in repeats.items())}."]
    notes += [f"{each['title']}: not run: {each['not_run']}." for each in entries.values() if "not_run" in each]
    for title, size, runs in measured:
        lost = sum(not run["valid"] for run in runs)
        if lost:
            notes.append(f"{title}, N = {size:,}: {lost} of {len(runs)} runs are invalid, somebody lacked a frame.")
        notes += busy_note(f"{title}, N = {size:,}", runs)
    return notes


BENCH = Bench("fanout", "one room, N readers, frames of 200 bytes: CPU a delivered frame, beside peers", run, tables)
