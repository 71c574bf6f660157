"""Between the processes and Redis: lines that lose, repeat and delay what is published, go silent, or are cut.

`Client` answers to what the relay's Line asks of redis-py's client, and raises what that raises.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from server.live.relay_line import ANSWER_S
from tests.simulation.loop import Universe, VirtualLoop
from tests.simulation.redis_server import RedisServer, Scanned

LATENCY_S = 0.0002, 0.004
BEAT = b"wt:beat:"
Ask = Callable[[RedisServer], Any]


class Network:
    """`loss` and `repeat` are the chances of a published message, `late_s` how late one may come, at most.

    A heartbeat alone is never lost: the line would be dropped, and what versions find would not be looked for.
    """

    def __init__(self, universe: Universe, loop: VirtualLoop, random: Random) -> None:
        self.server = RedisServer()
        self.is_down = False
        self.loss = self.repeat = self.late_s = 0.0
        self.links: list[Link] = []
        self._universe, self.loop, self._random = universe, loop, random

    def latency(self) -> float:
        return self._random.uniform(*LATENCY_S)

    def go_down(self) -> None:
        """The server dies. Nothing it held comes back with it."""
        self.is_down = True
        self.server = RedisServer()
        for link in self.links:
            link.cut()

    def fail_over(self, to: dict[bytes, dict[bytes, bytes]]) -> None:
        """A replica takes over that holds what it had heard of until then."""
        self.go_down()
        self.server.hashes = to
        self.is_down = False

    def publish_to(self, subscriber: "PubSub", channel: bytes, data: bytes) -> None:
        if not channel.startswith(BEAT):
            if self._random.random() < self.loss:
                return
            if self._random.random() < self.repeat:
                self._send(subscriber, channel, data)
        self._send(subscriber, channel, data)

    def _send(self, subscriber: "PubSub", channel: bytes, data: bytes) -> None:
        late = self._random.uniform(0, self.late_s) if self.late_s else 0.0
        message = {"type": "smessage", "channel": channel, "data": data}
        subscriber.answer(message, late)


class Link:
    """One process's lines to Redis. `is_silent`: nothing passes, and nobody is told. `is_deaf`: pub/sub alone is so."""

    def __init__(self, network: Network, universe: Universe, loop: VirtualLoop) -> None:
        self.network, self._universe, self.loop = network, universe, loop
        self.is_silent = self.is_deaf = False
        self.unheard_until = 0.0
        """When all that was said while nothing passed has been said again, s."""
        self._waiting: dict[asyncio.Future[Any], None] = {}
        self._subscribers: list[PubSub] = []
        network.links.append(self)

    def client(self, url: str) -> Any:
        return Client(self)

    def pubsub(self) -> "PubSub":
        self._subscribers.append(PubSub(self, self._universe))
        return self._subscribers[-1]

    def cut(self) -> None:
        """All lines are reset. Whether what was under way was done, nobody knows."""
        waiting, self._waiting = self._waiting, {}
        for answer in waiting:
            self._universe.after(0, self.loop, _fail, answer, RedisConnectionError("the line was cut"))
        subscribers, self._subscribers = self._subscribers, []
        for each in subscribers:
            each.end()
            self._universe.after(0, self.loop, each.came, None)

    def end(self) -> None:
        """The process is dead."""
        self.cut()
        self.network.links.remove(self)

    async def ask(self, asked: Sequence[Ask]) -> list[Any]:
        """Send commands in one go; their replies. One of them may fail alone, and is raised then."""
        if self.network.is_down:
            raise RedisConnectionError("nobody listens there")
        answer: asyncio.Future[list[Any]] = self.loop.create_future()
        self._waiting[answer] = None
        silence = self.loop.call_later(ANSWER_S, _fail, answer, RedisTimeoutError("no answer"))
        if not self.is_silent:
            self._universe.after(self.network.latency(), self.network.loop, self._asked, asked, answer)
        try:
            replies = await answer
        finally:
            self._waiting.pop(answer, None)
            silence.cancel()
        for reply in replies:
            if isinstance(reply, Exception):
                raise reply
        return replies

    def _asked(self, asked: Sequence[Ask], answer: asyncio.Future[list[Any]]) -> None:
        """At the server."""
        if self.network.is_down or self.is_silent:
            return
        replies = [_reply(self.network.server, each) for each in asked]
        self._universe.after(self.network.latency(), self.loop, self._answered, replies, answer)

    def _answered(self, replies: list[Any], answer: asyncio.Future[list[Any]]) -> None:
        if not self.is_silent and not answer.done() and answer in self._waiting:
            answer.set_result(replies)


