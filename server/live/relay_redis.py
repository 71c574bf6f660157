"""The relay over Redis: the same contract for many processes. It loses messages and heals, and never raises.

Pub/sub loses messages silently, and can be dead while everything looks green. So a heartbeat goes round once a second
through this process's own channel, together with the versions of the watched sprints; whatever looks wrong there, or
in a message, ends in a resync: read the whole hash, give its rows to the listener, publish what the listener holds
beyond it. A line that fails in any way is dropped for another one, and every watched sprint is resynced on it.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from redis.asyncio import Redis

from server.core.board import Register, Row, newer
from server.live.relay import Listener
from server.live.relay_format import NoticeMessage, read_message, room_of
from server.live.relay_line import ROWS_A_SLICE, TROUBLE, Line, client_for, slices
from server.live.relay_versions import Versions

log = logging.getLogger(__name__)

ROUND_S = 1.0
HEARD_S = 2.2
"""Unhealthy when no round was completed for so long: two misses."""
RESYNC_PAUSE_S = 1.0
START_S = 2.0
STOP_S = 0.5
RETRY_S = 0.1, 0.5
"""Pauses between lines: the first, and the longest."""


@dataclass
class Opened:
    """A room that is listened to: whether Redis has confirmed it, and the sprints that were let go."""

    heard: asyncio.Event = field(default_factory=asyncio.Event)
    unwatched: set[int] = field(default_factory=set)


@dataclass
class Watched:
    """A sprint this process takes part in."""

    recheck_at: float
    """When, on the loop's clock, the sprint is resynced once more: what SQL gave the board may be news to Redis."""
    versions: Versions = field(default_factory=Versions)


