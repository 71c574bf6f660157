"""The connections of one process to Redis, from connecting to their first error.

Methods raise RedisError, OSError or TimeoutError. Nothing is mended here: relay_redis.py takes another line instead.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.maint_notifications import MaintNotificationsConfig

from server.core.board import Row
from server.live.relay_format import (
    EPOCH,
    VERSION,
    beat_channel,
    hash_key,
    pack_notice,
    pack_rows,
    room_channel,
    unpack_row,
)
from server.live.relay_versions import Known

T = TypeVar("T")

MERGE = Path(__file__).with_name("relay.lua").read_text(encoding="utf-8")
EXPIRY_MS = 30 * 60_000
ROWS_A_CALL = 256
CALLS_A_PIPELINE = 4
KEYS_A_PIPELINE = 200
ROWS_A_SCAN = 500
ROWS_A_SLICE = 250
"""Work on many rows yields to the event loop after so many."""
ANSWER_S = 1.5
"""A server that is silent for longer is as good as gone."""
TROUBLE = (RedisError, OSError, TimeoutError)


def slices(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


async def done(work: Awaitable[T]) -> T:
    """Await what redis-py does, and end if this task is to end.

    redis-py waits by asyncio.wait_for, which in Python 3.11 forgets that it was cancelled where its work is done just
    then; whoever cancelled would wait for ever.
    """
    answer = await work
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
    return answer


class Stored(NamedTuple):
    """A sprint's hash: its version, and its rows, still packed."""

    known: Known
    rows: list[tuple[bytes, bytes]]

    def unpacked(self) -> Iterator[list[Row]]:
        """The rows, a slice at a time."""
        return ([unpack_row(*each) for each in part] for part in slices(self.rows, ROWS_A_SLICE))


def client_for(url: str) -> Redis:
    """`url`: redis://, rediss:// or unix://. Nothing is connected yet."""
    # No retries: redis-py would publish twice, and hide an outage for as long as they last.
    client: Redis = Redis.from_url(
        url,
        protocol=2,
        socket_timeout=ANSWER_S,
        socket_connect_timeout=1.0,
        retry=Retry(NoBackoff(), 0),
        maint_notifications_config=MaintNotificationsConfig(enabled=False),
    )
    return client


