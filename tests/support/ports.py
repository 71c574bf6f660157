"""Free TCP ports for the servers that tests start."""

import socket
from contextlib import ExitStack


def free_port(in_a_row: int = 1) -> int:
    """A port of 127.0.0.1 that nobody uses just now; with `in_a_row`, the first of so many."""
    while True:
        with ExitStack() as probes:
            first = _bound(probes, 0)
            try:
                for port in range(first + 1, first + in_a_row):
                    _bound(probes, port)
            except (OSError, OverflowError):
                continue
            return first


def _bound(probes: ExitStack, port: int) -> int:
    probe = probes.enter_context(socket.socket())
    probe.bind(("127.0.0.1", port))
    bound: int = probe.getsockname()[1]
    return bound
