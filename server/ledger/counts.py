"""Checkpoints: counts on their way into SQL, merged there by the same greater tuple as everywhere."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.messages import THERE_SEQ
from server.core.board import NOTHING, Register
from server.core.instants import instant
from server.core.records import CountRow, Member, SprintRecord, Stamp
from server.core.sprint import reports
from server.core.streak import counts_offline
from server.ledger.asides import weigh
from server.ledger.endings import bump
from server.ledger.engine import Database, Listed
from server.ledger.projects import chosen_by
from server.ledger.results import COUNT
from server.ledger.rows import among, count_row, padded, sprint_record, sprints_by_id
from server.ledger.stamps import Held, held_by, stamp_of
from server.ledger.tables import members, sprints, writer_zones, writing_sessions
from server.ledger.writer import Kind, RunOrder

STAMPED_AT_ONCE = 100
"""New rows that are made before the event loop gets its turn: each is of a writer's own day."""
_STAMPED = ("started_at", *Stamp._fields)
_OFFERED = (*Register._fields, "active_ms", "reported_at", "counts")

Key = tuple[int, int]
"""(sprint, slot)"""

_OWNERS = select(writing_sessions.c.sprint, writing_sessions.c.writer).where(
    writing_sessions.c.sprint.in_(among("sprints")), writing_sessions.c.writer.in_(among("writers"))
)


@cache
def _places(listed: Listed) -> Select[Any]:
    """Members of the room `of_room`, each with what SQL has of them in the sprint `of_sprint`, which may be nothing."""
    theirs = and_(writing_sessions.c.sprint == bindparam("of_sprint"), listed(writing_sessions.c.slot, "slots"))
    # The slots once more: else PostgreSQL may plan to go through all of the sprint's for each of them.
    own = and_(theirs, writing_sessions.c.slot == members.c.slot)
    # Stand-ins have no zone. What a process still has of a writer who was deleted is not to be stored.
    is_somebody = exists().where(writer_zones.c.writer == members.c.writer).label("is_somebody")
    of = writing_sessions.c.writer.label("of")
    said = (members.c.slot, members.c.writer, *COUNT, writing_sessions.c.aside, of, is_somebody)
    places = select(*said).join_from(members, writing_sessions, own, isouter=True)
    return places.where(members.c.room == bindparam("of_room"), listed(members.c.slot, "slots"))


