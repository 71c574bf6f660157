"""A writer's projects: what they say of each, and what each day's sessions did for it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.codes import ErrorCode
from server.core.plan import DayDone, Project, check
from server.core.records import TakenError
from server.core.sprint import RuleError
from server.ledger.amounts import BEGUN, IN_HISTORY, MILLIS, WORDS
from server.ledger.bounds import Bounds
from server.ledger.engine import Database
from server.ledger.people import locked
from server.ledger.rows import among, padded
from server.ledger.tables import projects, writing_sessions
from server.ledger.writer import WRITERS, GroupCommit, Single

MOST = 200
"""A writer's projects that are not archived."""
NONE_OF_YOURS = "is none of yours: choose one of your projects, or none"
CHANGEABLE = frozenset(
    {"title", "unit", "start_total", "target", "first_day", "deadline", "weights", "chosen", "archived"}
)
_OF = writing_sessions.c
_AMOUNT = case(
    (projects.c.unit == "words", WORDS), (projects.c.unit == "minutes", MILLIS), else_=func.coalesce(_OF.amount, 0)
)
"""Of a session, in its project's unit; minutes in ms."""


_COLUMN = msgspec.json.Decoder(list[Any])


def _done(gather: Callable[[ColumnElement[Any]], ColumnElement[Any]]) -> Select[Any]:
    """Of each project its days, what they brought and their sessions, as columns of JSON: rows would cost Python more
    than SQL. `of_project` None: of all.
    """
    own = and_(projects.c.writer == _OF.writer, projects.c.id == _OF.project)
    wanted = or_(bindparam("of_project", type_=String).is_(None), projects.c.id == bindparam("of_project"))
    day = (projects.c.id, projects.c.unit, _OF.local_day)
    by_day = (
        select(*day, func.sum(_AMOUNT).label("amount"), func.count().label("sessions"))
        .join_from(projects, writing_sessions, own)
        .where(projects.c.writer == bindparam("writer"), wanted, IN_HISTORY, BEGUN)
        .group_by(*day)
        .subquery()
    ).c
    columns: list[Any] = [cast(gather(column), Text) for column in (by_day.local_day, by_day.amount, by_day.sessions)]
    return select(by_day.id, by_day.unit, *columns).group_by(by_day.id, by_day.unit)


_DONE_SQLITE, _DONE_POSTGRESQL = _done(func.json_group_array), _done(func.json_agg)
_CHOSEN = select(projects.c.writer, projects.c.id).where(
    projects.c.writer.in_(among("writers")), projects.c.chosen_at.is_not(None), projects.c.archived_at.is_(None)
)


class Projects:
    def __init__(self, database: Database, writer: GroupCommit, bounds: Bounds) -> None:
        self._database, self._writer, self._bounds = database, writer, bounds
        self._done = _DONE_SQLITE if database.is_sqlite else _DONE_POSTGRESQL

    async def of(self, writer: int) -> list[Project]:
        """All of a writer's, the last made first."""
        own = select(projects).where(projects.c.writer == writer)
        async with self._database.asking() as connection:
            found = await connection.execute(own.order_by(projects.c.created_at.desc(), projects.c.id))
            return [_project(row) for row in found]

    async def done(self, writer: int, begun_by: int, project: str | None = None) -> dict[str, dict[date, DayDone]]:
        """By project and day, without sessions that start after `begun_by` (Unix ms). `project`: of this one only."""
        asked = {"writer": writer, "begun_by": begun_by, "of_project": project}
        async with self._database.asking() as connection:
            found = (await connection.execute(self._done, asked)).all()
        return {id: _days(unit, *map(_COLUMN.decode, columns)) for id, unit, *columns in found}

    async def add(self, writer: int, project: Project) -> bool:
        """Whether it was new: the same id again changes nothing.

        TakenError: the id is another writer's. RuleError: its days cannot be, or there are too many already.
        """
        check(project)
        await self._bounds.check(writer, projects=1, beside=project.id)

        async def write(connection: AsyncConnection) -> bool:
            await locked(connection, writer)
            owner = await connection.scalar(select(projects.c.writer).where(projects.c.id == project.id))
            if owner is not None and owner != writer:
                raise TakenError("this id is another writer's project")
            if owner is not None:
                return False
            await _room_for_one_more(connection, writer)
            values = asdict(project) | {"writer": writer}
            del values["archived"]
            if values.pop("chosen"):
                await _choose_none(connection, writer)
                values["chosen_at"] = project.created_at
            await connection.execute(insert(projects).values(**values))
            return True

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def choose(self, writer: int, id: str | None, now: int) -> None:
        """Where new words go from now on; None: to no project. RuleError: it is none of theirs, or archived."""
        if id is not None:
            try:
                found = await self.change(writer, id, {"chosen": True}, now)
            except RuleError as refusal:  # of `chosen`, which is no field of whoever asks here
                rule = "is archived: bring it back first, or choose another one"
                raise RuleError(refusal.code, "project", rule) from None
            if not found:
                raise RuleError(ErrorCode.BAD_REQUEST, "project", NONE_OF_YOURS)
            return

        async def write(connection: AsyncConnection) -> None:
            await locked(connection, writer)
            await _choose_none(connection, writer)

        await self._writer.submit(WRITERS, Single(writer, write))

    async def change(self, writer: int, id: str, changes: Mapping[str, Any], now: int) -> bool:
        """`changes`: any of CHANGEABLE. False: the writer has no such project. RuleError: it cannot be so."""
        unknown = changes.keys() - CHANGEABLE
        if unknown:
            raise KeyError(f"not among what can be changed: {', '.join(sorted(unknown))}")

        async def write(connection: AsyncConnection) -> bool:
            await locked(connection, writer)
            own = select(projects).where(projects.c.writer == writer, projects.c.id == id)
            row = (await connection.execute(own)).one_or_none()
            if row is not None:
                await _change(connection, writer, row, changes, now)
            return row is not None

        return await self._writer.submit(WRITERS, Single(writer, write))


