"""The relay between processes: its contract, and the in-memory one that serves a single process.

The relay carries changed rows and notices between processes, and a snapshot for those that join late. It is never the
truth: whatever it loses is repaired from SQL and from what each process holds.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Protocol

from server.core.board import Board, Register, Row


class Listener(Protocol):
    """A process, as the relay sees it. Calls come on the event loop's thread and must not block."""

    def rows_came(self, room: int, sprint: int, rows: Sequence[Row]) -> None:
        """Rows from the relay, perhaps mine among them; merge them. A sprint's may come before it is watched."""

    def notice_came(self, room: int, notice: bytes) -> None:
        """A notice that some process sent, this one's own included. May be lost, repeated or late."""

    def held(self, room: int, sprint: int) -> Sequence[tuple[int, Register]]:
        """What this process holds for a sprint, by slot, so that a relay that came back empty gets it again."""

    def relay_health(self, healthy: bool) -> None:
        """Whether others' rows arrive. Said when it changes from what `Relay.healthy` was when start() returned."""


class Relay(Protocol):
    """Opened rooms get rows and notices. Nothing here raises while the relay's server is away: it heals itself.

    Rows merge by the greater (seq, words, flags). A receiver gets every pushed row at least once, or a resync brings
    it within 3 s of the trouble's end.
    """

    healthy: bool

    async def start(self, listener: Listener) -> None:
        """Begin. Waits for the relay's server only for a moment; `healthy` says whether it was there."""

    async def stop(self) -> None:
        """End, after what was pushed is sent, if the relay's server takes it at once."""

    async def open(self, room: int) -> None:
        """Receive this room's rows and notices from now on."""

    async def close(self, room: int) -> None:
        """Receive nothing of this room any more, and take part in none of its sprints."""

    async def watch(self, room: int, sprint: int) -> Sequence[Row]:
        """Take part in a sprint of an opened room (resync, republish, versions) and answer its snapshot.

        The snapshot is empty while the relay's server is away; a resync brings it later. What the caller holds beyond
        the snapshot, from SQL say, is published within 2 s.
        """

    async def unwatch(self, room: int, sprint: int) -> None:
        """Take no more part in the sprint; its rows come no more."""

    def push(self, room: int, sprint: int, rows: Sequence[Row]) -> None:
        """Merge these rows into the shared snapshot and send them to all others. Returns at once.

        The caller holds them already: lost while unhealthy, they are published again from `Listener.held`.
        """

    def notify(self, room: int, notice: bytes) -> None:
        """Send a notice to all processes that have the room open. Returns at once, and this process has it then."""


class MemoryRelay:
    """One process needs no more. Several of them can share a `hub`, which is how tests make several processes."""

    healthy = True

    def __init__(self, hub: "Hub | None" = None) -> None:
        self._hub = hub or Hub()
        self._listener: Listener | None = None
        self._unwatched: dict[int, set[int]] = {}
        """By opened room: sprints that were let go."""

    async def start(self, listener: Listener) -> None:
        self._listener = listener
        self._hub.relays.append(self)

    async def stop(self) -> None:
        if self in self._hub.relays:
            self._hub.relays.remove(self)

    async def open(self, room: int) -> None:
        self._unwatched.setdefault(room, set())

    async def close(self, room: int) -> None:
        self._unwatched.pop(room, None)
        self._hub.forget(room)

    async def watch(self, room: int, sprint: int) -> Sequence[Row]:
        if room not in self._unwatched:
            return []  # closed meanwhile
        self._unwatched[room].discard(sprint)
        return list(self._hub.boards[room, sprint])

    async def unwatch(self, room: int, sprint: int) -> None:
        if room in self._unwatched:
            self._unwatched[room].add(sprint)
        self._hub.forget(room)

    def push(self, room: int, sprint: int, rows: Sequence[Row]) -> None:
        hearing = [relay for relay in self._hub.relays if relay.hears(room, sprint)]
        if not hearing:
            return
        board = self._hub.boards[room, sprint]
        changed = [each for each in rows if board.merge(each.slot, each.register)]
        for relay in hearing:
            if changed and relay is not self and relay._listener is not None:
                relay._listener.rows_came(room, sprint, changed)

    def notify(self, room: int, notice: bytes) -> None:
        for relay in self._hub.relays:
            if room in relay._unwatched and relay._listener is not None:
                relay._listener.notice_came(room, notice)

    def hears(self, room: int, sprint: int) -> bool:
        return room in self._unwatched and sprint not in self._unwatched[room]


class Hub:
    """What in-memory relays share: who they are, and the boards."""

    def __init__(self) -> None:
        self.relays: list[MemoryRelay] = []
        self.boards: defaultdict[tuple[int, int], Board] = defaultdict(Board)

    def forget(self, room: int) -> None:
        """Drop the room's boards that nobody hears of any more."""
        for key in [key for key in self.boards if key[0] == room]:
            if not any(relay.hears(*key) for relay in self.relays):
                del self.boards[key]
