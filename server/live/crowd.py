"""The people of a room in this process: its members, who of them is there, and how the roster tells of them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from protocol.codes import ErrorCode
from protocol.messages import Role, RosterFlags, RosterRow
from server.core.namesakes import Likeness, Namesakes
from server.core.records import Member, Person
from server.core.sprint import RuleError
from server.live.presence import Presence
from server.live.pulse import tick_ms


class Crowd:
    """Members by slot and by writer. The board shows only who is `shown` here; rows of counts are never deleted."""

    def __init__(self, likeness: Likeness = str.casefold) -> None:
        self.presence = Presence()
        self._namesakes = Namesakes(likeness)
        self._members: dict[int, Member] = {}
        self._slots: dict[int, int] = {}
        self._shown = 0
        self.hosts: dict[int, None] = {}
        """Slots of those who are shown and may act, in the order in which they became it."""

    def apply(self, members: Iterable[Member]) -> list[Member]:
        """Take rows from SQL; those that were news, and those whose names are told otherwise by it."""
        news = [member for member in members if self._members.get(member.slot) != member]
        renamed: set[int] = set()
        for member in news:
            is_host = member.role is Role.HOST and not member.removed
            renamed |= self._namesakes.take(member.slot, member.name, is_host)
            held = self._members.get(member.slot)
            self._shown += member.shown - (held is not None and held.shown)
            self._members[member.slot] = member
            # A place changes hands where two histories become one, or two again; its former writer may have another.
            if held is not None and self._slots.get(held.writer) == member.slot:
                del self._slots[held.writer]
            self._slots[member.writer] = member.slot
            if member.shown and member.role is Role.HOST:
                self.hosts[member.slot] = None
            else:
                self.hosts.pop(member.slot, None)
        return [*news, *(self._members[slot] for slot in sorted(renamed - {member.slot for member in news}))]

    def admitted(self, person: Person) -> Person:
        """The person under the name that they have here. RuleError (CONFLICT): it may be taken for a host's.

        Who has a place is let in under the name that they had: their counts are not to wait for another one.
        """
        place = self.of_writer(person.id)
        if (place is not None and place.role is Role.HOST) or not self._namesakes.is_a_host_s(person.name):
            return person
        if place is None:
            raise RuleError(ErrorCode.CONFLICT, "name", "looks like a host's here: choose another one in Settings")
        return replace(person, name=place.name)

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

    def tick_ms(self) -> int:
        return tick_ms(self._shown)

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
        return RosterRow(slot, self._namesakes.shown(slot, member.name), flags, 0, member.joined_at)
