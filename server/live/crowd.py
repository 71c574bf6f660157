"""The people of a room in this process: its members, who of them is there, and how the roster tells of them."""

from collections.abc import Iterable, Iterator

from protocol.messages import Role, RosterFlags, RosterRow
from server.core.records import Member
from server.live.presence import Presence


class Crowd:
    """Members by slot and by writer. The board shows only who is `shown` here; rows of counts are never deleted."""

    def __init__(self) -> None:
        self.presence = Presence()
        self._members: dict[int, Member] = {}
        self._slots: dict[int, int] = {}
        self._shown = 0
        self.hosts: dict[int, None] = {}
        """Slots of those who are shown and may act, in the order in which they became it."""

    def apply(self, members: Iterable[Member]) -> list[Member]:
        """Take rows from SQL; those that were news."""
        news = [member for member in members if self._members.get(member.slot) != member]
        for member in news:
            held = self._members.get(member.slot)
            self._shown += member.shown - (held is not None and held.shown)
            if held is not None and held.writer != member.writer:
                del self._slots[held.writer]
            self._members[member.slot] = member
            if held is not None and self._slots.get(held.writer) == member.slot:
                del self._slots[held.writer]  # a place changes hands where two histories become one, or two again
            self._slots[member.writer] = member.slot
            if member.shown and member.role is Role.HOST:
                self.hosts[member.slot] = None
            else:
                self.hosts.pop(member.slot, None)
        return news

    def of_writer(self, writer: int) -> Member | None:
        slot = self._slots.get(writer)
        return None if slot is None else self._members[slot]

    def shown(self, slot: int) -> bool:
        member = self._members.get(slot)
        return member is not None and member.shown

    def knows(self, slot: int) -> bool:
        return slot in self._members

    @property
    def writers(self) -> int:
        return self._shown

    def slots(self) -> Iterator[int]:
        """Of those who are shown."""
        return (slot for slot, member in self._members.items() if member.shown)

    def writer_of(self, slot: int) -> int | None:
        """Whose a slot is. Also of who was removed: what they wrote before stays theirs."""
        member = self._members.get(slot)
        return None if member is None else member.writer

    def role_of(self, slot: int | None) -> Role:
        member = None if slot is None else self._members.get(slot)
        return Role.VIEWER if member is None else member.role

    def row(self, slot: int, count_flags: int) -> RosterRow:
        """The roster's row of a member, whose count has these flags."""
        member = self._members[slot]
        flags = count_flags
        if self.presence.is_away(slot):
            flags |= RosterFlags.AWAY
        if not member.shown:
            flags |= RosterFlags.GONE
        if member.role is Role.HOST:
            flags |= RosterFlags.HOST
        return RosterRow(slot, member.name, flags, 0, member.joined_at)
