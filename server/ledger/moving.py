"""The long part of a merge, and of its undoing: sessions of no sprint, a page at a time.

There may be a hundred thousand of them, from one import. What is said to be done, and what hangs together (sprints,
places, projects), is moved first, in one transaction; the rest follows in short ones, each from the page where the last
one ended. The outbox says so from the first on: where a process dies in it, another one goes on. Each session is always
in one history, so that none counts twice meanwhile.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, and_, case, delete, exists, func, literal, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.records import OF_EXPORT, Cursor
from server.ledger.account_tables import merges
from server.ledger.engine import Database
from server.ledger.tables import imports, outbox, projects, writers, writing_sessions
from server.ledger.writer import MAX_BATCH, GroupCommit, Kind, RunOrder

HISTORY_MOVES = "history.moves"
"""The outbox's kind of a merge, or its undoing, that is under way; its payload names it."""
PAGE = 2_000
"""Sessions that one transaction goes through: on PostgreSQL some 50 ms."""
LEASE_MS = 30_000
"""So long whoever began it is left to it."""

_OF, _OTHERS = writing_sessions.c, writing_sessions.alias("others")
_UNFINISHED = select(imports.c.id).where(imports.c.done_at.is_(None))
_ARRIVED_THERE = or_(_OTHERS.c.imported_by.is_(None), _OTHERS.c.imported_by.not_in(_UNFINISHED))
_PLACE = tuple_(_OF.local_day, _OF.started_at, _OF.id)
_OF_NO_SPRINT = _OF.source != "sprint"


class Next(NamedTuple):
    """From where it goes on, and in which direction it went."""

    together: bool
    after: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Of the merge with this id. `then`: what the last step answered; None for the first one."""

    id: str
    then: Next | None


async def go_on(writer: GroupCommit, id: str, then: Next | None = None) -> None:
    """To its end, or until the two are apart again; the first page is the one after `then`."""
    while then := await writer.submit(_STEPS, Step(id, then)):
        pass


class _Steps(Kind[Step, Next | None]):
    """They need no room and no sprint, and each has a transaction nearly to itself."""

    order = RunOrder.MOVES

    def weight(self, item: Step) -> int:
        return MAX_BATCH

    async def run(self, connection: AsyncConnection, items: Sequence[Step]) -> Sequence[Next | None]:
        return [await step(connection, each) for each in items]


_STEPS = _Steps()


async def step(connection: AsyncConnection, item: Step) -> Next | None:
    """None: all of it is done. Where the direction has changed since the last step, it begins anew in the other one."""
    chosen = select(merges).where(merges.c.id == item.id).with_for_update()
    met = (await connection.execute(chosen)).one_or_none()
    if met is None:  # one of the two is being deleted
        await _end(connection, item.id)
        return None
    await lock_writers(connection, (met.writer, met.other))
    together = met.merged_at is not None
    after = item.then.after if item.then is not None and item.then.together == together else None
    return await move(connection, met, Next(together, after))


async def move(connection: AsyncConnection, met: Row[Any], this: Next) -> Next | None:
    """The page that comes next. The caller holds the merge's row."""
    source = met.other if this.together else met.writer
    rest = [_OF.writer == source, _OF_NO_SPRINT, *([] if this.after is None else [tuple_(*this.after) < _PLACE])]
    ends = select(_OF.local_day, _OF.started_at, _OF.id).where(*rest).order_by(_OF.local_day, _OF.started_at, _OF.id)
    last = (await connection.execute(ends.offset(PAGE - 1).limit(1))).one_or_none()
    until = None if last is None else Cursor(*last)
    within = [] if this.after is None else [tuple_(*this.after) < _PLACE]
    page = and_(_OF_NO_SPRINT, *within, *([] if until is None else [tuple_(*until) >= _PLACE]))
    await lock(connection, and_(_OF.writer == source, page))
    if this.together:
        await _bring(connection, met.writer, met.other, page)
    else:
        await _take_back(connection, met.writer, met.other, page)
    if until is None:
        await _end(connection, met.id)
        return None
    return Next(this.together, until)


async def begin(database: Database, connection: AsyncConnection, id: str, now: int) -> None:
    """From now on another process goes on with it, if this one does not."""
    row: dict[str, Any] = {"kind": HISTORY_MOVES, "subject": _subject(id), "payload": json.dumps({"merge": id})}
    asked = database.insert(outbox).values(**row, attempts=0, created_at=now, lease_until=now + LEASE_MS)
    await connection.execute(asked.on_conflict_do_nothing(index_elements=["kind", "subject"]))


