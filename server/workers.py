"""`--workers N`: the parent, which only looks after N server processes on one port."""

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from server.config import Settings
from server.serve import GRACEFUL_S, bind, run_one

log = logging.getLogger("wordtide")

PAUSES_S = 0.5, 30.0
"""Before a worker that could not start is started again: the first, and the longest."""
_CONTEXT = multiprocessing.get_context("spawn")


class WorkerError(RuntimeError):
    """No worker could start. The text is what the worker said of it."""


class Worker:
    """One of N places, and the process that fills it now."""

    def __init__(self, settings: Settings, host: str, port: int) -> None:
        self._arguments = settings, host, port
        self._pause = 0.0
        self.due = 0.0
        """When (forward clock, s) the next process of this place may begin."""
        self.has_served = False
        self.begin()

    def begin(self) -> None:
        """Raises OSError where the machine has no room for one more process; the place is still free then."""
        self.is_ready, self.trouble = False, ""
        hears, says = _CONTEXT.Pipe(duplex=False)
        process = _CONTEXT.Process(target=_work, args=(*self._arguments, says))
        with says:  # closed here, so that the worker's end is the pipe's end
            process.start()
        self.process: SpawnProcess = process
        self._hears, self._open = hears, True

    @property
    def waits_for(self) -> list[Connection | int]:
        return [*([self._hears] if self._open else []), self.process.sentinel]

    def hear(self) -> None:
        """Take in what the process has said: that it is ready, or why it cannot be."""
        while self._open and self._hears.poll():
            try:
                self.trouble = self._hears.recv()
            except EOFError:
                self._open = False
                self._hears.close()
            else:
                self.is_ready = not self.trouble
                self.has_served = self.has_served or self.is_ready

    def mourn(self) -> None:
        """It has ended. One that had been ready is replaced at once, one that could not start after a pause."""
        first, longest = PAUSES_S
        self._pause = 0.0 if self.is_ready else min(max(first, 2 * self._pause), longest)
        self.due = time.monotonic() + self._pause


def run_many(settings: Settings, host: str, port: int, workers: int, started: Callable[[int], None]) -> int:
    """N processes, each on its own socket, until SIGTERM or SIGINT. One that dies is started again.

    Raises OSError where the port is taken, WorkerError where a worker ends before it was ever ready.
    """
    bind(host, port, shared=False).close()  # sharing alone would let a second Wordtide in on the same port
    held = bind(host, port, shared=True)
    try:
        return _look_after(settings, host, held, workers, started)
    finally:
        held.close()


def _look_after(settings: Settings, host: str, held: socket.socket, count: int, started: Callable[[int], None]) -> int:
    port: int = held.getsockname()[1]
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    workers: list[Worker] = []
    is_open = False
    try:
        workers.extend(Worker(settings, host, port) for _ in range(count))
        while not stopping.is_set():
            living = [each for each in workers if each.process.is_alive()]
            wait([handle for each in living for handle in each.waits_for], timeout=0.2)
            for each in workers:
                _look_at(each)
            if not is_open and all(each.has_served for each in workers):
                is_open = True
                started(port)
    finally:
        _end(workers)
    return 0


def _look_at(worker: Worker) -> None:
    worker.hear()
    if worker.process.is_alive():
        return
    worker.hear()  # its last words may have come since
    if not worker.has_served:
        raise WorkerError(worker.trouble or f"A server process ended with {worker.process.exitcode} before it began.")
    if not worker.due:
        why = worker.trouble or f"exit status {worker.process.exitcode}"
        log.error("server process %s ended: %s; starting another", worker.process.pid, why)
        worker.mourn()
    if time.monotonic() >= worker.due:
        worker.due = 0.0
        try:
            worker.begin()
        except OSError as error:  # the others go on
            log.error("a server process cannot be started: %s; trying again", error)
            worker.mourn()


def _end(workers: list[Worker]) -> None:
    for each in workers:
        each.process.terminate()
    until = time.monotonic() + GRACEFUL_S + 5
    for each in workers:
        each.process.join(max(0.0, until - time.monotonic()))
        if each.process.is_alive():
            each.process.kill()


def _work(settings: Settings, host: str, port: int, says: Connection) -> None:
    """What a worker does. It says "" when it is ready, or else why it cannot be."""
    _end_with_the_parent()
    try:
        run_one(settings, host, port, True, lambda _: _say(says, ""))
    except (OSError, RuntimeError) as error:
        _say(says, error.strerror if isinstance(error, OSError) and error.strerror else str(error))
        sys.exit(1)


def _say(says: Connection, text: str) -> None:
    with suppress(OSError):  # the parent is gone, and so is this process in a moment
        says.send(text)


def _end_with_the_parent() -> None:
    """Nobody would look after this process without its parent, nor tell it to end: it ends in order by itself."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
