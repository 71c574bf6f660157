"""CPU and memory are those of a whole process tree, and of nobody else."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.cpu import cpu_s, rss_bytes, tree

SPENDS = """
import time
held = bytearray(30_000_000)
while time.process_time() < 0.3:
    pass
print(flush=True)
time.sleep(60)
"""


@pytest.fixture
def parent() -> Iterator["subprocess.Popen[bytes]"]:
    """A shell whose child has spent 0.3 s of CPU and holds 30 MB; it does nothing itself."""
    command = ["sh", "-c", f"{sys.executable} -c '{SPENDS}' & wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as shell:
        assert shell.stdout is not None
        shell.stdout.readline()
        yield shell
        os.killpg(shell.pid, signal.SIGTERM)  # a bare Debian has no program that would


def test_what_children_use_is_counted(parent: "subprocess.Popen[bytes]") -> None:
    assert len(tree([parent.pid])) == 2
    assert 0.3 <= cpu_s([parent.pid]) < 5
    assert 30_000_000 <= rss_bytes([parent.pid]) < 200_000_000