_ROOMS_OF_FINAL = select(sprints.c.room).where(sprints.c.id.in_(among("sprints")), sprints.c.finished_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Offer:
    """One caller's rows of a sprint."""

    sprint: int
    rows: tuple[CountRow, ...]
    now: int


@dataclass(frozen=True, slots=True)
class _Offered:
    """All that is offered for one writer in one sprint: the greatest count, and whether any of it was the final one."""

    row: CountRow
    reported: bool
    now: int

    def and_(self, other: "_Offered") -> "_Offered":
        greater, lesser = (self.row, other.row) if self.row.register >= other.row.register else (other.row, self.row)
        row = CountRow(
            greater.slot,
            greater.writer,
            greater.register,
            max(greater.active_ms, lesser.active_ms),
            greater.start_total or lesser.start_total,
            min(greater.joined_at, lesser.joined_at),
        )
        return _Offered(row, self.reported or other.reported, min(self.now, other.now))

    def adds_to(self, stored: Row[Any]) -> bool:
        return (
            stored.seq is None
            or self.row.register > Register(stored.seq, stored.words, stored.flags)
            or self.row.active_ms > stored.active_ms
            or (self.reported and stored.reported_at is None)
        )


class Counts(Kind[Offer, dict[int, CountRow]]):
    order = RunOrder.COUNTS

    def __init__(self, database: Database) -> None:
        self._database = database
        self._upsert = _upsert(database.insert)
        self._update = _update(database.dialect)
        self._places = _places(database.listed)

    def weight(self, item: Offer) -> int:
        return len(item.rows)

    async def rooms(self, connection: AsyncConnection, items: Sequence[Offer]) -> Iterable[int]:
        """A count that comes after the results revises them, and the room's rev tells everybody."""
        wanted = padded(sorted({item.sprint for item in items}))
        return (await connection.scalars(_ROOMS_OF_FINAL, {"sprints": wanted})).all()

    async def sprints(self, connection: AsyncConnection, items: Sequence[Offer]) -> Iterable[int]:
        return {item.sprint for item in items}

    async def run(self, connection: AsyncConnection, items: Sequence[Offer]) -> Sequence[dict[int, CountRow]]:
        offered = _merge(items)
        found = await _sprints(connection, {sprint for sprint, _ in offered})
        before = await self._standing(connection, found, offered)
        await asyncio.sleep(0)  # here and below: a few hundred rows are gone through
        news = sorted(key for key, row in before.items() if offered[key].adds_to(row))
        for key in [key for key in news if not before[key].is_somebody]:
            news.remove(key)
            del before[key]
        after = before
        if news:
            await self._store(connection, [(found[key[0]], offered[key], before[key]) for key in news])
            after = before | await self._standing(connection, found, {key: offered[key] for key in news})
            await asyncio.sleep(0)
            for sprint, writer in sorted({(key[0], after[key].of) for key in news if after[key].aside}):
                await weigh(connection, writer, [sprint])
            finals = (key for key in news if found[key[0]].final)
            await _revise(connection, {found[key[0]] for key in finals if _changed(before[key], after[key])})
        return [_answer(item, after) for item in items]

    async def _standing(
        self, connection: AsyncConnection, found: Mapping[int, SprintRecord], offered: Mapping[Key, _Offered]
    ) -> dict[Key, Row[Any]]:
        """What SQL has at these places, empty where it has nothing yet. What is no place in the room, or another's by
        now, is left out."""
        slots: defaultdict[int, list[int]] = defaultdict(list)
        for sprint, slot in offered:
            slots[sprint].append(slot)
        standing: dict[Key, Row[Any]] = {}
        for id, record in found.items():
            if slots[id]:
                asked = {"of_sprint": id, "of_room": record.room, "slots": slots[id]}
                for row in await connection.execute(self._places, asked):
                    if row.writer == offered[id, row.slot].row.writer:
                        standing[id, row.slot] = row
        return standing

    async def _store(
        self, connection: AsyncConnection, news: Sequence[tuple[SprintRecord, _Offered, Row[Any]]]
    ) -> None:
        """In one statement, and in the order of the places: two processes that store the same never wait for each
        other in a circle.
        """
        if all(place.seq for _, _, place in news):
            values = [self._update.values(*each) for each in news]
            await asyncio.sleep(0)
            await connection.exec_driver_sql(self._update.text, values)
            return
        held = await held_by(connection, sorted({place.writer for _, _, place in news}))
        newcomers = sorted({place.writer for _, _, place in news if place.seq is None})
        offers = [(sprint, offer, place.writer) for sprint, offer, place in news]
        rows = await _new_rows(connection, held, offers, newcomers)
        there = await _have_one(connection, {sprint.id for sprint, _, _ in news}, newcomers)
        for row, (_, _, place) in zip(rows, news, strict=True):
            # Of a row that is there it stays as it is.
            row["aside"] = place.seq is not None or (row["sprint"], row["writer"]) in there
        await asyncio.sleep(0)
        await connection.execute(self._upsert, rows)

    async def say(
        self, connection: AsyncConnection, sprint: SprintRecord, me: Row[Any] | Member, now: int, **said: Any
    ) -> None:
        """What a member says beside their count, by column. Who has no count yet gets a row that holds NOTHING else."""
        nothing = _Offered(CountRow(me.slot, me.writer, NOTHING, joined_at=me.joined_at), False, now)
        held = await held_by(connection, [me.writer])
        (row,) = await _new_rows(connection, held, [(sprint, nothing, me.writer)], [me.writer])
        row["aside"] = bool(await _have_one(connection, [sprint.id], [me.writer]))
        insert = self._database.insert(writing_sessions).values(row | said)
        await connection.execute(insert.on_conflict_do_update(index_elements=["sprint", "slot"], set_=said))


def _merge(items: Sequence[Offer]) -> dict[Key, _Offered]:
    merged: dict[Key, _Offered] = {}
    for item in items:
        for row in item.rows:
            key = item.sprint, row.slot
            one = _Offered(row, reports(row.register.flags), item.now)
            merged[key] = one.and_(merged[key]) if key in merged else one
    return merged


async def _sprints(connection: AsyncConnection, wanted: Iterable[int]) -> dict[int, SprintRecord]:
    return {id: sprint_record(row) for id, row in (await sprints_by_id(connection, wanted)).items()}


async def _have_one(connection: AsyncConnection, of: Collection[int], newcomers: Sequence[int]) -> set[tuple[int, int]]:
    """(sprint, writer) of those whose history has another place's count of one of the sprints `of` already."""
    if not newcomers:
        return set()
    asked = {"sprints": padded(sorted(of)), "writers": padded(newcomers)}
    return {(row.sprint, row.writer) for row in await connection.execute(_OWNERS, asked)}


async def _new_rows(
    connection: AsyncConnection,
    held: Mapping[int, Held],
    offers: Sequence[tuple[SprintRecord, _Offered, int]],
    newcomers: Sequence[int],
) -> list[dict[str, Any]]:
    """Each offer with the writer of its place, who is not always the one that offers: see merges.py.

    `newcomers`: those of the writers who have no row yet. Only theirs begin in the project that they have chosen.
    """
    chosen = await chosen_by(connection, newcomers) if newcomers else {}
    rows = []
    for start in range(0, len(offers), STAMPED_AT_ONCE):
        for sprint, offer, writer in offers[start : start + STAMPED_AT_ONCE]:
            rows.append(_new_row(sprint, offer, writer, held[writer], chosen.get(writer)))
        await asyncio.sleep(0)
    return rows


def _new_row(sprint: SprintRecord, offer: _Offered, writer: int, held: Held, project: str | None) -> dict[str, Any]:
    timeline, row = sprint.timeline, offer.row
    started_at = min(max(timeline.starts, row.joined_at), timeline.ends)
    stamp = stamp_of(held, started_at)
    return {
        "id": str(uuid.uuid4()),
        "sprint": sprint.id,
        "writer": writer,
        "slot": row.slot,
        "source": "sprint",
        "started_at": started_at,
        **stamp._asdict(),
        **row.register._asdict(),
        "active_ms": row.active_ms,
        "start_total": row.start_total,
        "reported_at": offer.now if offer.reported else None,
        "counts": counts_offline(instant(started_at), instant(offer.now)),
        "called_off": timeline.called_off,
        "stored_at": offer.now,
        "project": project,
    }


class _Greater:
    """What becomes of a stored count where `new` is offered, by column: it changes only to a greater one.

    What is counted later than an offline result may come adds to totals: for the streak stands what stood until then.
    """

    def __init__(self, new: Mapping[str, ColumnElement[Any]]) -> None:
        stored = writing_sessions.c
        # Of who was there and has not written yet: whether it counts is judged by what comes.
        unwritten = and_(stored.seq <= THERE_SEQ, stored.active_ms == 0, stored.reported_at.is_(None))
        register = [new[name] for name in Register._fields]
        greater = tuple_(*register) > tuple_(*(stored[name] for name in Register._fields))
        longer = new["active_ms"] > stored.active_ms
        too_late = and_(stored.counts, not_(new["counts"]), not_(unwritten))
        words = func.coalesce(stored.streak_words, stored.corrected_words, stored.words)
        minutes = func.coalesce(stored.streak_minutes, stored.corrected_minutes, stored.active_ms / 60_000.0)
        reported = and_(stored.reported_at.is_(None), new["reported_at"].is_not(None))
        self.set = {
            **{name: case((greater, new[name]), else_=stored[name]) for name in Register._fields},
            "counts": case((unwritten, new["counts"]), else_=stored.counts),
            "active_ms": case((longer, new["active_ms"]), else_=stored.active_ms),
            "streak_words": case((and_(too_late, greater), words), else_=stored.streak_words),
            "streak_minutes": case((and_(too_late, longer), minutes), else_=stored.streak_minutes),
            "reported_at": func.coalesce(stored.reported_at, new["reported_at"]),
        }
        self.where = or_(greater, longer, reported)


@cache
def _upsert(insert_of: Callable[[Table], sqlite.Insert]) -> sqlite.Insert:
    """What was stamped with the first count stays."""
    insert, stored = insert_of(writing_sessions), writing_sessions.c
    new = insert.excluded
    first = stored.seq == 0
    count = _Greater(dict(new.items()))
    stamp = {name: case((first, new[name]), else_=stored[name]) for name in _STAMPED}
    return insert.on_conflict_do_update(index_elements=["sprint", "slot"], set_=count.set | stamp, where=count.where)


class _Update:
    """The same where there is a count already, as nearly always: no stamp has to be made that would not be kept.

    In the database's own words: it runs for each count of each sprint, and to arrange the values of a statement of
    SQLAlchemy's takes as long as all else that is done for them here.
    """

    def __init__(self, dialect: Dialect) -> None:
        new = {name: bindparam(name, type_=writing_sessions.c[name].type) for name in _OFFERED}
        count = _Greater(new)
        place = (writing_sessions.c[name] == bindparam(f"of_{name}") for name in ("sprint", "slot"))
        said = update(writing_sessions).where(*place, count.where).values(count.set).compile(dialect=dialect)
        self.text = str(said)
        self._order = said.positiontup or []
        self._fixed = {name: value for name, value in said.params.items() if value is not None}

    def values(self, sprint: SprintRecord, offer: _Offered, place: Row[Any]) -> tuple[Any, ...]:
        """In the order of the statement, which may want some of them more than once."""
        seq, words, flags = offer.row.register
        values = self._fixed | {
            "of_sprint": sprint.id,
            "of_slot": offer.row.slot,
            "seq": seq,
            "words": words,
            "flags": flags,
            "active_ms": offer.row.active_ms,
            "reported_at": offer.now if offer.reported else None,
            "counts": counts_offline(instant(place.started_at), instant(offer.now)),
        }
        return tuple(map(values.__getitem__, self._order))


@cache
def _update(dialect: Callable[[], Dialect]) -> _Update:
    return _Update(dialect())


def _changed(before: Row[Any], after: Row[Any]) -> bool:
    return any(before._mapping[column.name] != after._mapping[column.name] for column in COUNT)


async def _revise(connection: AsyncConnection, changed: Iterable[SprintRecord]) -> None:
    """Sprints whose results are final, and are other ones now."""
    for room in sorted({sprint.room for sprint in changed}):
        await bump(connection, room)


def _answer(item: Offer, standing: Mapping[Key, Row[Any]]) -> dict[int, CountRow]:
    rows = [standing[item.sprint, row.slot] for row in item.rows if (item.sprint, row.slot) in standing]
    return {row.slot: count_row(row) for row in rows}
