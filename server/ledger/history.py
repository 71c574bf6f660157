"""A writer's history: every session they ever wrote, stamped once, as they mended it since."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import islice
from operator import le
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Row, Select, Text, and_, bindparam, case, cast, func, or_, select, tuple_

from protocol.messages import CountFlags
from server.core.records import Cursor, SessionRecord
from server.core.written import NOT_COUNTED, Written
from server.ledger.amounts import ARRIVED, IN_HISTORY, MILLIS, MINUTES, STREAK_MILLIS, STREAK_WORDS, WORDS, WRITTEN
from server.ledger.engine import Database
from server.ledger.rows import JSON_OF_POSTGRESQL, JSON_OF_SQLITE, Json, among, padded
from server.ledger.tables import rooms, sprints, writing_sessions

_OF = writing_sessions.c
_PLACE = (_OF.local_day, _OF.started_at, _OF.id)
_ESCAPE = "\\"


def _records() -> Select[Any]:
    """Sessions with where they were written, newest day first, then the newest first."""
    own = (
        *(_OF[name] for name in ("id", "sprint", "local_day", "started_at", "zone", "source", "flags", "counts")),
        *(_OF[name] for name in ("project", "amount", "note", "intention", "outcome", "removed_at")),
    )
    edited = or_(_OF.corrected_words.is_not(None), _OF.corrected_minutes.is_not(None))
    told = (WORDS.label("told_words"), MINUTES.label("told_minutes"), edited.label("edited"))
    return (
        select(*own, *told, rooms.c.slug, rooms.c.title)
        .join_from(writing_sessions, sprints, _OF.sprint == sprints.c.id, isouter=True)
        .join(rooms, sprints.c.room == rooms.c.id, isouter=True)
        .order_by(*(column.desc() for column in _PLACE))
    )


RECORDS = _records()
_NEWEST = RECORDS.where(_OF.writer == bindparam("writer"), IN_HISTORY, _OF.started_at <= bindparam("begun_by")).limit(
    bindparam("limit")
)
_ON_DAYS = RECORDS.where(_OF.writer == bindparam("writer"), _OF.local_day.in_(among("days")), IN_HISTORY)
_COLUMN = msgspec.json.Decoder(list[Any])
_FOREVER = 2**62


def _written(json: Json) -> Select[Any]:
    """All of a writer's sessions as one row of columns, each as JSON: rows would cost Python more than SQL."""
    plain = and_(_OF.counts, _OF.streak_words.is_(None), _OF.streak_minutes.is_(None))
    of_streak = (
        case((plain, None), else_=STREAK_WORDS),
        case((plain, None), (_OF.counts, STREAK_MILLIS), else_=NOT_COUNTED),
    )
    hour = case((_OF.source == "import", None), else_=_OF.local_hour)
    columns: list[Any] = [
        cast(json.column(column), Text) for column in (_OF.local_day, hour, WORDS, MILLIS, *of_streak)
    ]
    return select(*columns).where(
        _OF.writer == bindparam("writer"), IN_HISTORY, _OF.started_at <= bindparam("begun_by")
    )


_WRITTEN_SQLITE, _WRITTEN_POSTGRESQL = _written(JSON_OF_SQLITE), _written(JSON_OF_POSTGRESQL)