class RedisRelay:
    """Satisfies `Relay`. `url`: redis://, rediss:// or unix://, of a server that knows sharded pub/sub (7.0)."""

    def __init__(self, url: str, client_for: Callable[[str], Redis] = client_for) -> None:
        self.healthy = False
        self._client = partial(client_for, url)
        self._process = secrets.token_hex(8)
        self._listener: Listener | None = None
        self._rooms: dict[int, Opened] = {}
        self._watched: dict[tuple[int, int], Watched] = {}
        self._doubted: set[tuple[int, int]] = set()
        self._doubt = asyncio.Event()
        self._line: Line | None = None
        self._tried = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._is_ending = False
        self._silence: asyncio.TimerHandle | None = None

    async def start(self, listener: Listener) -> None:
        self._is_ending = False
        self._keeper = asyncio.create_task(self._keep_a_line(), name="relay")
        with suppress(TimeoutError):
            async with asyncio.timeout(START_S):
                await self._tried.wait()
        self._listener = listener

    async def stop(self) -> None:
        if self._keeper is None:
            return
        if self._line is not None and self.healthy:
            with suppress(TimeoutError):
                async with asyncio.timeout(STOP_S):
                    await self._line.sent()
        self._is_ending = True
        self._keeper.cancel()
        with suppress(asyncio.CancelledError):
            await self._keeper
        self._keeper = self._listener = None
        if self._silence is not None:
            self._silence.cancel()
        self.healthy = False

    async def open(self, room: int) -> None:
        opened, line = self._rooms.setdefault(room, Opened()), self._line
        if line is None:
            return
        try:
            async with asyncio.timeout(START_S):
                await line.listen([room])
                await opened.heard.wait()
        except TROUBLE as error:
            line.break_off(error)

    async def close(self, room: int) -> None:
        self._rooms.pop(room, None)
        for key in [key for key in self._watched if key[0] == room]:
            del self._watched[key]
        line = self._line
        if line is not None:
            try:
                await line.ignore(room)
            except TROUBLE as error:
                line.break_off(error)

    async def watch(self, room: int, sprint: int) -> Sequence[Row]:
        if room not in self._rooms:
            return []  # closed meanwhile
        self._rooms[room].unwatched.discard(sprint)
        now = asyncio.get_running_loop().time()
        watched = self._watched.setdefault((room, sprint), Watched(recheck_at=now + ROUND_S))
        line = self._line
        if line is None:
            return []
        before = watched.versions.known
        try:
            stored = await line.read(room, sprint)
        except TROUBLE as error:
            line.break_off(error)
            return []
        watched.versions.read(before, stored.known)
        rows: list[Row] = []
        for part in stored.unpacked():
            rows += part
            await asyncio.sleep(0)
        return rows

    async def unwatch(self, room: int, sprint: int) -> None:
        self._watched.pop((room, sprint), None)
        if room in self._rooms:
            self._rooms[room].unwatched.add(sprint)

    def push(self, room: int, sprint: int, rows: Sequence[Row]) -> None:
        if self._line is not None and rows:
            self._line.push(room, sprint, rows)

    def notify(self, room: int, notice: bytes) -> None:
        if self._line is not None:
            self._line.notify(room, notice)
        if room in self._rooms:
            self._tell(lambda listener: listener.notice_came(room, notice))

    # The line -----------------------------------------------------------------------------------------------------

    async def _keep_a_line(self) -> None:
        pause, longest = RETRY_S
        while not self._is_ending:  # a line that breaks as it is cancelled raises what broke it
            line: Line | None = None
            try:
                line = Line(self._client(), self._process)
                # A task of its own: in Python 3.11.2 a TaskGroup that failed leaves its task half cancelled, and the
                # next timeout in that task would end it.
                await asyncio.create_task(self._live_on(line))
            except Exception as error:  # whatever it was: the next line starts from nothing
                was_up = line is not None and line.synced
                level = logging.WARNING if was_up or not self._tried.is_set() else logging.DEBUG
                log.log(level, "the line to Redis is lost: %s", _causes(error))
            finally:
                self._line = None
                if line is not None:
                    await line.close()
            self._tried.set()
            pause = RETRY_S[0] if line is not None and line.synced else min(2 * pause, longest)
            await asyncio.sleep(pause * random.uniform(0.5, 1))

    async def _live_on(self, line: Line) -> None:
        """Returns never; raises when the line is lost."""
        rooms = set(self._rooms)
        await line.connect(rooms)
        self._line = line
        for room in rooms & self._rooms.keys():
            self._rooms[room].heard.set()
        self._doubted.update(self._watched)
        self._doubt.set()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(line.broken())
            tasks.create_task(self._read_on(line))
            tasks.create_task(line.publish_forever())
            tasks.create_task(self._rounds_on(line))
            tasks.create_task(self._resync_on(line))
            await line.listen(self._rooms.keys() - rooms)

    # What comes ---------------------------------------------------------------------------------------------------

    async def _read_on(self, line: Line) -> None:
        while True:
            kind, channel, data = await line.next_message()
            room = room_of(channel)
            if room not in self._rooms:
                continue
            if kind == "ssubscribe":
                self._rooms[room].heard.set()
            elif kind == "smessage":
                self._take(room, data)
                await asyncio.sleep(0)  # many may have come at once, each with hundreds of rows

    def _take(self, room: int, data: bytes) -> None:
        message = read_message(data, self._process)
        if message is None:
            return
        mine = message.sender == self._process  # the listener had it when it was sent
        if isinstance(message, NoticeMessage):
            notice = message.notice
            if not mine:
                self._tell(lambda listener: listener.notice_came(room, notice))
            return
        sprint, rows = message.sprint, message.rows
        if not mine and sprint not in self._rooms[room].unwatched:
            self._tell(lambda listener: listener.rows_came(room, sprint, rows))
        watched = self._watched.get((room, sprint))
        if watched is not None and not watched.versions.came(message.epoch, message.version):
            self._doubt_of((room, sprint))

    def _tell(self, call: Callable[[Listener], None]) -> None:
        """A listener's mistake must not cost the line."""
        if self._listener is None:
            return
        try:
            call(self._listener)
        except Exception:
            log.exception("a listener of the relay failed")

    # What may have been missed ------------------------------------------------------------------------------------

    async def _rounds_on(self, line: Line) -> None:
        now = asyncio.get_running_loop().time
        while True:
            due = now() + ROUND_S
            await self._round(line)
            line.up.set()
            self._heard(line)
            await asyncio.sleep(due - now())

    async def _round(self, line: Line) -> None:
        asked = [(key, watched, watched.versions.known) for key, watched in self._watched.items()]
        found = await line.versions([key for key, _, _ in asked])
        now = asyncio.get_running_loop().time()
        for (key, watched, before), there in zip(asked, found, strict=True):
            if watched.recheck_at <= now:
                watched.recheck_at = float("inf")
                self._doubt_of(key)
            elif not watched.versions.agrees(before, there) or (
                watched.versions.known.epoch is None and self._held(key)
            ):
                self._doubt_of(key)

    def _doubt_of(self, key: tuple[int, int]) -> None:
        self._doubted.add(key)
        self._doubt.set()

    def _held(self, key: tuple[int, int]) -> Sequence[tuple[int, Register]]:
        return [] if self._listener is None else self._listener.held(*key)

    async def _resync_on(self, line: Line) -> None:
        await line.up.wait()
        while True:
            await self._doubt.wait()
            self._doubt.clear()
            doubted, self._doubted = self._doubted, set()
            for key in doubted:
                await self._resync(line, key)
            line.synced = True
            self._heard(line)
            if doubted:
                await asyncio.sleep(RESYNC_PAUSE_S)

    async def _resync(self, line: Line, key: tuple[int, int]) -> None:
        """Two-way: the listener gets all rows of the hash, the hash what the listener holds beyond them."""
        watched = self._watched.get(key)
        if watched is None:
            return
        before = watched.versions.known
        stored = await line.read(*key)
        watched.versions.read(before, stored.known)
        theirs: dict[int, Register] = {}
        for rows in stored.unpacked():
            if self._watched.get(key) is not watched:
                return
            self._give(key, rows)
            theirs.update((each.slot, each.register) for each in rows)
            await asyncio.sleep(0)
        for mine in slices(self._held(key), ROWS_A_SLICE):
            await line.merge(*key, newer(mine, theirs))
            await asyncio.sleep(0)

    def _give(self, key: tuple[int, int], rows: Sequence[Row]) -> None:
        self._tell(lambda listener: listener.rows_came(*key, rows))

    # Health -------------------------------------------------------------------------------------------------------

    def _heard(self, line: Line) -> None:
        if not line.synced:
            return
        if self._silence is not None:
            self._silence.cancel()
        self._silence = asyncio.get_running_loop().call_later(HEARD_S, self._say, False)
        self._say(True)
        self._tried.set()

    def _say(self, healthy: bool) -> None:
        if healthy != self.healthy:
            self.healthy = healthy
            log.info("others' rows arrive") if healthy else log.warning("others' rows do not arrive")
            self._tell(lambda listener: listener.relay_health(healthy))


def _causes(error: BaseException) -> str:
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_causes(each) for each in error.exceptions)
    return f"{type(error).__name__} {error}".strip()
