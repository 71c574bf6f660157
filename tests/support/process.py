"""A process as the relay sees it, reduced to boards: what the relay's tests put on both of its ends."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from server.core.board import Board, Register, Row
from server.live.relay import Relay


class BoardProcess:
    """Holds boards by (room, sprint), the notices that came, and what was said of the relay's health."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.boards: defaultdict[tuple[int, int], Board] = defaultdict(Board)
        self.notices: list[tuple[int, bytes]] = []
        self.healths: list[bool] = []
        self.rows_seen = 0

    async def __aenter__(self) -> "BoardProcess":
        await self.relay.start(self)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.relay.stop()

    async def join(self, room: int, sprint: int) -> None:
        """What a room does when it opens."""
        await self.relay.open(room)
        self.rows_came(room, sprint, await self.relay.watch(room, sprint))

    def count(self, room: int, sprint: int, *rows: Row) -> None:
        """What a room does when its own writers' counts change."""
        self.hold(room, sprint, *rows)
        self.relay.push(room, sprint, rows)

    def hold(self, room: int, sprint: int, *rows: Row) -> None:
        for each in rows:
            self.boards[room, sprint].merge(each.slot, each.register)

    def board(self, room: int, sprint: int) -> list[Row]:
        return sorted(self.boards[room, sprint])

    # The relay's listener -----------------------------------------------------------------------------------------

    def rows_came(self, room: int, sprint: int, rows: Sequence[Row]) -> None:
        self.rows_seen += len(rows)
        self.hold(room, sprint, *rows)

    def notice_came(self, room: int, notice: bytes) -> None:
        self.notices.append((room, notice))

    def held(self, room: int, sprint: int) -> Sequence[tuple[int, Register]]:
        return self.boards[room, sprint].registers()

    def relay_health(self, healthy: bool) -> None:
        self.healths.append(healthy)


def agree(room: int, sprint: int, rows: Sequence[Row], *processes: BoardProcess) -> Callable[[], bool]:
    """A condition: every one of the processes holds exactly these rows."""
    return lambda: all(each.board(room, sprint) == sorted(rows) for each in processes)
