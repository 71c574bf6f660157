"""The sockets of a process, by the sessions that they came with: one that ends takes its sockets along."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence

from protocol.codes import CloseCode
from protocol.messages import GoAway
from server.live.connection import Connection
from server.live.notices import EVERYWHERE, EndedNotice, pack
from server.live.plane import Plane

SIGNED_OUT = "You are signed out here. Your words are safe on this device."
ASKED_AT_ONCE = 250
"""Sessions in one query, so that nothing holds the loop."""
ANEW_RETRY_MS, ANEW_SPREAD_MS = 1_000, 500
"""Signing in is answered after the news of it went round: until then the browser has the former cookie."""
REMEMBERED_S = 10.0
"""A socket may have been let in by a session just before it ended, and be registered just after."""


class Devices:
    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._loop = asyncio.get_running_loop()
        self._sockets: defaultdict[str, set[Connection]] = defaultdict(set)
        self._ended: dict[str, tuple[float, bool]] = {}
        """Loop time, s, the oldest first; and whether there is another session instead."""

    def add(self, connection: Connection) -> None:
        if connection.session is None:
            return
        self._sockets[connection.session].add(connection)
        self._forget_ended()
        if connection.session in self._ended:
            _, anew = self._ended[connection.session]
            _close(connection, anew)

    def remove(self, connection: Connection) -> None:
        if connection.session is not None:
            mine = self._sockets[connection.session]
            mine.discard(connection)
            if not mine:
                del self._sockets[connection.session]

    def sign_out(self, sessions: Sequence[str], anew: bool = False) -> None:
        """These have ended in SQL: close their sockets here, and have the other processes do the same. `anew`: their
        writer has another one in the same browser, by which its other tabs come back."""
        if sessions:
            self.ended(sessions, anew)
            self._plane.relay.notify(EVERYWHERE, pack(EndedNotice(list(sessions), anew)))

    def ended(self, sessions: Iterable[str], anew: bool = False) -> None:
        """Close their sockets in this process."""
        self._forget_ended()
        for session in sessions:
            self._ended.pop(session, None)
            self._ended[session] = self._loop.time(), anew
            for connection in self._sockets.get(session, ()):
                _close(connection, anew)

    def _forget_ended(self) -> None:
        while self._ended and next(iter(self._ended.values()))[0] < self._loop.time() - REMEMBERED_S:
            del self._ended[next(iter(self._ended))]

    async def look(self) -> None:
        """Every few seconds: a notice may have been lost, and a session may simply have expired."""
        known, now = list(self._sockets), self._plane.clock.now()
        for start in range(0, len(known), ASKED_AT_ONCE):
            some = known[start : start + ASKED_AT_ONCE]
            self.ended(set(some) - await self._plane.ledger.still_signed_in(some, now))


def _close(connection: Connection, anew: bool) -> None:
    if anew:
        connection.say(GoAway(ANEW_RETRY_MS, ANEW_SPREAD_MS))
        connection.close(CloseCode.ANEW)
    else:
        connection.close(CloseCode.NOT_SIGNED_IN, SIGNED_OUT)
