"""What a merge moves from a guest to a writer, and how it is moved back: see merges.py.

Sessions, projects, booked rest and finished imports move. Settings, zones, goals, the calendar's address, tokens, links
and the audit stay each writer's own. Where only the guest had a place in a room, the writer has it; where both had one,
the guest's stays on the board as one that was left, and the writer is host if the guest was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import add
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    Table,
    and_,
    case,
    distinct,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.codes import ErrorCode
from protocol.messages import Role
from server.core.merges import UNDO_MS, Did
from server.core.sprint import RuleError
from server.ledger import moving
from server.ledger.account_tables import merges
from server.ledger.amounts import IN_HISTORY, WORDS
from server.ledger.asides import weigh
from server.ledger.audit import note
from server.ledger.endings import bump
from server.ledger.joins import ensure_host
from server.ledger.rows import sliced
from server.ledger.tables import imports, members, projects, rests, sprints, writers, writing_sessions

_OF = writing_sessions.c
_OF_SPRINT = _OF.source == "sprint"
WAITS_FOR_IMPORT_MS = 600_000
"""An import that began before was most likely given up half-way. If not, the next merge of the two brings it along."""


@dataclass(frozen=True, slots=True)
class Turn:
    """`together`: merge, else part. `writer`: who asks, `session`: by which. `now`: Unix ms. `sums` and `issuer` are
    there to merge."""

    id: str
    writer: int
    session: str
    now: int
    together: bool
    sums: "Sums | None" = None
    issuer: str | None = None


class Place(NamedTuple):
    """A guest's place as it was. `moved`: the writer has it now; else they had one of their own, and `raised` says
    whether that became a host's."""

    room: int
    slot: int
    name: str
    role: int
    has_left: bool
    moved: bool
    raised: bool = False


class Kept(msgspec.Struct, frozen=True):
    """What it did, and ids of what came: projects with when they were chosen."""

    did: Did
    places: list[Place]
    projects: list[tuple[str, int | None]]
    rests: list[str]
    imports: list[str]


KEPT = msgspec.json.Decoder(Kept)


class _Sum(NamedTuple):
    sessions: int = 0
    days: int = 0
    words: int = 0


class Sums(NamedTuple):
    """Of the writer's history, and of it with what is to come, but for sprints. They are read before a merge: through
    many years that takes too long to have others wait for it."""

    before: _Sum = _Sum()
    after: _Sum = _Sum()


async def sums(connection: AsyncConnection, into: int, other: int) -> Sums:
    own = _in_history_of(into)
    return Sums(await _sum(connection, own), await _sum(connection, union_all(own, _coming(into, other))))


async def merge(connection: AsyncConnection, met: Row[Any], sums: Sums, now: int) -> None:
    """All but the sessions of no sprint, which follow; what is said to be done is said of them, too. Raises RuleError
    where the guest is taking over a file."""
    into, other = met.writer, met.other
    unfinished = (imports.c.done_at.is_(None), imports.c.started_at > now - WAITS_FOR_IMPORT_MS)
    if await connection.scalar(select(exists().where(imports.c.writer == other, *unfinished))):
        raise RuleError(ErrorCode.CONFLICT, "id", "is still taking over a file: try again when that is done")
    before = sums.before
    days = (await connection.scalars(select(_OF.local_day).distinct().where(_OF.writer == other, _OF_SPRINT))).all()
    was = await sum_on(connection, days, into, other)
    common = await _move_sprints(connection, into, other)
    now_on_days = await sum_on(connection, days, into, other)
    after = _Sum(*(whole + new - old for whole, new, old in zip(sums.after, now_on_days, was, strict=True)))
    places = await _move_places(connection, into, other)
    chosen = await _move_projects(connection, into, other)
    rested = await _move(connection, rests, rests.c.writer == other, into)
    done = and_(imports.c.writer == other, imports.c.done_at.is_not(None))
    files = await _move(connection, imports, done, into)
    did = Did(after.sessions - before.sessions, common, after.days - before.days, before.words, after.words)
    came = Kept(did, places, chosen, rested, files)
    kept, merged_at = came, now
    if met.merged_at is not None:
        kept = _together(KEPT.decode(met.kept), came)
        merged_at = now if _brought(came) else met.merged_at
    values = {"merged_at": merged_at, "kept": msgspec.json.encode(kept).decode()}
    await connection.execute(update(merges).where(merges.c.id == met.id).values(values))
    if met.merged_at is None:
        await _note_both(connection, met, "merged", now)