async def chosen_by(connection: AsyncConnection, of: Sequence[int]) -> dict[int, str]:
    """By writer: the project to which their new words go; who has chosen none is left out."""
    return {row.writer: row.id for row in await connection.execute(_CHOSEN, {"writers": padded(of)})}


async def _change(
    connection: AsyncConnection, writer: int, row: Row[Any], changes: Mapping[str, Any], now: int
) -> None:
    values = {name: said for name, said in changes.items() if name not in ("chosen", "archived")}
    check(replace(_project(row), **values))
    if values.get("unit", row.unit) != row.unit and await _has_amounts(connection, row.id):
        raise RuleError(ErrorCode.BAD_REQUEST, "unit", f"stays {row.unit}: sessions say amounts in it")
    archived = changes.get("archived", row.archived_at is not None)
    if not archived and row.archived_at is not None:
        await _room_for_one_more(connection, writer)
    values["archived_at"] = (row.archived_at or now) if archived else None
    if "chosen" in changes:
        if changes["chosen"] and archived:
            raise RuleError(ErrorCode.BAD_REQUEST, "chosen", "is for a project at work: bring this one back first")
        if changes["chosen"]:
            await _choose_none(connection, writer)
        values["chosen_at"] = now if changes["chosen"] else None
    await connection.execute(update(projects).where(projects.c.id == row.id).values(**values))


async def _choose_none(connection: AsyncConnection, writer: int) -> None:
    """A writer has one choice at most: the one before makes room for it."""
    chosen = update(projects).where(projects.c.writer == writer, projects.c.chosen_at.is_not(None))
    await connection.execute(chosen.values(chosen_at=None))


async def _room_for_one_more(connection: AsyncConnection, writer: int) -> None:
    at_work = select(func.count()).where(projects.c.writer == writer, projects.c.archived_at.is_(None))
    if (await connection.scalar(at_work) or 0) >= MOST:
        raise RuleError(ErrorCode.CONFLICT, "", f"you have {MOST} projects at work: archive one first")


async def _has_amounts(connection: AsyncConnection, project: str) -> bool:
    said = select(_OF.id).where(_OF.project == project, _OF.amount.is_not(None)).limit(1)
    return await connection.scalar(said) is not None


def _days(unit: str, days: Sequence[str], amounts: Sequence[int], sessions: Sequence[int]) -> dict[date, DayDone]:
    """Minutes are whole ones, of each day by itself: what a day came to never changes with the others."""
    brought = (round(ms / 60_000) for ms in amounts) if unit == "minutes" else amounts
    return dict(zip(map(date.fromisoformat, days), map(DayDone, brought, sessions), strict=True))


def _project(row: Row[Any]) -> Project:
    return Project(
        id=row.id,
        title=row.title,
        unit=row.unit,
        start_total=row.start_total,
        target=row.target,
        first_day=row.first_day,
        deadline=row.deadline,
        weights=row.weights,
        chosen=row.chosen_at is not None and row.archived_at is None,
        archived=row.archived_at is not None,
        created_at=row.created_at,
    )
