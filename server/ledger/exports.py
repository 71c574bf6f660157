"""What is kept of a writer beside the sessions, to be taken along: no secret, no digest, nothing of others."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, Select, Table, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ledger.audit import note
from server.ledger.engine import Database
from server.ledger.people import locked
from server.ledger.rows import in_slices
from server.ledger.tables import (
    audit,
    auth_sessions,
    calendars,
    goals,
    identities,
    members,
    merges,
    passkeys,
    personal_tokens,
    projects,
    recovery_codes,
    rooms,
    sign_in_links,
    sprints,
    writing_sessions,
)
from server.ledger.writer import WRITERS, GroupCommit, Single

_WRITER: BindParameter[int] = bindparam("of_writer")


def _plain(table: Table, columns: str) -> Select[Any]:
    """Named one by one: what a later column holds may be a secret. Sorted by the first."""
    told = [table.c[name] for name in columns.split()]
    return select(*told).where(table.c.writer == _WRITER).order_by(told[0], *table.primary_key)


def _rooms() -> Select[Any]:
    made = (rooms.c.created_by == _WRITER).label("made")
    room = (rooms.c.slug, rooms.c.title, rooms.c.visibility, made)
    place = (members.c.joined_at, members.c.name, members.c.role, members.c.has_left, members.c.removed)
    chosen = select(*room, *place).join_from(members, rooms, members.c.room == rooms.c.id)
    return chosen.where(members.c.writer == _WRITER).order_by(members.c.joined_at, rooms.c.id)


def _sprints() -> Select[Any]:
    """Those with a count of the writer's, as it stands in the results, whatever was mended in the history; and those of
    which they said something without one.
    """
    own, of = writing_sessions.c, sprints.c
    started = (of.started_by == _WRITER).label("started")
    sprint = (of.id.label("sprint"), rooms.c.slug.label("room"), of.round, of.starts, of.ends, started)
    result = (own.started_at.label("joined_at"), own.words, own.active_ms, own.reported_at)
    said = (own.intention, own.outcome, own.note)
    chosen = select(*sprint, *result, *said).join_from(writing_sessions, sprints, own.sprint == of.id)
    told = or_(own.seq > 0, own.intention != "", own.outcome.is_not(None), own.note != "")
    theirs = chosen.join(rooms, rooms.c.id == of.room).where(own.writer == _WRITER, told)
    return theirs.order_by(of.starts, of.id)


_CHOSEN: Mapping[str, Select[Any]] = {
    "projects": _plain(
        projects,
        "created_at id title unit start_total target first_day deadline weights chosen_at archived_at",
    ),
    "goals": _plain(goals, "from_day period unit target"),
    "rooms": _rooms(),
    "sprints": _sprints(),
    "devices": _plain(auth_sessions, "created_at device seen_at expires_at"),
    "passkeys": _plain(passkeys, "created_at name used_at"),
    "identities": _plain(identities, "created_at issuer subject"),
    "recovery_codes": _plain(recovery_codes, "created_at used_at"),
    "tokens": _plain(personal_tokens, "created_at name scopes used_at expires_at"),
    "links": _plain(sign_in_links, "created_at expires_at"),
    "calendars": _plain(calendars, "created_at"),
    "merges": _plain(merges, "met_at merged_at"),
    "audit": _plain(audit, "at what detail device"),
}


class Exports:
    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def taken(self, writer: int, device: str, now: int) -> None:
        """All of it is taken away on this device: its writer is to see that. `now`: Unix ms."""

        async def write(connection: AsyncConnection) -> None:
            await locked(connection, writer)
            await note(connection, writer, "archive_taken", now, device=device)

        await self._writer.submit(WRITERS, Single(writer, write))

    async def of(self, writer: int) -> dict[str, list[dict[str, Any]]]:
        """Rows by the fields of protocol.data.Export, each as its columns, the oldest first."""
        async with self._database.reading() as connection:
            return {
                field: [dict(row._mapping) async for row in in_slices(connection, chosen, {"of_writer": writer})]
                for field, chosen in _CHOSEN.items()
            }
