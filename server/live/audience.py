"""The sockets of a room: what is said to all, and what becomes of those that are too slow to hear it."""

import asyncio
from collections.abc import Callable, Iterator

from protocol.codec import encode
from protocol.messages import ServerMessage
from server.live.connection import Connection
from server.live.fanout import SLICE, Fanout, Reader
from server.live.wire import frame_of

SLOW_CHECK_S = 1.0


class Audience:
    """`everything` answers the frames that tell one connection all: when it came, and when it has missed some.

    `stuck_ms`: a reader that was too slow, and has not read all that waits for it so long after, is cut off.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, everything: Callable[[Connection], bytes], stuck_ms: int
    ) -> None:
        self._loop = loop
        self._everything = everything
        self._stuck_s = stuck_ms / 1_000
        self._seats: dict[int, dict[Connection, None]] = {}
        self._fan = Fanout(loop, self._skipped)
        self._behind: dict[Connection, None] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._fan)

    def __iter__(self) -> Iterator[Connection]:
        return (reader for reader in self._fan if isinstance(reader, Connection))

    def add(self, connection: Connection) -> None:
        self._fan.add(connection)
        self._bring_up_to_date(connection)

    def remove(self, connection: Connection) -> None:
        self._fan.remove(connection)
        self._behind.pop(connection, None)

    def __contains__(self, connection: Connection) -> bool:
        return connection in self._fan

    def sit(self, connection: Connection, slot: int) -> None:
        """This connection is its writer's."""
        connection.slot = slot
        self._seats.setdefault(slot, {})[connection] = None

    def stand(self, connection: Connection) -> int | None:
        """This connection only watches from now on; whose it was."""
        slot, connection.slot = connection.slot, None
        if slot is not None:
            seats = self._seats[slot]
            del seats[connection]
            if not seats:
                del self._seats[slot]
        return slot

    def seats(self, slot: int) -> int:
        return len(self._seats.get(slot, ()))

    def of_slot(self, slot: int) -> list[Connection]:
        return list(self._seats.get(slot, ()))

    def of_writer(self, writer: int) -> list[Connection]:
        """All of a person's, those that only watch included."""
        return [each for each in self if each.person is not None and each.person.id == writer]

    def say(self, message: ServerMessage) -> None:
        """To everybody."""
        self.send(frame_of(encode(message)))

    def send(self, frame: bytes, is_whole: bool = False) -> None:
        self._fan.send(frame, is_whole)

    def tell(self, connection: Connection, frame: bytes) -> None:
        """To this one alone. Who is too slow for it is told everything anew, as with what is said to all."""
        if not connection.wire.write(frame):
            self._skipped(connection)

    def _bring_up_to_date(self, connection: Connection) -> None:
        connection.behind_since = None
        self._behind.pop(connection, None)
        self._fan.brought_up_to_date(connection)
        # In one write: a roster may fill the buffer, and what stands must not be told by half.
        if not connection.wire.write(self._everything(connection)):
            self._skipped(connection)

    def _skipped(self, reader: Reader) -> None:
        """Too slow for this frame: it misses all until it has drained, then is told everything anew."""
        assert isinstance(reader, Connection)
        if reader.behind_since is None:
            reader.behind_since = self._loop.time()
            self._behind[reader] = None
            if self._timer is None:
                self._timer = self._loop.call_later(SLOW_CHECK_S, self._look_after_slow)

    def _look_after_slow(self) -> None:
        """A slice of them at a time: a line that was down may have put thousands behind."""
        told = 0
        for connection in list(self._behind):
            # Drained, and not just below the limit: who reads a little now and then would be for ever behind.
            if connection.wire.is_drained():
                self._bring_up_to_date(connection)
                told += 1
                if told == SLICE:
                    break
            elif self._loop.time() - (connection.behind_since or 0) > self._stuck_s:
                del self._behind[connection]
                connection.wire.abort()
        self._timer = None
        if self._behind:
            wait_s = 0 if told == SLICE else SLOW_CHECK_S
            self._timer = self._loop.call_later(wait_s, self._look_after_slow)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
