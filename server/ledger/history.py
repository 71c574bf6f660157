"""A writer's history: every session they ever wrote, stamped once, as they mended it since."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import islice
from operator import le
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, or_, select, tuple_

from protocol.messages import CountFlags
from server.aside import aside
from server.core.records import Cursor, SessionRecord
from server.core.written import NOT_COUNTED, Glance, Written
from server.ledger.amounts import (
    ARRIVED,
    BEGUN,
    IN_HISTORY,
    MILLIS,
    MINUTES,
    STREAK_MILLIS,
    STREAK_WORDS,
    WORDS,
    WRITTEN,
)
from server.ledger.answers import Json
from server.ledger.engine import Database
from server.ledger.folding import folded
from server.ledger.rows import among, padded
from server.ledger.stamps import settings_of, settings_parts
from server.ledger.tables import rooms, sprints, writing_sessions

_OF = writing_sessions.c
_PLACE = (_OF.local_day, _OF.started_at, _OF.id)
_ESCAPE = "\\"


def _fields() -> dict[str, Any]:
    """Of a SessionRecord, by its names."""
    own = ("id", "sprint", "local_day", "started_at", "zone", "source", "counts")
    said = ("project", "amount", "note", "intention", "outcome", "import_key")
    return {
        **{name: _OF[name] for name in (*own, *said)},
        "room": rooms.c.slug,
        "room_title": rooms.c.title,
        "words": WORDS,
        "minutes": MINUTES,
        "late": _OF.flags.op("&")(int(CountFlags.LATE)) != 0,
        "edited": or_(_OF.corrected_words.is_not(None), _OF.corrected_minutes.is_not(None)),
        "removed": _OF.removed_at.is_not(None),
    }


_FIELDS = _fields()
_MINE = _OF.writer == bindparam("writer")
_FOREVER = 2**62
_A_DAY = len('"2026-11-23",')
"""How long one is in the column of days, at least."""
_COLUMN = msgspec.json.Decoder(list[Any])
_RECORDS = msgspec.json.Decoder(list[SessionRecord], strict=False)  # SQLite's true is 1


def records(json: Json, *wanted: ColumnElement[bool], limit: Any = None) -> Select[Any]:
    """Sessions as one text of JSON, newest day first, then the newest first; for `read`."""
    rows = (
        select(*(column.label(name) for name, column in _FIELDS.items()))
        .join_from(writing_sessions, sprints, _OF.sprint == sprints.c.id, isouter=True)
        .join(rooms, sprints.c.room == rooms.c.id, isouter=True)
        .where(*wanted)
        .order_by(*(column.desc() for column in _PLACE))
        .limit(limit)
        .subquery()
    )
    return select(json.all_of(json.object(dict(rows.c))))


def read(answer: str) -> list[SessionRecord]:
    return _RECORDS.decode(answer)


@cache
def _newest(json: Json) -> Select[Any]:
    return records(json, _MINE, IN_HISTORY, BEGUN, limit=bindparam("limit"))


@cache
def _on_days(json: Json) -> Select[Any]:
    return records(json, _MINE, IN_HISTORY, _OF.local_day.in_(among("days")))


@cache
def written_statement(json: Json) -> Select[Any]:
    """All of a writer's sessions as columns."""
    return select(*_columns(json)).where(_MINE, IN_HISTORY, BEGUN)


def _columns(json: Json) -> list[Any]:
    """What Written has, in its order."""
    plain = and_(_OF.counts, _OF.streak_words.is_(None), _OF.streak_minutes.is_(None))
    of_streak = (
        case((plain, None), else_=STREAK_WORDS),
        case((plain, None), (_OF.counts, STREAK_MILLIS), else_=NOT_COUNTED),
    )
    hour = case((_OF.source == "import", None), else_=_OF.local_hour)
    return [json.all_of(column) for column in (_OF.local_day, hour, WORDS, MILLIS, *of_streak)]


@cache
def _glance(json: Json) -> Select[Any]:
    """All three in one statement, which costs Python less than each of them by itself."""
    parts = [*_columns(json), _newest(json).scalar_subquery(), *settings_parts(json)]
    return select(*parts).where(_MINE, IN_HISTORY, BEGUN)


