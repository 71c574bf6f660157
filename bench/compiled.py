"""Programs in C that the benchmarks need, compiled when their sources have changed."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

BENCH = Path(__file__).resolve().parent


class MissingError(RuntimeError):
    """Something that a benchmark needs is not on this machine. The text says what, and how to get it."""


def compiled(name: str, sources: Sequence[Path]) -> Path:
    """The program in a build folder beside its sources. Raises MissingError without a compiler."""
    target = sources[0].parent / "build" / name
    newest = max(path.stat().st_mtime for source in sources for path in source.parent.glob("*.[ch]"))
    if target.exists() and target.stat().st_mtime > newest:
        return target
    compiler = shutil.which("cc")
    if compiler is None:
        raise MissingError(
            "The load generator is written in C, and there is no cc: on Debian, apt install gcc libc6-dev."
        )
    target.parent.mkdir(exist_ok=True)
    fresh = target.with_suffix(".new")  # a run that is under way keeps the program it has
    options = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"]
    subprocess.run([compiler, *options, "-o", fresh, *sorted(sources)], check=True)
    fresh.rename(target)
    return target


def load_generator() -> Path:
    return compiled("load", list((BENCH / "load").glob("*.c")))


def floor_server() -> Path:
    return compiled("floor", [BENCH / "servers" / "floor.c"])
