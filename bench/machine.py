"""The machine a benchmark ran on, and what it must allow."""

import os
import platform
import resource
from pathlib import Path

import msgspec


class Machine(msgspec.Struct, frozen=True):
    """As the tables name it."""

    processor: str
    cores: int
    memory_gb: int
    system: str
    python: str


def machine() -> Machine:
    models = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory_kb = next(int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal"))
    return Machine(
        models[0] if models else platform.machine(),
        len(os.sched_getaffinity(0)),
        round(memory_kb / 2**20),
        f"{platform.system()} {platform.release()}",
        platform.python_version(),
    )


def raise_open_files(needed: int) -> None:
    """Let this process and its children open so many files. Raises RuntimeError where the system does not."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < needed:
        raise RuntimeError(
            f"This needs {needed} open files, but the hard limit is {most}: raise it with ulimit -Hn {needed}."
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines()
