"""`./dev bench [NAME]`: run a benchmark; a table, and one line of JSON last. Without a name: which there are."""

import argparse
import json
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from bench import document
from bench.benches import BENCHES
from bench.compiled import MissingError
from bench.machine import machine
from bench.results import Bench, Numbers, Options

ALL = "all"


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=[*BENCHES, ALL], help="which one")
    parser.add_argument("--repeats", type=int, default=5, help="runs of each entry, interleaved (default 5)")
    parser.add_argument("--only", default="", help="these entries alone, parted by commas")
    parser.add_argument("--sizes", default="", help="these sizes alone, parted by commas")
    keep = "keep the numbers, and make docs/performance.md from all that are kept (without a name: only that)"
    parser.add_argument("--write", action="store_true", help=keep)
    arguments = parser.parse_args()
    if arguments.write and (arguments.only or arguments.sizes):
        parser.error("--write keeps whole benches only: leave out --only and --sizes")
    if arguments.name is None and arguments.write:
        document.write(BENCHES.values())
        return 0
    if arguments.name is None:
        for bench in BENCHES.values():
            print(f"{bench.name:8} {bench.help}")
        print(f"{ALL:8} all of these, one after another")
        return 0
    only = frozenset(filter(None, arguments.only.split(",")))
    sizes = [int(size) for size in arguments.sizes.split(",") if size]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # end what was started
    chosen = list(BENCHES.values()) if arguments.name == ALL else [BENCHES[arguments.name]]
    try:
        _run(chosen, Options(arguments.repeats, only, sizes), arguments.write)
    except MissingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _run(chosen: Sequence[Bench], options: Options, write: bool) -> None:
    told: dict[str, Numbers] = {}
    for bench in chosen:
        today = datetime.now(UTC).date().isoformat()
        told[bench.name] = {"machine": msgspec.to_builtins(machine()), "date": today, **bench.run(options)}
        for table in bench.tables(told[bench.name]):
            print(table.plain(), end="\n\n", flush=True)
        if write:
            document.save(bench, told[bench.name])
            document.write(BENCHES.values())
    print(json.dumps(told))


if __name__ == "__main__":
    sys.exit(main())