class History:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._written = _WRITTEN_SQLITE if database.is_sqlite else _WRITTEN_POSTGRESQL

    async def sessions(
        self, writer: int, from_day: date | None = None, to_day: date | None = None, begun_by: int | None = None
    ) -> list[SessionRecord]:
        """Both days are included. `begun_by`: without those of sprints that start later, Unix ms."""
        wanted = [_OF.writer == writer, IN_HISTORY, *_begun(begun_by)]
        if from_day is not None:
            wanted.append(_OF.local_day >= from_day)
        if to_day is not None:
            wanted.append(_OF.local_day <= to_day)
        return await self._found(RECORDS.where(*wanted))

    async def page(
        self,
        writer: int,
        limit: int,
        *,
        before: Cursor | None = None,
        project: str | None = None,
        text: str = "",
        removed: bool = False,
        begun_by: int | None = None,
    ) -> list[SessionRecord]:
        """At most `limit`, those that follow `before`. `text`: only those with it in their note, their intention or
        their room's title. `removed`: those that were removed instead of those that are there.
        """
        if not (before or project or text or removed):
            asked = {"writer": writer, "begun_by": _FOREVER if begun_by is None else begun_by, "limit": limit}
            return await self._found(_NEWEST, asked)
        wanted = [_OF.writer == writer, *_begun(begun_by)]
        wanted.append(and_(_OF.removed_at.is_not(None), WRITTEN, ARRIVED) if removed else IN_HISTORY)
        if before is not None:
            wanted.append(tuple_(*_PLACE) < tuple_(*before))
        if project is not None:
            wanted.append(_OF.project == project)
        if text:
            wanted.append(or_(*(_holds(column, text) for column in (_OF.note, _OF.intention, rooms.c.title))))
        return await self._found(RECORDS.where(*wanted).limit(limit))

    async def session(self, writer: int, id: str) -> SessionRecord | None:
        """Also a removed one."""
        found = await self._found(RECORDS.where(_OF.writer == writer, _OF.id == id))
        return found[0] if found else None

    async def written(self, writer: int, begun_by: int | None = None) -> Written:
        """All of it. `begun_by`: as with `sessions`."""
        asked = {"writer": writer, "begun_by": _FOREVER if begun_by is None else begun_by}
        async with self._database.asking() as connection:
            found = await connection.execute(self._written, asked)
            return by_day([_COLUMN.decode(column or "[]") for column in found.one()])

    async def on_days(self, writer: int, days: Collection[date]) -> list[SessionRecord]:
        """All that belong to these days."""
        if not days:
            return []
        return await self._found(_ON_DAYS, {"writer": writer, "days": padded(sorted(days))})

    async def of_sprint(self, writer: int, sprint: int) -> SessionRecord | None:
        found = await self._found(RECORDS.where(_OF.writer == writer, _OF.sprint == sprint, IN_HISTORY))
        return found[0] if found else None

    async def _found(self, chosen: Select[Any], asked: Mapping[str, Any] | None = None) -> list[SessionRecord]:
        async with self._database.asking() as connection:
            return [session_record(row) for row in await connection.execute(chosen, asked)]


def _begun(by: int | None) -> list[ColumnElement[bool]]:
    """A count may come before its sprint has begun; a session it is from then on."""
    return [] if by is None else [_OF.started_at <= by]


def by_day(columns: Sequence[list[Any]]) -> Written:
    """The index gives them by day, as a rule; a database may read them otherwise."""
    days = columns[0]
    if all(map(le, days, islice(days, 1, None))):
        return Written(*columns)
    order = sorted(range(len(days)), key=days.__getitem__)
    return Written(*([column[place] for place in order] for column in columns))


def _holds(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    for special in (_ESCAPE, "%", "_"):
        text = text.replace(special, _ESCAPE + special)
    return func.lower(column).like(func.lower(f"%{text}%"), escape=_ESCAPE)


def session_record(row: Row[Any]) -> SessionRecord:
    """A row of RECORDS."""
    return SessionRecord(
        id=row.id,
        sprint=row.sprint,
        room=row.slug,
        room_title=row.title,
        local_day=row.local_day,
        started_at=row.started_at,
        zone=row.zone,
        minutes=row.told_minutes,
        words=row.told_words,
        source=row.source,
        late=bool(row.flags & CountFlags.LATE),
        counts=row.counts,
        project=row.project,
        amount=row.amount,
        note=row.note,
        intention=row.intention,
        outcome=row.outcome,
        edited=row.edited,
        removed=row.removed_at is not None,
    )
