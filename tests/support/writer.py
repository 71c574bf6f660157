"""A writer without a browser: a guest over HTTP, and a socket that speaks the wire and keeps what it is told."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable
from typing import Any

import httpx
from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from protocol.codec import decode_server, encode
from protocol.messages import (
    CAN_VIEW_ONLY,
    SUBPROTOCOL,
    Ack,
    AckKind,
    Bye,
    ClientMessage,
    Command,
    CommandArgs,
    Count,
    CountFlags,
    ErrorMessage,
    Extend,
    Hello,
    OfSprint,
    Op,
    Phase,
    PhaseNow,
    Ping,
    Pong,
    Start,
    Welcome,
)
from tests.support.heard import Heard, M

WAIT_S = 5.0


class SocketWriter(Heard):
    """One writer, with one socket at a time.

    `base_url` may be changed between connections: the session is good on every process of one database.
    `answer_s`: so long it waits to be told all that answers its HELLO.
    """

    answer_s = WAIT_S

    def __init__(self, base_url: str, name: str, zone: str = "UTC") -> None:
        super().__init__()
        self.base_url, self.name, self.zone = base_url, name, zone
        # Plain http: reading all the certificates there are would take longer than most tests.
        self.http = httpx.AsyncClient(timeout=10, verify=False)
        self.me: dict[str, Any] = {}
        self.room = ""
        self.acked: dict[int, int] = {}
        """Sprint -> the highest seq that is committed."""
        self.unacked: Count | None = None
        """The last count, until it is acknowledged: the next HELLO carries it."""
        self.close_code: int | None = None
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: set[asyncio.Event] = set()
        self._ids = itertools.count(time.time_ns() // 1_000)
        self._clock_ahead_ms = 0
        self.device_clock_ms = 0
        """How far this device's own clock is ahead of the machine's."""
        self._last_seq = 0

    async def __aenter__(self) -> "SocketWriter":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.leave()
        await self.http.aclose()

    # HTTP ---------------------------------------------------------------------------------------------------------

    async def sign_in(self) -> None:
        self.me = await self.post("/api/session", {"name": self.name, "zone": self.zone})

    async def get(self, path: str) -> Any:
        return await self.ask("GET", path)

    async def post(self, path: str, body: object = None) -> Any:
        return await self.ask("POST", path, body)

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """The JSON of the answer. Raises AssertionError, with the problem in it, for any other than a 2xx."""
        answer = await self.http.request(method, f"{self.base_url}{path}", json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def make_room(self, title: str = "The quiet hour", visibility: str = "unlisted") -> str:
        """Its slug; this writer is its host."""
        made = await self.post("/api/rooms", {"title": title, "visibility": visibility})
        return str(made["slug"])

    # The socket ---------------------------------------------------------------------------------------------------

    async def join(self, room: str, view_only: bool = False) -> Welcome:
        """Sign in if need be, connect, say HELLO with the unacknowledged count, and return when all is told.

        Raises ConnectionClosed with the server's code if it closes instead.
        """
        if not self.me and not view_only:
            await self.sign_in()
        await self.open()
        self.room = room
        last = self.unacked or Count(0, 0, 0)
        able = CAN_VIEW_ONLY if view_only else 0
        await self.say(Hello(room, last.sprint or None, last.seq, last.words, last.flags, last.active_ms, able))
        return await self.wait(lambda: self.welcome if self.told_all else None, self.answer_s)

    async def open(self) -> None:
        """Only the handshake; join() says HELLO too."""
        await self.leave()
        cookies = "; ".join(f"{each.name}={each.value}" for each in self.http.cookies.jar)
        self._socket = await connect(
            f"{self.base_url.replace('http', 'ws', 1)}/ws",
            subprotocols=[SUBPROTOCOL],  # type: ignore[list-item]
            origin=self.base_url,  # type: ignore[arg-type]
            additional_headers={"Cookie": cookies} if cookies else None,
            compression=None,
            ping_interval=None,
            proxy=None,
            close_timeout=1,
        )
        self.close_code = None
        self.begin_anew()
        self._reader = asyncio.create_task(self._read(self._socket))

    async def rejoin(self, base_url: str = "") -> Welcome:
        """Come back to the same room, perhaps through another process."""
        self.base_url = base_url or self.base_url
        return await self.join(self.room)

    async def leave(self) -> None:
        """Close the socket properly, if there is one. The writer stays a member of the room."""
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await self._socket.send(encode(Bye()))
            await self._socket.close()
        await self._gone()

    async def cut(self) -> None:
        """Lose the connection without a word, as a phone in a tunnel does."""
        if self._socket is not None:
            self._socket.transport.abort()
        await self._gone()

    async def _gone(self) -> None:
        if self._reader is not None:
            await self._reader
        self._socket = self._reader = None

    async def closed(self, timeout_s: float = WAIT_S) -> int:
        """Wait until the server closes; its code (1006 where it said nothing)."""
        assert self._reader is not None, "not connected"
        async with asyncio.timeout(timeout_s):
            await asyncio.shield(self._reader)
        assert self.close_code is not None
        return self.close_code

    async def say(self, message: ClientMessage) -> None:
        await self.say_bytes(encode(message))

    async def say_bytes(self, data: bytes | str) -> None:
        """Whatever it is; a text goes in a text frame."""
        assert self._socket is not None, "not connected"
        await self._socket.send(data)

    # What a writer does -------------------------------------------------------------------------------------------

    def now(self) -> int:
        """Unix ms on the server's clock, as estimated from WELCOME."""
        return self._device_now() + self._clock_ahead_ms

    def _device_now(self) -> int:
        return time.time_ns() // 1_000_000 + self.device_clock_ms

    async def count(self, words: int, flags: int = CountFlags.TYPED, active_ms: int = 0, sprint: int = 0) -> Count:
        """Change the count in the current sprint, or in `sprint`. Kept for the next HELLO where there is no line."""
        self._last_seq = max(self.now(), self._last_seq + 1)
        self.unacked = Count(sprint or self.sprint, self._last_seq, words, flags, active_ms)
        if self._socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await self.say(self.unacked)
        return self.unacked

    async def restamp(self, refusal: ErrorMessage) -> Count:
        """Offer the last count again, with the time that a refusal told."""
        assert self.unacked is not None, "nothing is offered"
        self._clock_ahead_ms, self._last_seq = refusal.now - self._device_now(), 0
        last = self.unacked
        return await self.count(last.words, last.flags, last.active_ms, last.sprint)

    async def count_stored(self, words: int, flags: int = CountFlags.TYPED, timeout_s: float = 10.0) -> Count:
        """Change the count, and return when it is committed."""
        count = await self.count(words, flags)
        await self.wait_for_ack(count, timeout_s)
        return count

    async def command(self, op: Op, args: CommandArgs | tuple[()] = (), id: int = 0) -> Ack | ErrorMessage:
        """Say a command and return its answer, an ACK or a refusal."""
        id = id or next(self._ids)
        since = len(self.messages)
        await self.say(Command(id, op, args))

        def answer() -> Ack | ErrorMessage | None:
            for each in self.messages[since:]:
                if isinstance(each, Ack) and each.kind == AckKind.COMMAND and each.id == id:
                    return each
                if isinstance(each, ErrorMessage) and each.ref == id:
                    return each
            return None

        return await self.wait(answer)

    async def start(self, duration_s: int, delay_s: int = 0) -> PhaseNow:
        """Start a sprint as its host, and return the timeline that everybody is told."""
        before = self.phase.sprint if self.phase else None
        answer = await self.command(Op.START, Start(duration_s, delay_s))
        assert isinstance(answer, Ack), answer
        return await self.wait(lambda: self.phase if self.phase and self.phase.sprint not in (None, before) else None)

    async def end(self) -> Ack | ErrorMessage:
        return await self.command(Op.END, OfSprint(self.sprint))

    async def cancel(self) -> Ack | ErrorMessage:
        return await self.command(Op.CANCEL, OfSprint(self.sprint))

    async def extend(self, by_s: int) -> Ack | ErrorMessage:
        return await self.command(Op.EXTEND, Extend(self.sprint, by_s))

    async def become_a_writer(self) -> Welcome:
        """Join the room that one was only viewing."""
        welcome = self.welcome
        answer = await self.command(Op.JOIN)
        assert isinstance(answer, Ack), answer
        return await self.wait(lambda: self.welcome if self.welcome is not welcome else None)

    async def ping(self) -> Pong:
        c0 = next(self._ids)
        await self.say(Ping(c0))
        return await self.wait(lambda: next((each for each in self.said(Pong) if each.c0 == c0), None))

    # Waiting ------------------------------------------------------------------------------------------------------

    async def wait(self, answer: Callable[[], M | None], timeout_s: float = WAIT_S) -> M:
        """The first answer that is not None, asked again at each message. Raises what ended the connection."""
        found: list[M] = []

        def has_come() -> bool:
            value = answer()
            found.extend([] if value is None else [value])
            return bool(found)

        await self.wait_until(has_come, timeout_s)
        return found[0]

    async def wait_until(self, predicate: Callable[[], bool], timeout_s: float = WAIT_S) -> None:
        """Until a predicate holds, asked again at each message.

        Raises AssertionError after the time, and ConnectionClosed when the connection ends before.
        """
        news = asyncio.Event()
        self._waiting.add(news)
        try:
            async with asyncio.timeout(timeout_s):
                while not predicate():
                    if self._reader is not None and self._reader.done() and self._socket is not None:
                        await self._socket.recv()  # raises what ended it
                    await news.wait()
                    news.clear()
        except TimeoutError:
            raise AssertionError(f"{self.name} sees it not within {timeout_s} s, but {self._view()}") from None
        finally:
            self._waiting.discard(news)

    async def wait_for_ack(self, count: Count, timeout_s: float = 10.0) -> None:
        """Until the count, or a later one of its sprint, is committed."""
        await self.wait_until(lambda: self.acked.get(count.sprint, -1) >= count.seq, timeout_s)

    async def wait_until_stored(self) -> None:
        """Until nothing of this writer waits for its ACK."""
        await self.wait_until(lambda: self.unacked is None, 10)

    async def wait_for_phase(self, phase: Phase, timeout_s: float = WAIT_S) -> PhaseNow:
        return await self.wait(lambda: self.phase if self.phase and self.phase.phase == phase else None, timeout_s)

    async def wait_for_words(self, slot: int, words: int, timeout_s: float = WAIT_S) -> None:
        await self.wait_until(lambda: self.board.get(slot) == words, timeout_s)

    async def wait_for_standing(self, standing: dict[str, int], timeout_s: float = WAIT_S) -> None:
        await self.wait_until(lambda: self.standing == standing, timeout_s)

    def _view(self) -> str:
        phase = Phase(self.phase.phase).name if self.phase else "no phase"
        return f"{phase}, {self.standing}, closed with {self.close_code}, last {self.messages[-4:]}"

    # Reading ------------------------------------------------------------------------------------------------------

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for data in socket:
                assert isinstance(data, bytes), f"a text message came: {data!r}"
                message = decode_server(data)
                if message is not None:
                    self._take(message)
                    self._wake()
        except ConnectionClosed:
            pass  # said by close_code
        finally:
            self.close_code = socket.close_code if socket.close_code is not None else 1006
            self._wake()

    def _wake(self) -> None:
        for each in self._waiting:
            each.set()

    def _take(self, message: Struct) -> None:
        self.take(message)
        if isinstance(message, Welcome):
            self._clock_ahead_ms = message.now - self._device_now()
        elif isinstance(message, Ack) and message.kind == AckKind.COUNT:
            self._acknowledged(message.id, message.seq)

    def _acknowledged(self, sprint: int, seq: int) -> None:
        self.acked[sprint] = max(seq, self.acked.get(sprint, 0))
        last = self.unacked
        if last is not None and last.sprint == sprint and last.seq <= seq:
            self.unacked = None
