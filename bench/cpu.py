"""CPU time and memory of a process and all its children, from the kernel's accounting."""

import contextlib
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_s(roots: Iterable[int]) -> float:
    """CPU seconds of these process trees, user and kernel, to the nanosecond (a thread that has ended is not in it)."""
    return sum(_thread_ns(thread) for pid in tree(roots) for thread in _threads(pid)) / 1e9


def rss_bytes(roots: Iterable[int]) -> int:
    """Resident memory, pages shared between processes counted once for each."""
    return sum(_resident_pages(pid) for pid in tree(roots)) * PAGE


def tree(roots: Iterable[int]) -> set[int]:
    """These processes and all that descend from them."""
    children = defaultdict(list)
    for pid, parent in _parents():
        children[parent].append(pid)
    found: set[int] = set()
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children[pid]
    return found


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):  # it has just ended
                # The name, in brackets, may hold anything; the parent is the second field after it.
                yield int(folder.name), int((folder / "stat").read_text().rpartition(")")[2].split()[1])


def _threads(pid: int) -> list[Path]:
    with contextlib.suppress(OSError):
        return list(Path(f"/proc/{pid}/task").iterdir())
    return []


def _thread_ns(thread: Path) -> int:
    with contextlib.suppress(OSError):
        return int((thread / "schedstat").read_text().split()[0])
    return 0


def _resident_pages(pid: int) -> int:
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return 0
