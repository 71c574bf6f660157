"""The door: who is let in to talk, and who is told why not."""

import logging
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.websockets import WebSocket

from protocol.codes import CloseCode, close_text
from protocol.messages import SUBPROTOCOL, GoAway
from server.core.records import SignedIn
from server.core.tokens import WrongTooOftenError
from server.live.connection import Connection
from server.live.dialogue import INTERNAL, Dialogue
from server.live.life import Life
from server.live.plane import Plane
from server.live.rooms import Rooms
from server.live.wire import Wire
from server.live.wire_asgi import wire_of

log = logging.getLogger("wordtide.live")

BUSY_RETRY_MS, BUSY_SPREAD_MS = 1_000, 9_000
"""When those that found no room in this process are to come back."""
WRONG_TOO_OFTEN = "Too many unknown tokens came from this network. Trying again."
NOT_FOR_ROOMS = "This token is not for rooms: make one with rooms:read."


class SocketEndpoint:
    """`allowed(headers)` judges the Origin; `signed(websocket)` finds out by cookie or Authorization who it is, and may
    raise WrongTooOftenError."""

    def __init__(
        self,
        plane: Plane,
        rooms: Rooms,
        allowed: Callable[[Headers], bool],
        signed: Callable[[WebSocket], Awaitable[SignedIn | None]],
        max_connections: int,
        life: Life,
    ) -> None:
        self._plane = plane
        self._rooms = rooms
        self._allowed = allowed
        self._signed = signed
        self._max_connections = max_connections
        self._life = life

    async def serve(self, websocket: WebSocket) -> None:
        if not self._allowed(websocket.headers):
            await websocket.close()  # before accept: the handshake is refused with 403
            return
        offered = list(websocket.scope["subprotocols"])
        if SUBPROTOCOL not in offered:
            await self._refuse(websocket, CloseCode.VERSION, offered[0] if offered else None)
            return
        if self._rooms.draining or self._rooms.connections >= self._max_connections:
            retry = GoAway(BUSY_RETRY_MS, BUSY_SPREAD_MS)
            await self._refuse(websocket, CloseCode.BUSY, SUBPROTOCOL, retry=retry)
            return
        self._rooms.connections += 1  # before the first wait: many may come at once
        try:
            dialogue = await self._let_in(websocket)
        except BaseException:
            self._rooms.connections -= 1
            raise
        if dialogue is None:
            self._rooms.connections -= 1
        else:
            await dialogue.wire.attend(dialogue, self._life)

    async def _let_in(self, websocket: WebSocket) -> Dialogue | None:
        try:
            signed = await self._signed(websocket)
        except WrongTooOftenError as error:
            retry = GoAway(error.wait_ms, BUSY_SPREAD_MS)
            await self._refuse(websocket, CloseCode.RATE_LIMITED, SUBPROTOCOL, WRONG_TOO_OFTEN, retry)
            return None
        except Exception as error:  # the database is away, and the browser comes back
            log.warning("nobody can say who this is: %r", error)
            await self._refuse(websocket, INTERNAL, SUBPROTOCOL)
            return None
        if signed is not None and not signed.may("rooms:read"):
            await self._refuse(websocket, CloseCode.NOT_SIGNED_IN, SUBPROTOCOL, NOT_FOR_ROOMS)
            return None
        await websocket.accept(SUBPROTOCOL)
        return Dialogue(self._plane, self._rooms, _connection(wire_of(websocket), signed))

    async def _refuse(
        self, websocket: WebSocket, code: int, subprotocol: str | None, text: str = "", retry: GoAway | None = None
    ) -> None:
        """Accepted first: a browser learns a close code only from an open socket."""
        await websocket.accept(subprotocol)
        wire = wire_of(websocket)
        if retry is not None:
            Connection(wire, None).say(retry)
        wire.close(code, text or close_text(code))
        await wire.attend(Nobody(), self._life)


def _connection(wire: Wire, signed: SignedIn | None) -> Connection:
    if signed is None:
        return Connection(wire, None)
    return Connection(wire, signed.person, signed.session, may_write=signed.may("rooms:write"))


class Nobody:
    """Listens to those that were refused."""

    def heard(self, data: bytes | None) -> None:
        pass

    def gone(self) -> None:
        pass
