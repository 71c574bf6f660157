"""What writers enter into their history themselves: whole sessions, by hand or run alone offline, and what they mend or
say of those that are there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.codes import ErrorCode
from protocol.messages import CountFlags
from server.core.records import Entry, SessionRecord, TakenError
from server.core.sprint import RuleError
from server.core.streak import counts_by_hand
from server.ledger.amounts import ARRIVED
from server.ledger.answers import Json
from server.ledger.bounds import Bounds
from server.ledger.engine import Database
from server.ledger.history import read, records
from server.ledger.projects import NONE_OF_YOURS
from server.ledger.rows import among, padded
from server.ledger.stamps import held_by, stamp_of
from server.ledger.tables import projects, writing_sessions
from server.ledger.writer import WRITERS, GroupCommit, Kind, RunOrder, Single

SAID = frozenset({"project", "amount", "note", "intention", "outcome"})
"""What a writer says of a session, kept as it is said."""
MENDED = ("words", "minutes")
CHANGEABLE = SAID | {*MENDED, "removed"}
IN_UNITS = frozenset({"pages", "lines"})
"""Units of projects that no session counts by itself."""

SHOWN_DIGITS = 1
"""Minutes are shown to a tenth: what was shown and comes back unchanged is no correction."""

_OF = writing_sessions.c
_SPRINTS = select(_OF.sprint).where(_OF.id.in_(among("ids")), _OF.sprint.is_not(None))


@dataclass(frozen=True, slots=True)
class Change:
    """`changes`: any of CHANGEABLE; what is not among them stays. `words`, `minutes`: what they should have been."""

    writer: int
    id: str
    changes: Mapping[str, Any]
    now: int


class Entries:
    def __init__(self, database: Database, writer: GroupCommit, bounds: Bounds) -> None:
        self._database, self._writer, self._bounds = database, writer, bounds
        self._changes = _Changes(database.json)

    async def add(self, writer: int, entry: Entry, now: int) -> bool:
        async with self._database.asking() as connection:
            await check_project(connection, writer, entry.project, entry.amount)
        await self._bounds.check(writer, sessions=1, beside=str(entry.id))

        async def write(connection: AsyncConnection) -> bool:
            insert = self._database.insert(writing_sessions).values(
                id=str(entry.id),
                writer=writer,
                sprint=None,
                source=entry.source,
                started_at=entry.started_at,
                **entry.stamp._asdict(),
                seq=now,
                words=entry.words,
                flags=CountFlags.REPORTED,
                active_ms=0,
                start_total=0,
                minutes=entry.minutes,
                counts=entry.counts,
                stored_at=now,
                project=entry.project,
                amount=entry.amount,
                note=entry.note,
            )
            once = insert.on_conflict_do_nothing(index_elements=["id"]).returning(_OF.id)
            if await connection.scalar(once) is not None:
                return True
            owner = select(_OF.writer).where(_OF.id == str(entry.id))
            if await connection.scalar(owner) != writer:
                raise TakenError("this id is another writer's session")
            return False

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def change(self, writer: int, id: str, changes: Mapping[str, Any], now: int) -> SessionRecord | None:
        unknown = changes.keys() - CHANGEABLE
        if unknown:
            raise KeyError(f"not among what can be changed: {', '.join(sorted(unknown))}")
        changed = await self._writer.submit(self._changes, Change(writer, id, changes, now))
        if isinstance(changed, RuleError):
            raise changed
        return changed


class _Changes(Kind[Change, SessionRecord | RuleError | None]):
    """The session as it is then; None: the writer has no such session. A refusal is an answer: it undoes nobody else's
    write.
    """

    order = RunOrder.CHANGES
    changes_sprints = True  # counts on their way write the same rows, in an order of their own

    def __init__(self, json: Json) -> None:
        self._json = json

    async def sprints(self, connection: AsyncConnection, items: Sequence[Change]) -> Iterable[int]:
        found = await connection.scalars(_SPRINTS, {"ids": padded(sorted({item.id for item in items}))})
        return found.all()

    async def run(
        self, connection: AsyncConnection, items: Sequence[Change]
    ) -> Sequence[SessionRecord | RuleError | None]:
        answers: dict[int, SessionRecord | RuleError | None] = {}
        for place in sorted(range(len(items)), key=lambda place: items[place].id):
            try:
                answers[place] = await _change(connection, self._json, items[place])
            except RuleError as refusal:
                answers[place] = refusal
        return [answers[place] for place in range(len(items))]


async def _change(connection: AsyncConnection, json: Json, change: Change) -> SessionRecord | None:
    own = (_OF.id == change.id, _OF.writer == change.writer)
    row = (await connection.execute(select(writing_sessions).where(*own, ARRIVED).with_for_update())).one_or_none()
    if row is None:
        return None
    values = {name: said for name, said in change.changes.items() if name in SAID}
    if values.keys() & {"project", "amount"}:
        # What was said in pages stays where the session moves to a project that counts words: it says nothing there.
        project = values.get("project", row.project)
        await check_project(connection, change.writer, project, values.get("amount"))
    if "removed" in change.changes:
        values["removed_at"] = (row.removed_at or change.now) if change.changes["removed"] else None
    if change.changes.keys() & set(MENDED):
        held = (await held_by(connection, [change.writer]))[change.writer]
        values |= _mended(row, change, today=stamp_of(held, change.now).local_day)
    if values:
        await connection.execute(update(writing_sessions).where(*own).values(**values))
    (changed,) = read(await connection.scalar(records(json, *own)) or "[]")
    return changed


def _mended(row: Row[Any], change: Change, today: date) -> dict[str, Any]:
    """The columns of a correction. What is as it was counted is none; and what comes later than the day after keeps for
    the streak what stood until then: more than that never counts.
    """
    timely = counts_by_hand(row.local_day, today)
    counted = {"words": row.words, "minutes": row.minutes if row.minutes is not None else row.active_ms / 60_000}
    values: dict[str, Any] = {}
    for name in MENDED:
        if name not in change.changes:
            continue
        said, mended, most = change.changes[name], f"corrected_{name}", f"streak_{name}"
        original, before = counted[name], row._mapping[mended]
        stood = original if before is None else before
        values[mended] = None if said in (original, round(original, SHOWN_DIGITS)) else said
        if not timely and row._mapping[most] is None and values[mended] != before:
            values[most] = stood
        if values[mended] is None and values.get(most, row._mapping[most]) == original:
            values[most] = None
    return values


async def check_project(connection: AsyncConnection, writer: int, project: str | None, amount: int | None) -> None:
    """Raises RuleError for a project that is not the writer's, and for an amount that no unit is there for."""
    of_project = select(projects.c.unit).where(projects.c.id == project, projects.c.writer == writer)
    unit = None if project is None else await connection.scalar(of_project)
    if project is not None and unit is None:
        raise RuleError(ErrorCode.BAD_REQUEST, "project", NONE_OF_YOURS)
    if amount is not None and unit not in IN_UNITS:
        raise RuleError(ErrorCode.BAD_REQUEST, "amount", "is for a project that counts pages or lines")
