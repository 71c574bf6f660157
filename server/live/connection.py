"""One socket in a room: who it is, and the way to it."""

from protocol.codec import encode
from protocol.codes import close_text
from protocol.messages import ServerMessage
from server.core.records import Person
from server.live.wire import Wire, frame_of


class Connection:
    """`session`: the id of that by which its person is signed in. `may_write`: not so where a personal token is for
    watching alone. `slot` is None while they only watch. `behind_since` (loop time, s) says since when it misses
    frames.
    """

    def __init__(
        self, wire: Wire, person: Person | None, session: str | None = None, *, may_write: bool = True
    ) -> None:
        self.wire = wire
        self.person = person
        self.session = session
        self.may_write = may_write
        self.slot: int | None = None
        self.since = 0
        self.behind_since: float | None = None

    def write(self, frame: bytes) -> bool:
        return self.behind_since is None and self.wire.write(frame)

    def say(self, message: ServerMessage) -> bool:
        """To this socket alone; False if it is too slow and missed it."""
        return self.wire.write(frame_of(encode(message)))

    def close(self, code: int, text: str = "") -> None:
        self.wire.close(code, text or close_text(code))