async def part(connection: AsyncConnection, met: Row[Any], now: int) -> None:
    """All but the sessions of no sprint, which follow. Raises RuleError where it is too late for it."""
    if now > met.merged_at + UNDO_MS:
        raise RuleError(ErrorCode.CONFLICT, "id", "was merged more than a day ago: the two are one history now")
    later = exists().where(merges.c.other == met.writer, merges.c.merged_at.is_not(None))
    if await connection.scalar(select(later)):
        raise RuleError(ErrorCode.CONFLICT, "id", "is part of a later merge: undo that one first")
    kept = KEPT.decode(met.kept)
    await _part_sprints(connection, met.writer, met.other)
    await _part_places(connection, met.writer, met.other, kept.places)
    for id, chosen_at in kept.projects:
        theirs = update(projects).where(projects.c.id == id, projects.c.writer == met.writer)
        await connection.execute(theirs.values(writer=met.other, chosen_at=chosen_at))
    for table, ids in ((rests, kept.rests), (imports, kept.imports)):
        theirs = update(table).where(table.c.id.in_(ids), table.c.writer == met.writer)
        await connection.execute(theirs.values(writer=met.other))
    await moving.forget_projects_of_another(connection, met.writer, met.other, _OF_SPRINT)
    await connection.execute(update(merges).where(merges.c.id == met.id).values(merged_at=None, kept=""))
    await _note_both(connection, met, "parted", now)


async def sum_on(connection: AsyncConnection, days: Sequence[date], into: int, other: int) -> _Sum:
    """Of the writer's history with what is to come from the guest, on these days alone: each of them once."""
    total = _Sum()
    for some in sliced(days):
        parts = (each.where(_OF.local_day.in_(some)) for each in (_in_history_of(into), _coming(into, other)))
        total = _Sum(*map(add, total, await _sum(connection, union_all(*parts))))
    return total


def _in_history_of(writer: int) -> Select[Any]:
    return select(_OF.local_day, WORDS.label("words")).where(_OF.writer == writer, IN_HISTORY)


def _coming(into: int, other: int) -> Select[Any]:
    theirs = (_OF.writer == other, ~_OF_SPRINT, moving.is_new_to(into), IN_HISTORY)
    return select(_OF.local_day, WORDS.label("words")).where(*theirs)


async def _sum(connection: AsyncConnection, of: Select[Any] | CompoundSelect[Any]) -> _Sum:
    rows = of.subquery()
    sums = (func.count(), func.count(distinct(rows.c.local_day)), func.coalesce(func.sum(rows.c.words), 0))
    return _Sum(*(await connection.execute(select(*sums).select_from(rows))).one())


async def _move_sprints(connection: AsyncConnection, into: int, other: int) -> int:
    """In how many sprints both had counted. Those of the guest's that the writer took over from an export stay theirs:
    each counts once."""
    await moving.lock(connection, and_(_OF.writer == other, _OF_SPRINT))
    over = select(sprints.c.id).where(sprints.c.finished_at.is_not(None))
    come = and_(_OF.writer == other, _OF_SPRINT, ~and_(_OF.sprint.in_(over), moving.is_copied_by(into)))
    both = select(_OF.sprint).where(_OF.writer == into, IN_HISTORY).correlate(None)
    in_both = select(func.count(distinct(_OF.sprint))).where(come, IN_HISTORY, _OF.sprint.in_(both))
    common: int = (await connection.execute(in_both)).scalar_one()
    theirs = select(_OF.sprint).where(_OF.writer == into, _OF_SPRINT).correlate(None)
    aside = update(writing_sessions).where(come, _OF.sprint.in_(theirs))
    await connection.execute(aside.values(aside=True))
    moved = update(writing_sessions).where(come)
    await connection.execute(moved.values(writer=into, came_from=func.coalesce(_OF.came_from, other)))
    await _weigh_asides(connection, into)
    return common


async def _part_sprints(connection: AsyncConnection, into: int, other: int) -> None:
    guests = await moving.came_with(connection, other)
    came = and_(_OF.writer == into, _OF_SPRINT, _OF.came_from.in_(guests))
    await moving.lock(connection, came)
    came_from = case((_OF.came_from == other, None), else_=_OF.came_from)
    # To be weighed are only those of a sprint in which the guest has another count, too: of years that is seldom one.
    also = writing_sessions.alias("also")
    theirs = or_(also.c.writer == other, and_(also.c.writer == into, also.c.came_from.in_(guests)))
    doubled = exists().where(also.c.sprint == _OF.sprint, also.c.id != _OF.id, theirs)
    values = {"writer": other, "aside": doubled, "came_from": came_from}
    await connection.execute(update(writing_sessions).where(came).values(values))
    for writer in (into, other):
        await _weigh_asides(connection, writer)


