"""Runs a server process: its socket, its signals, and an end in the right order."""

import asyncio
import errno
import logging
import os
import socket
import sys
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from server.app import House, open_house
from server.config import Settings
from server.heap import Heap
from server.live.wire import WireProtocol
from server.web.patience import patient_for

log = logging.getLogger("wordtide")

GRACEFUL_S = 10
BACKLOG = 2_048
UNREAD_MS = 15_000
"""The kernel lets go of a peer that has acknowledged nothing for so long: a phone in a tunnel comes out in time."""
SEND_BUFFER = 64 * 1024
"""Bytes that the kernel holds for one socket (it takes twice as many): what is older has no worth to a slow reader."""


def listen(host: str, port: int, shared: bool) -> socket.socket:
    """A listening socket; `shared`: other processes listen on the same port, and the kernel spreads connections.

    Raises OSError, which names the address and what to choose instead.
    """
    sock = bind(host, port, shared)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)  # those that are accepted inherit both
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS)
    sock.listen(BACKLOG)
    sock.setblocking(False)
    return sock


def bind(host: str, port: int, shared: bool) -> socket.socket:
    """As `listen`, but nobody can connect yet. Not `shared`: also refused where others share the port already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        raise OSError(error.errno, _refusal(host, port, error)) from error
    return sock


def _refusal(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use: stop what listens there, or choose another port with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} is not for this user: choose one from 1024 on with --port."
    why = error.strerror or os.strerror(error.errno or 0)
    return f"Cannot listen on {host}, port {port}: {why}. Choose another address with --host or --port."


class Server(uvicorn.Server):
    """uvicorn's server, which sends everybody elsewhere and stores all before it closes its sockets."""

    def __init__(self, config: uvicorn.Config, house: House, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._house = house
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            async with asyncio.timeout(GRACEFUL_S):
                await self._house.drain()
        except Exception:
            log.exception("not everything could be stored before the end; browsers keep what was not acknowledged")
        await super().shutdown(sockets)
        # uvicorn would raise the signal again, which ends the process before the rest of the house is closed.
        self._captured_signals.clear()


def uvicorn_config(app: ASGIApp, headers_ms: int, proxies: str | None = None) -> uvicorn.Config:
    """How uvicorn serves the house. A client has `headers_ms` to say what it wants. `proxies`: addresses and networks,
    parted by commas, of those that say for whom they ask."""
    return uvicorn.Config(
        app,
        http=patient_for(headers_ms),
        ws=WireProtocol,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        ws_max_size=16 * 1024,
        ws_ping_interval=None,  # live/life.py pings
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GRACEFUL_S,
        proxy_headers=proxies is not None,
        forwarded_allow_ips=proxies or "",
    )


async def serve_one(settings: Settings, sock: socket.socket, started: Callable[[], None]) -> None:
    """One process, until SIGTERM or SIGINT."""
    async with open_house(settings) as house:
        heap = Heap(lambda: any(room.is_busy for room in house.rooms))
        try:
            configured = uvicorn_config(house.app, settings.headers_ms, settings.trusted_proxies)
            await Server(configured, house, started).serve(sockets=[sock])
        finally:
            heap.stop()


def run_one(settings: Settings, host: str, port: int, shared: bool, started: Callable[[int], None]) -> None:
    """Run one process on a socket of its own, on uvloop where there is one. `started` is told the port.

    Raises OSError and RuntimeError, whose texts say what to mend, where it cannot start.
    """
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    for chatty in ("uvicorn", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    sock = listen(host, port, shared)
    found: int = sock.getsockname()[1]
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(serve_one(settings, sock, lambda: started(found)))
    except KeyboardInterrupt:
        pass  # Ctrl-C before the server had begun, or once more while it was ending
    finally:
        sock.close()


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """For asyncio.Runner: uvloop's, where there is one."""
    if sys.platform == "win32":
        return None
    import uvloop

    return uvloop.new_event_loop
