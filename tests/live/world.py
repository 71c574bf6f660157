"""A process without a server: its rooms over the real ledger, and sockets that remember what they were told."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from protocol.messages import Op, ServerMessage, Start
from server.clock import Clock
from server.core.records import Person
from server.core.sprint import Limits
from server.ledger.ledger import SqlLedger
from server.live.connection import Connection
from server.live.life import Life
from server.live.plane import Plane, Sizes, Tasks, Timing
from server.live.relay import Hub, MemoryRelay
from server.live.room import Room
from server.live.rooms import Rooms
from server.live.wire import Hearer
from tests.support.clocks import Ahead
from tests.support.frames import messages
from tests.support.ledgers import prepare_sqlite


class Ear:
    """A wire that remembers what was said; `full` ones take nothing more."""

    def __init__(self) -> None:
        self.heard: list[ServerMessage] = []
        self.closed: int | None = None
        self.full = False

    def write(self, frame: bytes) -> bool:
        if self.full:
            return False
        self.heard += messages(frame)
        return True

    def is_slow(self) -> bool:
        return self.full

    def is_drained(self) -> bool:
        return not self.full

    def pause(self) -> None:
        pass

    def resume(self) -> None:
        pass

    async def attend(self, hearer: Hearer, life: Life) -> None:
        pass

    def close(self, code: int, reason: str) -> None:
        self.closed = code

    def abort(self) -> None:
        self.closed = 1006

    def last(self, kind: type) -> ServerMessage | None:
        return next((each for each in reversed(self.heard) if isinstance(each, kind)), None)


class World:
    """A process on SQLite, and people in it."""

    def __init__(
        self, ledger: SqlLedger, hub: Hub, relay: MemoryRelay, limits: Limits, sizes: Sizes, checkpoint_ms: int
    ) -> None:
        self.ledger = ledger
        self.hub = hub
        self.forward = Ahead()
        self.clock = Clock(forward=self.forward)
        timing = Timing(checkpoint_ms, away_ms=0)
        self.plane = Plane(ledger, relay, self.clock, limits, timing, Tasks(), sizes=sizes)
        self.rooms = Rooms(self.plane)

    @asynccontextmanager
    async def other_process(self) -> AsyncIterator[Rooms]:
        """On the same database and at the same time, but out of the relay's reach."""
        relay = MemoryRelay()
        plane = Plane(self.ledger, relay, self.clock, self.plane.limits, self.plane.timing, Tasks())
        rooms = Rooms(plane)
        await relay.start(rooms)
        try:
            yield rooms
        finally:
            rooms.stop()
            await plane.tasks.cancel()
            await relay.stop()

    async def person(self, name: str) -> Person:
        return await self.ledger.new_guest(name, "Europe/London", f"{name}-{time.monotonic_ns()}", self.clock.now())

    async def room_of(self, host: Person) -> Room:
        record = await self.ledger.create_room(host, "Dawn pages", "unlisted", None, self.clock.now())
        room = await self.rooms.open(record.id)
        assert room is not None
        return room

    async def enter(self, room: Room, person: Person) -> tuple[Connection, Ear]:
        ear = Ear()
        connection = Connection(ear, person)
        member = await self.rooms.join(room.id, person)
        room.enter(connection, member.slot)
        return connection, ear

    def watch(self, room: Room, person: Person) -> tuple[Connection, Ear]:
        ear = Ear()
        connection = Connection(ear, person)
        room.enter(connection, None)
        return connection, ear

    async def start(self, room: Room, host: Person, seconds: int = 600) -> int:
        outcome = await self.rooms.command(room.id, host, f"start-{time.monotonic_ns()}", Op.START, Start(seconds, 0))
        assert outcome.sprint is not None, outcome
        return outcome.sprint.id


@asynccontextmanager
async def open_world(data: Path, sizes: Sizes, checkpoint_ms: int = 20) -> AsyncIterator[World]:
    limits = Limits(min_sprint_s=1, reporting_ms=6_000)
    async with AsyncExitStack() as stack:
        prepare_sqlite(data)
        ledger = await SqlLedger.open(None, data, limits)
        stack.push_async_callback(ledger.close)
        yield await stack.enter_async_context(open_process(ledger, Hub(), limits, sizes, checkpoint_ms))


@asynccontextmanager
async def open_process(
    ledger: SqlLedger, hub: Hub, limits: Limits, sizes: Sizes, checkpoint_ms: int = 20
) -> AsyncIterator[World]:
    """A process on this database, and on this relay together with whoever else is."""
    async with AsyncExitStack() as stack:
        relay = MemoryRelay(hub)
        made = World(ledger, hub, relay, limits, sizes, checkpoint_ms)
        stack.push_async_callback(made.plane.tasks.cancel)
        stack.callback(made.rooms.stop)
        await relay.start(made.rooms)
        stack.push_async_callback(relay.stop)
        yield made
