"""Rooms: made, found, listed, and read by the live plane."""

import base64
import re
import secrets
import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.messages import Role
from server.core.records import Listing, Member, Person, RoomRecord, RoomState
from server.ledger.bounds import Bounds
from server.ledger.engine import Database
from server.ledger.rows import among, in_slices, latest_sprint, latest_sprints, member_record, padded, room_record
from server.ledger.tables import members, rooms, sprints
from server.ledger.writer import WRITERS, GroupCommit, Single

OPEN_FOR_MS = 86_400_000
"""So long after it was last used a public room is still listed."""
SLUG_TITLE = 48
_SLUG = re.compile(r"[a-z0-9-]{1,64}")

_BY_ID, _BY_SLUG = (select(rooms).where(column == bindparam("key")) for column in (rooms.c.id, rooms.c.slug))
_REVS = select(rooms.c.id, rooms.c.rev).where(rooms.c.id.in_(among("ids")))
_CHANGED = (
    select(members)
    .where(members.c.room == bindparam("of_room"), members.c.rev > bindparam("after"))
    .order_by(members.c.slot)
)


class Rooms:
    def __init__(self, database: Database, writer: GroupCommit, bounds: Bounds) -> None:
        self._database, self._writer, self._bounds = database, writer, bounds

    async def create(self, writer: Person, title: str, visibility: str, key: str | None, now: int) -> RoomRecord:
        await self._bounds.check(writer.id, rooms=1, beside=key or "")

        async def write(connection: AsyncConnection) -> RoomRecord:
            made = self._database.insert(rooms).values(
                title=title,
                visibility=visibility,
                invite=secrets.token_urlsafe(16),
                rev=1,
                next_slot=1,
                created_by=writer.id,
                create_key=key,
                created_at=now,
                used_at=now,
            )
            once = made.on_conflict_do_nothing().returning(rooms)
            while True:
                row = (await connection.execute(once.values(slug=new_slug(title)))).one_or_none()
                if row is not None:
                    break
                # Their key has made one already, or else somebody's room has this slug.
                if key is not None and (first := await _by_key(connection, writer.id, key)) is not None:
                    return first
            await connection.execute(
                insert(members).values(
                    room=row.id,
                    slot=0,
                    writer=writer.id,
                    name=writer.name,
                    role=Role.HOST,
                    joined_at=now,
                    rev=1,
                    has_left=False,
                    removed=False,
                )
            )
            return room_record(row)

        return await self._writer.submit(WRITERS, Single(writer.id, write))

    async def by_slug(self, slug: str) -> RoomRecord | None:
        # Anything else was never made here, and PostgreSQL would refuse some of it as text.
        return await self._one(_BY_SLUG, slug) if _SLUG.fullmatch(slug) else None

    async def by_id(self, room: int) -> RoomRecord | None:
        return await self._one(_BY_ID, room)

    async def _one(self, chosen: Select[Any], key: int | str) -> RoomRecord | None:
        async with self._database.asking() as connection:
            row = (await connection.execute(chosen, {"key": key})).one_or_none()
            return None if row is None else room_record(row)

    async def state(self, room: int, after_rev: int) -> RoomState | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(_BY_ID, {"key": room})).one_or_none()
            if row is None:
                return None
            changed = in_slices(connection, _CHANGED, {"of_room": room, "after": after_rev})
            people = [member_record(each) async for each in changed]
            return RoomState(room_record(row), await latest_sprint(connection, room), people)

    async def revs(self, wanted: Sequence[int]) -> dict[int, int]:
        if not wanted:
            return {}
        async with self._database.asking() as connection:
            found = await connection.execute(_REVS, {"ids": padded(wanted)})
            return {row.id: row.rev for row in found}

    async def member(self, room: int, writer: int) -> Member | None:
        async with self._database.asking() as connection:
            chosen = select(members).where(members.c.room == room, members.c.writer == writer)
            row = (await connection.execute(chosen)).one_or_none()
            return None if row is None else member_record(row)

    async def writers_in(self, room: int) -> int:
        async with self._database.asking() as connection:
            return (await _writers_in(connection, [room])).get(room, 0)

    async def public(self, now: int, limit: int) -> list[Listing]:
        unfinished = select(sprints.c.id).where(sprints.c.room == rooms.c.id, sprints.c.finished_at.is_(None))
        open_now = or_(rooms.c.used_at > now - OPEN_FOR_MS, unfinished.exists())
        which = and_(rooms.c.visibility == "public", open_now)
        chosen = select(rooms).where(which).order_by(rooms.c.used_at.desc(), rooms.c.id.desc()).limit(limit)
        async with self._database.reading() as connection:
            found = (await connection.execute(chosen)).all()
            ids = [row.id for row in found]
            newest = await latest_sprints(connection, ids)
            writers = await _writers_in(connection, ids)
        return [Listing(room_record(row), newest.get(row.id), writers.get(row.id, 0)) for row in found]


def new_slug(title: str) -> str:
    """The title in letters that need no escaping in a link, and a part that cannot be guessed."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[:SLUG_TITLE].strip("-") or "room"
    return f"{words}-{base64.b32encode(secrets.token_bytes(5)).decode().lower()[:6]}"


async def _by_key(connection: AsyncConnection, writer: int, key: str) -> RoomRecord | None:
    chosen = select(rooms).where(rooms.c.created_by == writer, rooms.c.create_key == key)
    row = (await connection.execute(chosen)).one_or_none()
    return None if row is None else room_record(row)


async def _writers_in(connection: AsyncConnection, wanted: Sequence[int]) -> dict[int, int]:
    shown = select(members.c.room, func.count().label("writers")).where(
        members.c.room.in_(padded(wanted)), ~members.c.has_left, ~members.c.removed
    )
    return {row.room: row.writers for row in await connection.execute(shown.group_by(members.c.room))}
