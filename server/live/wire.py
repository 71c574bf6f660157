"""The way to the transport and from it: uvicorn's WebSocket protocol, without its queue and its tasks.

`send_bytes` builds the frame anew for every socket and awaits a flush; a room sends the same bytes to all of its
sockets and must never wait for one. What comes is handed on where it arrives: a queue would cost a task for every
socket, and waking it for every message. Touches uvicorn's internals, hence the pin in pyproject.toml.
"""

import asyncio
from time import monotonic
from typing import Protocol

from uvicorn._types import WebSocketScope
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State

from protocol.codes import CloseCode, close_text
from server.live.life import Life

try:
    from websockets.speedups import apply_mask
except ImportError:  # websockets was built without a compiler
    from websockets.utils import apply_mask

EXTENSION = "wordtide.wire"
SLOW_BYTES = 64 * 1024
"""More than this waiting in a socket's buffer: it is too slow, and is skipped until it has drained."""
CLOSE_GRACE_S = 2.0
"""Who does not let go of a socket that was closed is cut off after so long."""
PING = Frame(Opcode.PING, b"").serialize(mask=False)
LONG = 126
"""Bytes. Frames of so many or more have a longer header."""
PARSED_AT_ONCE = 4_096
"""Bytes. A chunk of 256 KiB may hold 40,000 frames: they are cut off long before the last one is parsed."""
MAX_FRAGMENTS = 64
MAX_WAITING = 128
"""Messages of one socket that wait to be heard."""
CONTROLS_A_S = 100
"""Pings and pongs from one socket."""
UNKNOWN = -1


def frame_of(message: bytes) -> bytes:
    """One unmasked binary WebSocket frame, header included."""
    if len(message) < LONG:  # as nearly all are, and the library's way takes four times as long
        return b"\x82%c%b" % (len(message), message)
    return Frame(Opcode.BINARY, message).serialize(mask=False)


def rest_of_frame(data: bytes, rest: int) -> int:
    """How many bytes of a client's frame are to come after these, of which the first `rest` belong to an earlier one.

    UNKNOWN: a header is cut in two, and from there on nobody counts.
    """
    at, end = rest, len(data)
    while UNKNOWN < at < end:
        length = data[at + 1] & 0x7F if at + 1 < end else 0
        extended = {126: 2, 127: 8}.get(length, 0)
        if at + 2 + extended > end:
            return UNKNOWN
        if extended:
            length = int.from_bytes(data[at + 2 : at + 2 + extended])
        at += 2 + extended + 4 + length
    return UNKNOWN if at == UNKNOWN else at - end


class Hearer(Protocol):
    """Whoever is told what a socket says. Calls come one by one and in order, and must neither block nor raise."""

    def heard(self, data: bytes | None) -> None:
        """A message. None: it was text, which is no message here."""

    def gone(self) -> None:
        """The socket is closed, by whomever. The last call."""


class Wire(Protocol):
    """One socket, both ways. Only `attend` may wait."""

    def write(self, frame: bytes) -> bool:
        """Hand on a ready-made frame, or several in one; False if the reader is too slow or gone."""

    def is_slow(self) -> bool: ...

    def is_drained(self) -> bool:
        """Whether nothing waits here any more; the kernel may hold some still."""

    def close(self, code: int, reason: str) -> None:
        """Say why and close; cut off after CLOSE_GRACE_S if the other side does not answer. Nothing is heard of it
        from now on."""

    def abort(self) -> None: ...

    def pause(self) -> None:
        """Read no more for now: more was said than can be dealt with at once."""

    def resume(self) -> None: ...

    async def attend(self, hearer: Hearer, life: Life) -> None:
        """From now on, hand over what comes. Returns when the task that accepted the socket is needed no more."""


