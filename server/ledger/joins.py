"""Becoming a member of a room: many at once, as at the start of a write-in, cost one change of the room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.messages import Role
from server.core.records import Member, Person
from server.ledger.rows import member_record, padded
from server.ledger.tables import members, rooms
from server.ledger.writer import Kind, RunOrder


@dataclass(frozen=True, slots=True)
class Join:
    room: int
    person: Person
    now: int


class Joins(Kind[Join, Member | None]):
    """Answers None where there is no such room."""

    order = RunOrder.JOINS

    async def rooms(self, connection: AsyncConnection, items: Sequence[Join]) -> Iterable[int]:
        return {item.room for item in items}

    async def run(self, connection: AsyncConnection, items: Sequence[Join]) -> Sequence[Member | None]:
        answers: dict[tuple[int, int], Member] = {}
        for room in sorted({item.room for item in items}):
            of_room = [item for item in items if item.room == room]
            for member in await self._join_room(connection, room, of_room):
                answers[room, member.writer] = member
        return [answers.get((item.room, item.person.id)) for item in items]

    async def _join_room(self, connection: AsyncConnection, room: int, items: Sequence[Join]) -> Sequence[Member]:
        row = (await connection.execute(select(rooms).where(rooms.c.id == room))).one_or_none()
        if row is None:
            return []
        joining = {item.person.id: item for item in items}
        chosen = select(members).where(members.c.room == room, members.c.writer.in_(padded(sorted(joining))))
        there = {each.writer: member_record(each) for each in await connection.execute(chosen)}
        came = [item for writer, item in sorted(joining.items()) if writer not in there]
        back = [member for member in there.values() if _changes(member, joining[member.writer])]
        if came or back:
            rev = row.rev + 1
            values = {"rev": rev, "next_slot": row.next_slot + len(came), "used_at": max(row.used_at, items[0].now)}
            await connection.execute(update(rooms).where(rooms.c.id == room).values(values))
            await self._bring_back(connection, room, [joining[member.writer] for member in back], rev)
            await self._add(connection, room, came, row.next_slot, rev)
            await ensure_host(connection, room, rev)
            there = {each.writer: member_record(each) for each in await connection.execute(chosen)}
        return list(there.values())

    async def _bring_back(self, connection: AsyncConnection, room: int, items: Sequence[Join], rev: int) -> None:
        if items:
            of_member = (members.c.room == room) & (members.c.writer == bindparam("of_writer"))
            values = {"name": bindparam("new_name"), "has_left": False, "rev": rev}
            changed = [{"of_writer": item.person.id, "new_name": item.person.name} for item in items]
            await connection.execute(update(members).where(of_member).values(values), changed)

    async def _add(self, connection: AsyncConnection, room: int, items: Sequence[Join], slot: int, rev: int) -> None:
        added: list[dict[str, Any]] = [
            {
                "room": room,
                "slot": slot + place,
                "writer": item.person.id,
                "name": item.person.name,
                "role": Role.WRITER,
                "joined_at": item.now,
                "rev": rev,
                "has_left": False,
                "removed": False,
            }
            for place, item in enumerate(items)
        ]
        if added:
            await connection.execute(insert(members), added)


def _changes(member: Member, item: Join) -> bool:
    return not member.removed and (member.left or member.name != item.person.name)


async def ensure_host(connection: AsyncConnection, room: int, rev: int) -> None:
    """A room in which nobody may act gets its longest-standing member as a host. A host who left stays one beside."""
    shown = (members.c.room == room) & ~members.c.has_left & ~members.c.removed
    hosts = select(members.c.slot).where(shown, members.c.role == Role.HOST)
    if await connection.scalar(hosts.limit(1)) is None:
        longest = select(members.c.slot).where(shown).order_by(members.c.joined_at, members.c.slot).limit(1)
        heir = (members.c.room == room) & (members.c.slot == longest.scalar_subquery())
        await connection.execute(update(members).where(heir).values(role=Role.HOST, rev=rev))
