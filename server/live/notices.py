"""What processes tell each other beside rows of counts, mostly about a room. A notice may be lost: SQL repairs it."""

import msgpack
from msgspec import Struct, convert, to_builtins

from protocol.messages import by_tag
from server.core.board import Row
from server.core.records import SprintRecord
from server.core.sprint import Timeline


class RevNotice(Struct, array_like=True, frozen=True, tag=1):
    """The room changed. The sprint comes along so that nobody waits for SQL to hear the bell move."""

    rev: int
    sprint: int | None = None
    round: int = 0
    starts: int = 0
    ends: int = 0
    reporting_ends: int = 0
    cancelled: int | None = None
    final: bool = False

    def record(self, room: int) -> SprintRecord | None:
        if self.sprint is None:
            return None
        timeline = Timeline(self.starts, self.ends, self.reporting_ends, self.cancelled)
        return SprintRecord(self.sprint, room, self.round, timeline, self.final)


class StoredNotice(Struct, array_like=True, frozen=True, tag=2):
    """These rows are committed in SQL: others need not store them, and tell the writer's sockets that they have."""

    sprint: int
    rows: list[tuple[int, int, int, int]]


class CheerNotice(Struct, array_like=True, frozen=True, tag=3):
    """`id`: of the command, by which a process knows one that it has heard. 0: the version before sends none."""

    slot: int
    to: int | None
    kind: int
    id: int = 0


class PresenceNotice(Struct, array_like=True, frozen=True, tag=4):
    """Writers that came to (or went from) the sending process at an instant, Unix ms."""

    at: int
    here: bool
    slots: list[int]


class WhoNotice(Struct, array_like=True, frozen=True, tag=5):
    """A process that has just opened the room asks who is where."""


class BaselineNotice(Struct, array_like=True, frozen=True, tag=6):
    """The total from which a reporting writer started, as SQL has it now."""

    sprint: int
    slot: int
    start_total: int


class EndedNotice(Struct, array_like=True, frozen=True, tag=7):
    """Somebody is no longer signed in by these sessions. It concerns no room, and is sent to EVERYWHERE. `anew`: they
    have another one in the same browser."""

    sessions: list[str]
    anew: bool = False


EVERYWHERE = 0
"""There is no such room; every process listens to it."""
Notice = RevNotice | StoredNotice | CheerNotice | PresenceNotice | WhoNotice | BaselineNotice
"""Of a room."""
_KINDS: dict[int, type[Notice | EndedNotice]] = by_tag(Notice | EndedNotice)


def rev_notice(rev: int, sprint: SprintRecord | None) -> RevNotice:
    if sprint is None:
        return RevNotice(rev)
    line = sprint.timeline
    return RevNotice(
        rev, sprint.id, sprint.round, line.starts, line.ends, line.reporting_ends, line.cancelled, sprint.final
    )


def stored_notice(sprint: int, rows: list[Row]) -> StoredNotice:
    return StoredNotice(sprint, [(each.slot, each.seq, each.words, each.flags) for each in rows])


def pack(notice: Notice | EndedNotice) -> bytes:
    packed: bytes = msgpack.packb(to_builtins(notice))
    return packed


def unpack(data: bytes) -> Notice | EndedNotice | None:
    """The notice; None where a newer process says what this one does not know."""
    value = msgpack.unpackb(data)
    kind = _KINDS.get(value[0])
    return None if kind is None else convert(value, kind)
