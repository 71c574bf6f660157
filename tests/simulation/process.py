"""A server process of a simulation: the objects of the product, put together as server/app.py does, in its own loop."""

import asyncio
from collections.abc import Callable
from random import Random

from starlette.websockets import WebSocket

from protocol.messages import SUBPROTOCOL
from server.app import passes
from server.clock import Clock
from server.core.records import SignedIn
from server.core.sprint import Limits
from server.ledger.ledger import SqlLedger
from server.live.life import Life
from server.live.plane import Plane, Tasks, Timing
from server.live.relay_redis import RedisRelay
from server.live.rooms import Rooms
from server.live.socket import SocketEndpoint
from server.live.upkeep import Upkeep
from server.live.wire import EXTENSION, Wire
from tests.simulation.direct import DirectDatabase
from tests.simulation.loop import Universe, VirtualLoop
from tests.simulation.network import Link, Network
from tests.simulation.sql import SqlServer, access

NEVER_MS = 10**9
"""Reading whole boards from SQL again would mend what the relay is to mend."""
TIMING = Timing(checkpoint_ms=2_000, poll_ms=4_000, recheck_ms=NEVER_MS, sweep_ms=6_000, away_ms=500)
SPREAD_MS = 500
PING_MS, SILENT_MS, SOCKETS = 20_000, 45_000, 100


class Process:
    """One of the processes behind the load balancer: it can be killed, frozen, drained and started again."""

    def __init__(
        self,
        index: int,
        universe: Universe,
        network: Network,
        sql: SqlServer,
        random: Random,
        limits: Limits,
        with_engine: bool,
    ) -> None:
        """`with_engine`: it asks SQL by the product's engine, instead of the short way."""
        self.index = index
        self._limits, self._with_engine = limits, with_engine
        self._universe, self._network, self._sql, self._random = universe, network, sql, random
        self._skew_s = random.uniform(-30, 30)
        self.loops: list[VirtualLoop] = []
        """Of all its lives."""
        self.loop: VirtualLoop
        self.link: Link
        self.rooms: Rooms | None = None
        self._endpoint: SocketEndpoint | None = None
        self.start()

    @property
    def is_up(self) -> bool:
        """Whether it takes connections."""
        return self._endpoint is not None and not self.loop.is_dead

    def start(self) -> None:
        self.loop = VirtualLoop(self._universe, begins=self._random.uniform(0, 10_000))
        self.loops.append(self.loop)
        self.link = Link(self._network, self._universe, self.loop)
        self._serving = self.loop.begin(self._serve())

    async def _serve(self) -> None:
        if self._with_engine:
            database = access(self.index).database(self._sql, self.loop)
        else:
            database = DirectDatabase(self._sql, self.loop)
        ledger = SqlLedger(database, self._limits)
        clock = Clock(forward=self.loop.time, wall=lambda: self._sql.wall() + self._skew_s)
        while True:
            try:
                await clock.sample(ledger.now_ms)
                break
            except Exception:  # a process that cannot reach the database at its start ends, and is started again
                await asyncio.sleep(0.5)
        relay = RedisRelay("redis://simulated", self.link.client)
        plane = Plane(ledger, relay, clock, self._limits, TIMING, Tasks(passes), passes)
        self.rooms = Rooms(plane)
        await relay.start(self.rooms)
        upkeep = Upkeep(plane, self.rooms)
        upkeep.start()
        life = Life(PING_MS, SILENT_MS)

        async def signed(websocket: WebSocket) -> SignedIn | None:
            return await ledger.signed_in(websocket.headers["token"]) if "token" in websocket.headers else None

        self._endpoint = SocketEndpoint(plane, self.rooms, lambda _: True, signed, SOCKETS, life)
        self._term = self.loop.create_future()
        await self._term
        await self.rooms.drain(SPREAD_MS)
        self._endpoint = None
        await upkeep.stop()
        self.rooms.stop()
        await plane.tasks.cancel()
        await relay.stop()
        await ledger.close()

    def kill(self) -> None:
        """SIGKILL."""
        self.loop.kill()
        self._endpoint = self.rooms = None
        self._sql.drop(lambda connection: connection.loop is self.loop)
        self.link.end()

    def drain(self, ended: Callable[[], object]) -> None:
        """SIGTERM: it ends by itself, and `ended` is called."""
        if self.is_up and not self._term.done():
            self._serving.add_done_callback(lambda _: ended())
            self._term.set_result(None)

    def accept(self, token: str, wire: Wire) -> None:
        """A socket was opened."""
        assert self._endpoint is not None
        scope = {
            "type": "websocket",
            "headers": [(b"token", token.encode())],
            "subprotocols": [SUBPROTOCOL],
            "extensions": {EXTENSION: {"wire": wire}},
        }
        self.loop.begin(self._endpoint.serve(WebSocket(scope, _connected, _accepted)))


async def _connected() -> dict[str, str]:
    """The handshake, as ASGI has it; all else goes by the wire."""
    return {"type": "websocket.connect"}


async def _accepted(_: object) -> None:
    pass