async def _weigh_asides(connection: AsyncConnection, writer: int) -> None:
    of = select(_OF.sprint).distinct().where(_OF.writer == writer, _OF.aside)
    await weigh(connection, writer, (await connection.scalars(of)).all())


async def _move_places(connection: AsyncConnection, into: int, other: int) -> list[Place]:
    own = {row.room: row for row in await connection.execute(select(members).where(members.c.writer == into))}
    theirs = select(members).where(members.c.writer == other).order_by(members.c.room)
    places: list[Place] = []
    for row in (await connection.execute(theirs)).all():
        mine = own.get(row.room)
        if mine is None:
            raised = False
            await _change(connection, row.room, row.slot, await bump(connection, row.room), writer=into)
        elif row.has_left or row.removed:
            continue
        else:
            raised = row.role == Role.HOST and mine.role != Role.HOST and not mine.removed
            rev = await bump(connection, row.room)
            await _change(connection, row.room, row.slot, rev, has_left=True, role=Role.WRITER)
            if raised:
                await _change(connection, row.room, mine.slot, rev, role=Role.HOST)
            await ensure_host(connection, row.room, rev)
        places.append(Place(row.room, row.slot, row.name, row.role, row.has_left, mine is None, raised))
    return places


async def _part_places(connection: AsyncConnection, into: int, other: int, places: Sequence[Place]) -> None:
    """A place at which the writer has counted since stays theirs: the board would else show it as the guest's."""
    for place in reversed(places):
        here = select(members).where(members.c.room == place.room, members.c.writer.in_([into, other]))
        by_writer = {row.writer: row for row in (await connection.execute(here)).all()}
        mine, theirs = by_writer.get(into), by_writer.get(other)
        rev = await bump(connection, place.room)
        if place.moved:
            if mine is not None and theirs is None and not await _counted_since(connection, place, into):
                await _change(connection, place.room, mine.slot, rev, writer=other, name=place.name)
        else:
            if theirs is not None and not theirs.removed:
                await _change(connection, place.room, theirs.slot, rev, has_left=place.has_left, role=place.role)
            if place.raised and mine is not None:
                await _change(connection, place.room, mine.slot, rev, role=Role.WRITER)
            await ensure_host(connection, place.room, rev)


async def _counted_since(connection: AsyncConnection, place: Place, into: int) -> bool:
    counted = select(_OF.id).join_from(writing_sessions, sprints, _OF.sprint == sprints.c.id)
    own = (sprints.c.room == place.room, _OF.slot == place.slot, _OF.writer == into)
    return await connection.scalar(counted.where(*own).limit(1)) is not None


async def _change(connection: AsyncConnection, room: int, slot: int, rev: int, **values: Any) -> None:
    of_slot = update(members).where(members.c.room == room, members.c.slot == slot)
    await connection.execute(of_slot.values(rev=rev, **values))


async def _move_projects(connection: AsyncConnection, into: int, other: int) -> list[tuple[str, int | None]]:
    """None of them is the chosen one: where new words go stays as the writer has it."""
    theirs = select(projects.c.id, projects.c.chosen_at).where(projects.c.writer == other).order_by(projects.c.id)
    chosen = [(row.id, row.chosen_at) for row in await connection.execute(theirs)]
    moved = update(projects).where(projects.c.writer == other)
    await connection.execute(moved.values(writer=into, chosen_at=None))
    return chosen


async def _move(connection: AsyncConnection, table: Table, chosen: ColumnElement[bool], into: int) -> list[str]:
    moved = update(table).where(chosen).values(writer=into).returning(table.c.id)
    return sorted((await connection.scalars(moved)).all())


def _brought(came: Kept) -> bool:
    return bool(came.did.sessions or came.places or came.projects or came.rests or came.imports)


def _together(first: Kept, then: Kept) -> Kept:
    was, did = first.did, then.did
    sums = (was.sessions + did.sessions, was.common + did.common, was.days + did.days)
    return Kept(
        Did(*sums, was.words_before, did.words_after),
        [*first.places, *then.places],
        [*first.projects, *then.projects],
        [*first.rests, *then.rests],
        [*first.imports, *then.imports],
    )


async def _note_both(connection: AsyncConnection, met: Row[Any], what: str, now: int) -> None:
    both = select(writers.c.id, writers.c.name).where(writers.c.id.in_([met.writer, met.other]))
    names: dict[int, str] = {row.id: row.name for row in await connection.execute(both)}
    await note(connection, met.writer, what, now, names[met.other])
    await note(connection, met.other, what, now, names[met.writer])