class History:
    def __init__(self, database: Database) -> None:
        self._database = database

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
        first: date | None = None,
        last: date | None = None,
    ) -> list[SessionRecord]:
        """At most `limit`, the newest or those that follow `before`. `text`: only those with it in their note, their
        intention or their room's title, in whatever case. `removed`: those that were removed instead of those that are
        there. `begun_by`: without those of sprints that start later, Unix ms. `first`, `last`: only of these days and
        between.
        """
        if not (before or project or text or removed or first or last):
            asked = {"writer": writer, "begun_by": _FOREVER if begun_by is None else begun_by, "limit": limit}
            return await self._found(_newest(self._database.json), asked)
        wanted = [_OF.writer == writer, *_begun(begun_by)]
        wanted.append(and_(_OF.removed_at.is_not(None), WRITTEN, ARRIVED) if removed else IN_HISTORY)
        if first is not None:
            wanted.append(_OF.local_day >= first)
        if last is not None:
            wanted.append(_OF.local_day <= last)
        if before is not None:
            wanted.append(tuple_(*_PLACE) < tuple_(*before))
        if project is not None:
            wanted.append(_OF.project == project)
        if text:
            fold = await self._database.fold()
            wanted.append(or_(*(_holds(fold(column), text) for column in (_OF.note, _OF.intention, rooms.c.title))))
        return await self._found(records(self._database.json, *wanted, limit=limit))

    async def session(self, writer: int, id: str) -> SessionRecord | None:
        """Also a removed one."""
        found = await self._found(records(self._database.json, _OF.writer == writer, _OF.id == id))
        return found[0] if found else None

    async def glance(self, writer: int, newest: int, begun_by: int) -> Glance:
        """With so many of the newest sessions. KeyError: no such writer."""
        asked = {"writer": writer, "begun_by": begun_by, "limit": newest}
        async with self._database.asking() as connection:
            *columns, sessions, zones, rules, rests, amnesty = (
                await connection.execute(_glance(self._database.json), asked)
            ).one()
        return Glance(await _of_columns(columns), read(sessions), settings_of((zones, rules, rests, amnesty)))

    async def written(self, writer: int, begun_by: int | None = None) -> Written:
        """All of it. `begun_by`: as with `page`."""
        asked = {"writer": writer, "begun_by": _FOREVER if begun_by is None else begun_by}
        async with self._database.asking() as connection:
            columns = (await connection.execute(written_statement(self._database.json), asked)).one()
        return await _of_columns(columns)

    async def on_days(self, writer: int, days: Collection[date]) -> list[SessionRecord]:
        """All that belong to these days."""
        if not days:
            return []
        return await self._found(_on_days(self._database.json), {"writer": writer, "days": padded(sorted(days))})

    async def of_sprint(self, writer: int, sprint: int) -> SessionRecord | None:
        wanted = (_OF.writer == writer, _OF.sprint == sprint, IN_HISTORY)
        found = await self._found(records(self._database.json, *wanted))
        return found[0] if found else None

    async def _found(self, chosen: Select[Any], asked: Mapping[str, Any] | None = None) -> list[SessionRecord]:
        async with self._database.asking() as connection:
            return read(await connection.scalar(chosen, asked) or "[]")


def _begun(by: int | None) -> list[ColumnElement[bool]]:
    """A count may come before its sprint has begun; a session it is from then on."""
    return [] if by is None else [_OF.started_at <= by]


async def _of_columns(answer: Sequence[str]) -> Written:
    return await aside(len(answer[0]) // _A_DAY, lambda: by_day([_COLUMN.decode(column) for column in answer]))


def by_day(columns: Sequence[list[Any]]) -> Written:
    """The index gives them by day, as a rule; a database may read them otherwise."""
    days = columns[0]
    if all(map(le, days, islice(days, 1, None))):
        return Written(*columns)
    order = sorted(range(len(days)), key=days.__getitem__)
    return Written(*([column[place] for place in order] for column in columns))


def _holds(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    text = folded(text)
    for special in (_ESCAPE, "%", "_"):
        text = text.replace(special, _ESCAPE + special)
    return column.like(f"%{text}%", escape=_ESCAPE)
