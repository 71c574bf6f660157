"""Counts as SQL has them, and the results that they are in the end: what counts.py has stored, read."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, select

from server.core.board import Register
from server.core.records import CountRow, Result
from server.ledger.engine import Database
from server.ledger.rows import among, count_row, in_slices, padded
from server.ledger.tables import members, sprints, writing_sessions

COUNT = [
    writing_sessions.c[name] for name in (*Register._fields, "active_ms", "start_total", "started_at", "reported_at")
]
"""What `count_row` takes of a session, and when it was reported."""


def _rows() -> Select[Any]:
    """What SQL has of these `sprints`, with whose it is."""
    place = and_(members.c.room == sprints.c.room, members.c.slot == writing_sessions.c.slot)
    own = (writing_sessions.c.sprint, members.c.slot, members.c.writer, members.c.name, members.c.removed)
    return (
        select(*own, *COUNT)
        .join_from(writing_sessions, sprints, writing_sessions.c.sprint == sprints.c.id)
        .join(members, place)
        .where(writing_sessions.c.sprint.in_(among("sprints")))
        .order_by(members.c.slot)
    )


_ROWS = _rows()
_ROWS_OF_WRITERS = _ROWS.where(members.c.writer.in_(among("writers")))


async def counts_of(database: Database, sprint: int) -> list[CountRow]:
    async with database.reading() as connection:
        return [count_row(row) async for row in in_slices(connection, _ROWS, {"sprints": [sprint]})]


async def counts_by_writer(database: Database, asked: Sequence[tuple[int, int]]) -> dict[tuple[int, int], CountRow]:
    """Of (sprint, writer) pairs."""
    by_sprint: defaultdict[int, list[int]] = defaultdict(list)
    for sprint, writer in asked:
        by_sprint[sprint].append(writer)
    found: dict[tuple[int, int], CountRow] = {}
    async with database.asking() as connection:
        for sprint, writers in by_sprint.items():
            theirs = await connection.execute(_ROWS_OF_WRITERS, {"sprints": [sprint], "writers": padded(writers)})
            found.update(((sprint, row.writer), count_row(row)) for row in theirs)
    return found


async def results_of(database: Database, wanted: Sequence[int]) -> dict[int, list[Result]]:
    results: dict[int, list[Result]] = {sprint: [] for sprint in wanted}
    async with database.reading() as connection:
        async for row in in_slices(connection, _ROWS, {"sprints": padded(wanted)}):
            if not row.removed and row.seq:
                results[row.sprint].append(_result(row))
    return results


def _result(row: Row[Any]) -> Result:
    return Result(
        slot=row.slot,
        writer=row.writer,
        name=row.name,
        register=Register(row.seq, row.words, row.flags),
        active_ms=row.active_ms,
        started_at=row.started_at,
        reported_at=row.reported_at,
    )