def _reply(server: RedisServer, ask: Ask) -> Any:
    try:
        return ask(server)
    except Exception as error:
        return error


def _fail(answer: asyncio.Future[Any], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)


class Client:
    """Commands as redis-py has them."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def pubsub(self) -> "PubSub":
        return self._link.pubsub()

    def pipeline(self, transaction: bool) -> "Pipeline":
        assert not transaction
        return Pipeline(self._link)

    async def script_load(self, script: str) -> str:
        return str((await self._link.ask([lambda server: server.script_load(script.encode())]))[0])

    async def hscan(self, key: str, cursor: int, count: int) -> Scanned:
        found: Scanned = (await self._link.ask([lambda server: server.hscan(key.encode(), cursor)]))[0]
        return found

    async def spublish(self, channel: str, message: str) -> int:
        return int((await self._link.ask([_publishing(channel, message.encode())]))[0])

    async def aclose(self) -> None:
        pass


class Pipeline:
    def __init__(self, link: Link) -> None:
        self._link = link
        self._asked: list[Ask] = []

    def hmget(self, key: str, fields: Sequence[bytes]) -> None:
        self._asked.append(lambda server: server.hmget(key.encode(), fields))

    def hscan(self, key: str, count: int) -> None:
        self._asked.append(lambda server: server.hscan(key.encode()))

    def spublish(self, channel: str, message: bytes) -> None:
        self._asked.append(_publishing(channel, message))

    def evalsha(self, digest: str, keys: int, *given: str) -> None:
        args = [each.encode() for each in given]
        self._asked.append(lambda server: server.evalsha(digest, args[:keys], args[keys:]))

    async def execute(self) -> list[Any]:
        return await self._link.ask(self._asked) if self._asked else []


def _publishing(channel: str, message: bytes) -> Ask:
    return lambda server: server.spublish(channel.encode(), message)


class PubSub:
    """One connection that listens. What it says and hears comes in order, but for messages that are late."""

    def __init__(self, link: Link, universe: Universe) -> None:
        self.link, self._universe = link, universe
        self._is_open = True
        self._inbox: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._there = self._here = 0.0
        """When what was sent last arrives at the server, and back here."""

    def heard(self, channel: bytes, data: bytes) -> None:
        """At the server: somebody published."""
        self.link.network.publish_to(self, channel, data)

    def answer(self, message: dict[str, Any], late: float = 0.0) -> None:
        """From the server."""
        if not self.link.is_silent:
            self._here = max(self._here, self._universe.now + self.link.network.latency())
            self._universe.after(self._here + late - self._universe.now, self.link.loop, self.came, message)

    def came(self, message: dict[str, Any] | None) -> None:
        """Here. None: the line was cut."""
        if message is None or (self._is_open and not (self.link.is_silent or self.link.is_deaf)):
            self._inbox.put_nowait(message)

    async def ssubscribe(self, *channels: str) -> None:
        self._say(channels, self._subscribed)

    async def sunsubscribe(self, *channels: str) -> None:
        self._say(channels, self._unsubscribed)

    def _say(self, channels: Iterable[str], at_server: Callable[[bytes], None]) -> None:
        """Handed to the line: that it arrived only an answer says."""
        if not self._is_open or self.link.network.is_down:
            raise RedisConnectionError("the line was cut")
        self._there = max(self._there, self._universe.now + self.link.network.latency())
        for channel in channels:
            self._universe.after(self._there - self._universe.now, self.link.network.loop, at_server, channel.encode())

    def _subscribed(self, channel: bytes) -> None:
        if self._is_open and not self.link.is_silent:
            self.link.network.server.ssubscribe(channel, self.heard)
            self.answer({"type": "ssubscribe", "channel": channel, "data": 1})

    def _unsubscribed(self, channel: bytes) -> None:
        if not self.link.is_silent:
            self.link.network.server.sunsubscribe(channel, self.heard)

    async def get_message(self, timeout: float | None) -> dict[str, Any] | None:
        """None after `timeout` s."""
        if timeout is None:
            message = await self._inbox.get()
        else:
            try:
                async with asyncio.timeout(timeout):
                    message = await self._inbox.get()
            except TimeoutError:
                return None
        if message is None:
            raise RedisConnectionError("the line was cut")
        return message

    async def aclose(self) -> None:
        self.end()

    def end(self) -> None:
        self._is_open = False
        self.link.network.server.drop(self.heard)
