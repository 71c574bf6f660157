"""What one writer is told, and nobody else: that their count is stored, and in a big room how they stand."""

import asyncio
from collections.abc import Sequence

from protocol.messages import ServerMessage
from server.core.board import Row, row
from server.live import telling
from server.live.audience import Audience
from server.live.connection import Connection
from server.live.crowd import Crowd
from server.live.round import Round
from server.live.teller import Teller
from server.live.whispers import Whispers


class Answers:
    """To those who have a socket in this process."""

    def __init__(self, loop: asyncio.AbstractEventLoop, crowd: Crowd, audience: Audience, teller: Teller) -> None:
        self._crowd = crowd
        self._audience = audience
        self._teller = teller
        self._whispers = Whispers(loop, audience.of_slot, audience.tell)
        self._unaware: set[int] = set()
        """In a big room: slots with a socket here that does not know yet what another device of theirs has counted."""

    def counted(self, slot: int, own: bool) -> None:
        """A row has changed; `own`: by one of the writer's sockets here, which knows. The others hear with the tick."""
        if self._teller.is_big and self._audience.seats(slot) > own:
            self._unaware.add(slot)

    def tick(self) -> None:
        unaware, self._unaware = self._unaware, set()
        self._whispers.say((slot, self._teller.own(slot)) for slot in sorted(unaware))

    def member_changed(self, slot: int) -> None:
        if own := self._teller.own(slot):
            self._whispers.say([(slot, own)])

    def stored(self, round: Round, rows: Sequence[Row], *, is_current: bool) -> None:
        """SQL has these rows: what was committed is acknowledged, not what the board says meanwhile."""
        local = (each for each in rows if self._crowd.presence.is_local(each.slot))
        self._whispers.say((each.slot, self._acknowledgement(round, each, is_current)) for each in local)

    def offered(self, connection: Connection, slot: int, round: Round) -> None:
        """An offer at or below what SQL has is acknowledged at once; a newer one when it is committed."""
        register = round.counts.stored.get(slot) if round.counts.is_stored(slot) else None
        if register is not None:
            for message in self._acknowledgement(round, row(slot, register), is_current=True):
                connection.say(message)

    def _acknowledgement(self, round: Round, stored: Row, is_current: bool) -> list[ServerMessage]:
        own = self._teller.own_with_ack(stored.slot) if is_current else []
        return [*own, telling.ack(round.id, stored.register)]

    def stop(self) -> None:
        self._whispers.stop()