class Line:
    """One client for commands, one connection that listens, and a publisher that sends what is pending at once."""

    def __init__(self, client: Redis, process: str) -> None:
        self._client = client
        self._pubsub = self._client.pubsub()
        self._process = process
        self._script = ""
        self._rows: defaultdict[tuple[int, int], dict[int, Row]] = defaultdict(dict)
        self._notices: list[tuple[int, bytes]] = []
        self._pending = asyncio.Event()
        self._sent = asyncio.Event()
        self._sent.set()
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._beat = 0
        self._beat_came = asyncio.Event()
        self.up = asyncio.Event()
        """Set once a heartbeat came round."""
        self.synced = False
        """Whether all watched sprints were read since."""

    async def connect(self, rooms: Iterable[int]) -> None:
        """Load the script and listen to the rooms. What is sent from now on is heard."""
        self._script = await done(self._client.script_load(MERGE))
        own = beat_channel(self._process)
        async with asyncio.timeout(ANSWER_S):
            await done(self._pubsub.ssubscribe(*map(room_channel, rooms), own))
            while True:
                message = await done(self._pubsub.get_message(timeout=ANSWER_S))
                if message and message["type"] == "ssubscribe" and message["channel"] == own.encode():
                    return

    async def close(self) -> None:
        self._broken.cancel()
        with suppress(*TROUBLE):
            await self._pubsub.aclose()  # type: ignore[no-untyped-call]
        with suppress(*TROUBLE):
            await self._client.aclose()

    def break_off(self, error: BaseException) -> None:
        """Say from outside that the line is no good, because a call on it failed."""
        if not self._broken.done():
            self._broken.set_exception(error)

    async def broken(self) -> None:
        """Raises what break_off() was told."""
        await self._broken

    # Listening ----------------------------------------------------------------------------------------------------

    async def listen(self, rooms: Iterable[int]) -> None:
        channels = list(map(room_channel, rooms))
        if channels:
            await done(self._pubsub.ssubscribe(*channels))

    async def ignore(self, room: int) -> None:
        await done(self._pubsub.sunsubscribe(room_channel(room)))

    async def next_message(self) -> tuple[str, bytes, bytes]:
        """(type, channel, data) as redis-py names them, without the heartbeats."""
        own = beat_channel(self._process).encode()
        while True:
            message: dict[str, Any] | None = await done(self._pubsub.get_message(timeout=None))
            if message is None:
                continue
            if message["channel"] != own:
                return message["type"], message["channel"], message["data"]
            if message["type"] == "ssubscribe":
                raise ConnectionError("redis-py connected again by itself, and may have missed messages")
            if message["data"] == str(self._beat).encode():
                self._beat_came.set()

    # Asking -------------------------------------------------------------------------------------------------------

    async def read(self, room: int, sprint: int) -> Stored:
        """The whole hash: for joining late, and when in doubt.

        A part at a time, for ten thousand rows in one answer would hold the loop. The version is asked for first: rows
        may be newer than it, and never older.
        """
        key = hash_key(room, sprint)
        asking = self._client.pipeline(transaction=False)
        asking.hmget(key, [EPOCH, VERSION])
        asking.hscan(key, count=ROWS_A_SCAN)
        (epoch, version), (cursor, part) = await done(asking.execute())
        rows: list[tuple[bytes, bytes]] = []
        while True:
            rows += [each for each in part.items() if each[0] not in (EPOCH, VERSION)]
            if not cursor:
                return Stored(Known(epoch, int(version or 0)), rows)
            cursor, part = await done(self._client.hscan(key, cursor, count=ROWS_A_SCAN))

    async def versions(self, keys: Sequence[tuple[int, int]]) -> list[Known]:
        """Of these hashes, in this order. When it returns, every message up to them was handed to the reader: the
        heartbeat that is sent after asking has come round."""
        self._beat += 1
        self._beat_came.clear()
        found: list[Known] = []
        async with asyncio.timeout(ANSWER_S):
            for part in slices(keys, KEYS_A_PIPELINE):
                asking = self._client.pipeline(transaction=False)
                for key in part:
                    asking.hmget(hash_key(*key), [EPOCH, VERSION])
                found += [Known(epoch, int(version or 0)) for epoch, version in await done(asking.execute())]
            await done(self._client.spublish(beat_channel(self._process), str(self._beat)))
            await self._beat_came.wait()
        return found

    # Publishing ---------------------------------------------------------------------------------------------------

    def push(self, room: int, sprint: int, rows: Iterable[Row]) -> None:
        """Queue rows; of a slot's rows that wait, the greatest is sent."""
        waiting = self._rows[room, sprint]
        for each in rows:
            held = waiting.get(each.slot)
            if held is None or each.register > held.register:
                waiting[each.slot] = each
        self._wake()

    def notify(self, room: int, notice: bytes) -> None:
        self._notices.append((room, notice))
        self._wake()

    def _wake(self) -> None:
        self._sent.clear()
        self._pending.set()

    async def sent(self) -> None:
        """Returns when nothing is pending."""
        await self._sent.wait()

    async def publish_forever(self) -> None:
        while True:
            await self._pending.wait()
            self._pending.clear()
            rows, self._rows = self._rows, defaultdict(dict)
            notices, self._notices = self._notices, []
            calls = [(room_channel(room), pack_notice(self._process, notice)) for room, notice in notices]
            for part in slices(calls, KEYS_A_PIPELINE):
                sending = self._client.pipeline(transaction=False)
                for channel, message in part:
                    sending.spublish(channel, message)
                await done(sending.execute())
            await self._merge_all((key, part) for key, by_slot in rows.items() for part in _calls(by_slot.values()))
            if not self._pending.is_set():
                self._sent.set()

    async def merge(self, room: int, sprint: int, rows: Iterable[Row]) -> None:
        """Merge rows into the hash now."""
        await self._merge_all(((room, sprint), part) for part in _calls(rows))

    async def _merge_all(self, calls: Iterable[tuple[tuple[int, int], Sequence[Row]]]) -> None:
        for some in slices(list(calls), CALLS_A_PIPELINE):
            sending = self._client.pipeline(transaction=False)
            for (room, sprint), rows in some:
                keys = hash_key(room, sprint), room_channel(room)
                fresh = secrets.token_hex(8)
                sending.evalsha(
                    self._script, 2, *keys, self._process, str(sprint), fresh, str(EXPIRY_MS), pack_rows(rows)
                )
            await done(sending.execute())


def _calls(rows: Iterable[Row]) -> Iterator[Sequence[Row]]:
    return slices(list(rows), ROWS_A_CALL)