_OUTBOX = exists().where(outbox.c.kind == HISTORY_MOVES)


async def under_way(connection: AsyncConnection, *writers: int) -> list[str]:
    """The ids of those that have to do with one of these writers."""
    theirs = or_(merges.c.writer.in_(writers), merges.c.other.in_(writers))
    moves = select(merges.c.id).where(theirs, _OUTBOX.where(outbox.c.subject == _subject(merges.c.id)))
    return list(await connection.scalars(moves.order_by(merges.c.id)))


async def _end(connection: AsyncConnection, id: str) -> None:
    await connection.execute(delete(outbox).where(outbox.c.kind == HISTORY_MOVES, outbox.c.subject == _subject(id)))


def _subject(id: str | ColumnElement[str]) -> ColumnElement[str]:
    return literal("merge:") + id


# What moves -------------------------------------------------------------------------------------------------------


def to_come(into: int, other: int) -> ColumnElement[bool]:
    """Sessions that are the guest's still and become the writer's: not those of an import that is not done or came
    since, which have not been moved with it, nor what both took over from one file, which counts once.
    """
    theirs = select(imports.c.id).where(imports.c.writer == other)
    arrived = or_(_OF.imported_by.is_(None), _OF.imported_by.not_in(theirs))
    return and_(_OF.writer == other, _OF_NO_SPRINT, arrived, is_new_to(into))


def is_new_to(writer: int) -> ColumnElement[bool]:
    """What both took over from one file stays where it is: it counts once. So does what one of them took over from the
    other's export."""
    theirs = exists().where(_OTHERS.c.writer == writer, _ARRIVED_THERE)
    original = theirs.where(_OTHERS.c.id == func.substr(_OF.import_key, len(OF_EXPORT) + 1))
    return and_(_has_no_key_of(writer), ~is_copied_by(writer), or_(_OF.import_key.is_(None), ~original))


def is_copied_by(writer: int) -> ColumnElement[bool]:
    """They took it over from an export."""
    copy = _OTHERS.c.import_key == literal(OF_EXPORT) + _OF.id
    return exists().where(_OTHERS.c.writer == writer, copy, _ARRIVED_THERE)


def _has_no_key_of(writer: int) -> ColumnElement[bool]:
    """A writer has each key but once."""
    known = exists().where(_OTHERS.c.writer == writer, _OTHERS.c.import_key == _OF.import_key)
    return or_(_OF.import_key.is_(None), ~known)


async def came_with(connection: AsyncConnection, other: int) -> set[int]:
    """The guest, and those whose histories were part of theirs."""
    found, news = set[int](), {other}
    while news:
        found |= news
        theirs = select(merges.c.other).where(merges.c.writer.in_(news), merges.c.merged_at.is_not(None))
        news = set(await connection.scalars(theirs)) - found
    return found


async def lock_writers(connection: AsyncConnection, chosen: Iterable[int]) -> None:
    """Before any of their sessions: as whoever deletes one of them does."""
    theirs = select(writers.c.id).where(writers.c.id.in_(sorted(chosen))).order_by(writers.c.id)
    await connection.execute(theirs.with_for_update(key_share=True))


async def lock(connection: AsyncConnection, chosen: ColumnElement[bool]) -> None:
    """In the order in which whoever mends sessions locks them."""
    rows = select(_OF.id).where(chosen).order_by(_OF.id).with_for_update().subquery()
    await connection.execute(select(func.count()).select_from(rows))


async def forget_projects_of_another(
    connection: AsyncConnection, into: int, other: int, which: ColumnElement[bool]
) -> None:
    own = exists().where(projects.c.id == _OF.project, projects.c.writer == _OF.writer)
    strange = update(writing_sessions).where(which, _OF.writer.in_([into, other]), _OF.project.is_not(None), ~own)
    await connection.execute(strange.values(project=None))


async def _bring(connection: AsyncConnection, into: int, other: int, page: ColumnElement[bool]) -> None:
    moved = update(writing_sessions).where(to_come(into, other), page)
    await connection.execute(moved.values(writer=into, came_from=func.coalesce(_OF.came_from, other)))


async def _take_back(connection: AsyncConnection, into: int, other: int, page: ColumnElement[bool]) -> None:
    came = and_(_OF.writer == into, _OF.came_from.in_(await came_with(connection, other)), _has_no_key_of(other))
    came_from = case((_OF.came_from == other, None), else_=_OF.came_from)
    await connection.execute(update(writing_sessions).where(came, page).values(writer=other, came_from=came_from))
    await forget_projects_of_another(connection, into, other, page)