class WireProtocol(WebSocketsSansIOProtocol):
    """uvicorn's protocol that offers itself as a Wire in the scope's extensions, and bounds what it holds."""

    heard_at = pinged_at = 0.0
    _hearer: Hearer | None = None
    _life: Life | None = None
    _grace: asyncio.TimerHandle | None = None
    scope: WebSocketScope | None = None  # type: ignore[assignment]  # until there is one, and after the handshake
    _rest = UNKNOWN
    """Bytes of a client's frame that are still to come."""
    _was_early = False
    """Whether something came between the handshake and whoever was to hear it."""
    _controls = _unheard = 0
    _controls_since = 0.0

    # The handshake ------------------------------------------------------------------------------------------------

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.scope is not None:  # it is not there when the handshake itself was refused
            extensions = self.scope["extensions"]
            assert extensions is not None
            extensions[EXTENSION] = {"wire": self}

    async def run_asgi(self) -> None:
        """As uvicorn's, but an application that has handed the socket on may end, and the socket stays."""
        try:
            assert self.scope is not None
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except BaseException:
            self.logger.exception("Exception in ASGI application\n")
            self.send_500_response()
            self.transport.close()
        else:
            if self._hearer is None and self.close_timer is None:
                self.send_500_response()
                self.transport.close()

    async def attend(self, hearer: Hearer, life: Life) -> None:
        """Returns at once: no task is kept for a socket that says nothing, nor what only the handshake needed."""
        self._hearer = hearer
        self.scope = self.request = self.response = None  # type: ignore[assignment]
        if not self._was_early:
            self._rest = 0
        while not (self.queue.empty() or self.close_sent):
            said = self.queue.get_nowait()
            if said["type"] == "websocket.receive":
                hearer.heard(said.get("bytes"))
        if self.disconnected or self.close_sent or self.transport.is_closing():
            self._let_go()
            return
        self._life = life
        life.watch(self)
        self.resume()

    # What comes ---------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        self.heard_at = monotonic()
        hearer, size = self._hearer, len(data) - 6
        # One whole short message and nothing else, as nearly all are: the parser, which is there for everything that a
        # peer may do, takes ten times as long, and is passed by.
        if (
            0 <= size < LONG
            and data[0] == 0x82
            and data[1] == 0x80 | size
            and self._rest == 0
            and hearer is not None
            and not self.frames
            and not self.transport.is_closing()
        ):
            hearer.heard(apply_mask(data[6:], data[2:6]))
            return
        if hearer is None:
            self._was_early = self._was_early or self.handshake_initiated
        if self.close_sent:
            self._unheard += len(data)
            if self._unheard > SLOW_BYTES:
                self.abort()  # it was told to go, and talks on
        for start in range(0, len(data), PARSED_AT_ONCE):
            if self.transport.is_closing():
                return
            part = data if len(data) <= PARSED_AT_ONCE else data[start : start + PARSED_AT_ONCE]
            if self._hearer is not None:
                self._rest = rest_of_frame(part, self._rest)
            super().data_received(part)

    def send_receive_event_to_app(self) -> None:
        if self._hearer is None:
            super().send_receive_event_to_app()
            if self.queue.qsize() > MAX_WAITING:
                self.abort()
            return
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if not self.transport.is_closing():
            self._hearer.heard(data if self.curr_msg_data_type == "bytes" else None)

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= MAX_FRAGMENTS:
            self.abort()
        else:
            super().handle_cont(event)

    def handle_ping(self) -> None:
        if self.is_slow() or not self._may_control():
            self.abort()  # a pong that is not read would wait here, and the next one
        else:
            super().handle_ping()

    def handle_pong(self, event: Frame) -> None:
        """Any frame is a sign of life: there is nothing to look up."""
        if not self._may_control():
            self.abort()

    def _may_control(self) -> bool:
        if self.heard_at - self._controls_since > 1:
            self._controls, self._controls_since = 0, self.heard_at
        self._controls += 1
        return self._controls <= CONTROLS_A_S

    def pause(self) -> None:
        if not self.read_paused and not self.transport.is_closing():
            self.read_paused = True
            self.transport.pause_reading()

    def resume(self) -> None:
        if self.read_paused and not self.transport.is_closing():
            self.read_paused = False
            self.transport.resume_reading()

    # What goes ----------------------------------------------------------------------------------------------------

    def write(self, frame: bytes) -> bool:
        if self.close_sent or self.transport.is_closing() or self.is_slow():
            return False
        self.transport.write(frame)
        return True

    def is_slow(self) -> bool:
        return self.transport.get_write_buffer_size() > SLOW_BYTES

    def is_drained(self) -> bool:
        return self.transport.get_write_buffer_size() == 0

    def ping(self) -> None:
        self.write(PING)

    # The end ------------------------------------------------------------------------------------------------------

    def silent(self) -> None:
        self.close(CloseCode.SILENT, close_text(CloseCode.SILENT))

    def close(self, code: int, reason: str) -> None:
        if self.close_sent or self.disconnected or self.transport.is_closing():
            return
        if self.conn.state is not State.OPEN:
            self._cut_off_soon()  # its own close is parsed already, and is answered in its turn
            return
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.resume()  # its answer is to come
        self.close_timer = self.loop.call_later(CLOSE_GRACE_S, self.abort)
        self._let_go()

    def abort(self) -> None:
        self.transport.abort()

    def shutdown(self) -> None:
        # Who closed first and reads no answer: uvicorn would say one more close, raise, and leave out all others.
        if self.close_sent or self.conn.state in (State.CONNECTING, State.OPEN):
            super().shutdown()
        self._cut_off_soon()

    def handle_close(self, event: Frame) -> None:
        super().handle_close(event)
        self._cut_off_soon()

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self._cut_off_soon()

    def _cut_off_soon(self) -> None:
        """uvicorn closes a transport once it is flushed, which may never come to pass."""
        if self._grace is None and not self.disconnected:
            self._grace = self.loop.call_later(CLOSE_GRACE_S, self.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._grace is not None:
            self._grace.cancel()
        self._let_go()
        # No circle is left behind: else each socket that went would wait for the garbage collector.
        self.conn.parser.close()
        if self.scope is not None:
            self.scope["extensions"] = {}

    def _let_go(self) -> None:
        if self._life is not None:
            self._life.forget(self)
            self._life = None
        if self._hearer is not None:
            # Not from within: whoever closes a socket may be walking through a room's.
            self.loop.call_soon(self._hearer.gone)
            self._hearer = None
