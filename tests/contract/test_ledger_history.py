"""A history is its writer's: what they mend, remove and say of a session, and how it is read page by page."""

import asyncio
import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, text

from protocol.messages import OfSprint, Op
from server.core.records import Cursor, Entry, SessionRecord
from server.core.sprint import RuleError
from server.core.written import NOT_COUNTED, Written
from server.ledger.engine import connect
from server.ledger.history import by_day, written_statement
from server.ledger.ledger import SqlLedger
from server.ledger.tables import imports, projects, writing_sessions
from tests.support.ledgers import DAY, HOUR, MINUTE, NOW, Place, counted, group, guests


async def _added(ledger: SqlLedger, writer: int, at: int = NOW, words: int = 500, **more: Any) -> str:
    """A session of 20 minutes that may count for the streak."""
    id = uuid.uuid4()
    stamp = await ledger.stamp(writer, at)
    await ledger.add_manual(writer, Entry(id, at, 20, words, True, stamp, **more), at)
    return str(id)


async def _mended(ledger: SqlLedger, writer: int, id: str, at: int = NOW, **changes: Any) -> SessionRecord:
    changed = await ledger.change_session(writer, id, changes, at)
    assert changed is not None
    return changed


async def _streak(ledger: SqlLedger, writer: int) -> list[tuple[int, float]]:
    return [(words, minutes) for _, words, minutes in await counted(ledger, writer)]


async def _write(database: Place, *statements: Any) -> None:
    """What no method of the ledger writes; on SQLite nobody else may have it open."""
    opened = connect(database.url, database.data)
    try:
        async with opened.writing() as connection:
            for each in statements:
                await connection.execute(each)
    finally:
        await opened.close()


async def test_what_is_mended_on_time_stands_everywhere(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    id = await _added(ledger, ann.id)

    changed = await _mended(ledger, ann.id, id, NOW + DAY, words=-120, minutes=31.5)

    assert (changed.words, changed.minutes, changed.edited) == (-120, 31.5, True)
    assert await ledger.history.page(ann.id, 1_000) == [changed]
    assert await ledger.history.session(ann.id, id) == changed
    assert await _streak(ledger, ann.id) == [(0, 31.5)]


async def test_what_is_mended_later_counts_for_the_streak_only_where_it_takes_away(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    id = await _added(ledger, ann.id)
    late = NOW + 2 * DAY

    assert (await _mended(ledger, ann.id, id, late, words=800, minutes=60)).words == 800
    assert await _streak(ledger, ann.id) == [(500, 20)]
    assert (await _mended(ledger, ann.id, id, late, words=30, minutes=5)).words == 30
    assert await _streak(ledger, ann.id) == [(30, 5)]
    assert not (await _mended(ledger, ann.id, id, late, words=500, minutes=20)).edited
    assert await _streak(ledger, ann.id) == [(500, 20)]


async def test_a_late_correction_takes_nothing_from_one_that_was_on_time(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    id = await _added(ledger, ann.id)
    late = NOW + 2 * DAY
    await _mended(ledger, ann.id, id, NOW + HOUR, words=800)

    await _mended(ledger, ann.id, id, late, words=900)
    assert await _streak(ledger, ann.id) == [(800, 20)]
    await _mended(ledger, ann.id, id, late, words=500)
    assert await _streak(ledger, ann.id) == [(500, 20)]
    await _mended(ledger, ann.id, id, late, words=850)
    assert await _streak(ledger, ann.id) == [(800, 20)]


async def test_minutes_as_they_are_shown_are_no_correction(ledger: SqlLedger) -> None:
    room = await group(ledger, 1)
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 100, active_ms=754_321)], NOW)
    (session,) = await ledger.history.page(room.host.id, 1_000)

    assert not (await _mended(ledger, room.host.id, session.id, minutes=12.6, words=100)).edited
    assert (await _mended(ledger, room.host.id, session.id, minutes=12.7)).edited


async def test_a_count_that_comes_after_a_correction_leaves_it(ledger: SqlLedger) -> None:
    room = await group(ledger, 1)
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 100)], NOW)
    (session,) = await ledger.history.page(room.host.id, 1_000)

    await _mended(ledger, room.host.id, session.id, words=90)
    await ledger.checkpoint(sprint.id, [room.row(0, NOW + MINUTE, 110)], NOW + MINUTE)

    assert [each.words for each in await ledger.history.page(room.host.id, 1_000)] == [90]
    assert [each.register.words for each in await ledger.results(sprint.id)] == [110]


async def test_a_removed_session_is_in_nothing_until_it_is_brought_back(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    id = await _added(ledger, ann.id)
    (before,) = await ledger.history.page(ann.id, 1_000)

    assert (await _mended(ledger, ann.id, id, removed=True)).removed
    assert await ledger.history.page(ann.id, 1_000) == []
    assert await ledger.history.page(ann.id, 10) == []
    assert await _streak(ledger, ann.id) == []
    assert [each.id for each in await ledger.history.page(ann.id, 10, removed=True)] == [id]

    assert await _mended(ledger, ann.id, id, removed=False) == before
    assert await ledger.history.page(ann.id, 1_000) == [before]
    assert await ledger.history.page(ann.id, 10, removed=True) == []


async def test_what_a_writer_says_of_a_session_is_kept_and_the_rest_stays(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    id = await _added(ledger, ann.id, note="by the window")

    said = await _mended(ledger, ann.id, id, intention="chapter two", outcome="partly")

    assert (said.note, said.intention, said.outcome, said.words, said.edited) == (
        "by the window",
        "chapter two",
        "partly",
        500,
        False,
    )
    assert (await _mended(ledger, ann.id, id, note="", outcome=None)).outcome is None


async def test_nobody_changes_or_reads_another_s_session(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    id = await _added(ledger, ann.id)

    assert await ledger.change_session(ben.id, id, {"words": 1}, NOW) is None
    assert await ledger.change_session(ann.id, str(uuid.uuid4()), {"words": 1}, NOW) is None
    assert await ledger.history.session(ben.id, id) is None
    with pytest.raises(KeyError):
        await ledger.change_session(ann.id, id, {"writer": ben.id}, NOW)
    assert [each.words for each in await ledger.history.page(ann.id, 1_000)] == [500]


async def test_a_project_is_the_writer_s_own_and_an_amount_is_in_its_unit(database: Place) -> None:
    ledger = await database.open()
    ann, ben = await guests(ledger, 2)
    await ledger.close()
    own, other, words = (str(uuid.uuid4()) for _ in range(3))
    rows = [(own, ann.id, "pages"), (other, ben.id, "pages"), (words, ann.id, "words")]
    made = [
        insert(projects).values(
            id=id,
            writer=writer,
            title="Tides",
            unit=unit,
            start_total=0,
            first_day=date(2026, 6, 10),
            weights="1111111",
            created_at=NOW,
        )
        for id, writer, unit in rows
    ]
    await _write(database, *made)
    ledger = await database.open()

    id = await _added(ledger, ann.id, project=own, amount=4)
    elsewhere = await _added(ledger, ann.id)

    assert [each.id for each in await ledger.history.page(ann.id, 10, project=own)] == [id]
    for changes in {"project": other}, {"project": words, "amount": 3}, {"project": None, "amount": 3}:
        with pytest.raises(RuleError):
            await ledger.change_session(ann.id, id, changes, NOW)
    with pytest.raises(RuleError):
        await _added(ledger, ann.id, project=other)
    moved = await _mended(ledger, ann.id, id, project=words)
    assert (moved.project, moved.amount) == (words, 4)
    assert (await _mended(ledger, ann.id, id, project=own, amount=5)).amount == 5
    refused, kept = await asyncio.gather(
        ledger.change_session(ann.id, id, {"project": other}, NOW),
        ledger.change_session(ann.id, elsewhere, {"project": own, "amount": -1}, NOW),
        return_exceptions=True,
    )
    assert isinstance(refused, RuleError)
    assert isinstance(kept, SessionRecord)


async def test_what_an_unfinished_import_brought_is_nowhere(database: Place) -> None:
    ledger = await database.open()
    (ann,) = await guests(ledger, 1)
    ids = [await _added(ledger, ann.id) for _ in range(2)]
    await ledger.close()
    done, running = (str(uuid.uuid4()) for _ in range(2))
    brought = {"writer": ann.id, "kind": "csv", "file_name": "a.csv", "sessions": 1, "words": 1, "started_at": NOW}
    unseen = writing_sessions.update().values(removed_at=NOW)
    await _write(
        database,
        insert(imports).values([{**brought, "id": done, "done_at": NOW}, {**brought, "id": running, "done_at": None}]),
        *(
            unseen.values(imported_by=by).where(writing_sessions.c.id == id)
            for id, by in zip(ids, (done, running), strict=True)
        ),
    )
    ledger = await database.open()

    assert [each.id for each in await ledger.history.page(ann.id, 10, removed=True)] == [ids[0]]
    assert await ledger.change_session(ann.id, ids[1], {"removed": False}, NOW) is None
    assert not (await _mended(ledger, ann.id, ids[0], removed=False)).removed


async def test_pages_follow_each_other_without_a_gap_whatever_comes_meanwhile(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    at = [NOW - n * HOUR for n in (0, 0, 0, 30, 31, 31, 80)]  # some began in the same ms
    ids = [await _added(ledger, ann.id, each) for each in at]
    first = await ledger.history.page(ann.id, 3)
    later = await _added(ledger, ann.id, NOW + HOUR)
    found = list(first)
    while True:
        last = found[-1]
        more = await ledger.history.page(ann.id, 2, before=Cursor(last.local_day, last.started_at, last.id))
        if not more:
            break
        found += more

    assert sorted(each.id for each in found) == sorted(ids)
    assert [each.started_at for each in found] == sorted(at, reverse=True)
    assert (await ledger.history.page(ann.id, 1))[0].id == later


async def test_a_page_holds_the_sessions_with_a_text_in_them(ledger: SqlLedger) -> None:
    room = await group(ledger, 1)
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 100)], NOW)
    ann = room.host.id
    noted = await _added(ledger, ann, note="100% done, by_the sea")
    meant = await _added(ledger, ann)
    await _mended(ledger, ann, meant, intention="The Sea chapter")

    async def holding(text: str) -> list[str]:
        return sorted(each.room or each.id for each in await ledger.history.page(ann, 10, text=text))

    assert await holding("SEA") == sorted([noted, meant])
    assert await holding("tuesday") == [room.room.slug]
    assert await holding("100%") == [noted]
    assert await holding("0%d") == []
    assert await holding("y_the") == [noted]
    assert await holding("b__the") == []


async def test_a_count_stored_after_its_sprint_was_called_off_is_no_session_either(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)
    coming = await room.start(delay_s=3_600)
    await ledger.checkpoint(coming.id, [room.row(0, NOW, 500)], NOW)
    await room.command(0, Op.CANCEL, OfSprint(coming.id), NOW + MINUTE)
    await ledger.checkpoint(coming.id, [room.row(slot, NOW + MINUTE, 501) for slot in range(2)], NOW + 2 * MINUTE)

    for person in room.people:
        assert await ledger.history.page(person.id, 1_000) == []
        assert await ledger.history.page(person.id, 10, removed=True) == []


async def test_minutes_add_up_in_whole_milliseconds(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    for _ in range(3):
        await _mended(ledger, ann.id, await _added(ledger, ann.id, words=0), minutes=0.1)

    assert await counted(ledger, ann.id) == [(date(2026, 6, 10), 0, 0.3)]


async def test_what_is_written_is_in_columns_by_day_with_what_counts_where_that_differs(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    assert await ledger.history.written(ann.id) == Written([], [], [], [], [], [])
    today = await _added(ledger, ann.id, NOW)
    for at, words in (NOW - DAY, -30), (NOW - 4 * DAY + HOUR, 70):
        await _added(ledger, ann.id, at, words)
    await _mended(ledger, ann.id, today, NOW + 2 * DAY, words=900, minutes=1.5)
    stamp = await ledger.stamp(ann.id, NOW - 9 * DAY)
    await ledger.add_manual(ann.id, Entry(uuid.uuid4(), NOW - 9 * DAY, 0, 5, False, stamp), NOW)

    found = await ledger.history.written(ann.id)

    assert found == Written(
        ["2026-06-01", "2026-06-06", "2026-06-09", "2026-06-10"],
        [13, 14, 13, 13],
        [5, 70, -30, 900],
        [0, 1_200_000, 1_200_000, 90_000],
        [5, None, None, 500],
        [NOT_COUNTED, None, None, 90_000],
    )
    assert await ledger.history.written(ann.id, begun_by=NOW - 5 * DAY) == Written(
        ["2026-06-01"], [13], [5], [0], [5], [NOT_COUNTED]
    )


def test_columns_that_come_in_another_order_are_sorted_by_day() -> None:
    columns: list[list[Any]] = [["2026-06-10", "2026-06-09"], [1, 2], [10, 20], [3, 4], [None, 5], [None, 6]]
    assert by_day(columns) == Written(["2026-06-09", "2026-06-10"], [2, 1], [20, 10], [4, 3], [5, None], [6, None])


async def test_sessions_of_some_days_and_of_a_sprint_are_found(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 100)], NOW)
    ann, ben = (person.id for person in room.people)
    await _added(ledger, ann, NOW - DAY, 200)
    await _added(ledger, ann, NOW - 2 * DAY, 300)

    found = await ledger.history.on_days(ann, {date(2026, 6, 10), date(2026, 6, 8)})
    assert [each.words for each in found] == [100, 300]
    assert await ledger.history.on_days(ann, set()) == []
    assert await ledger.history.of_sprint(ann, sprint.id) == found[0]
    assert await ledger.history.of_sprint(ben, sprint.id) is None


async def test_a_history_is_read_from_its_index_alone(database: Place) -> None:
    """In the table one writer's rows lie as far apart as the days on which they were stored."""
    await (await database.open()).close()
    opened = connect(database.url, database.data)
    asked = written_statement(opened.json).params(writer=1, begun_by=NOW)
    explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    try:
        async with opened.writing() as connection:
            if not database.is_sqlite:  # of an empty table, which it has to be, any other way is as quick
                await connection.execute(text("TRUNCATE writing_sessions CASCADE"))
                for other in "seqscan", "bitmapscan":
                    await connection.execute(text(f"SET LOCAL enable_{other} = off"))
                other = "uq_writing_sessions_writer_import_key"
                await connection.execute(text(f"ALTER TABLE writing_sessions DROP CONSTRAINT {other}"))
            statement = asked.compile(connection.sync_connection, compile_kwargs={"literal_binds": True})
            plan = [str(row) for row in await connection.execute(text(f"{explain} {statement}"))]
            await connection.rollback()
    finally:
        await opened.close()
    named = "COVERING INDEX" if database.is_sqlite else "Index Only Scan using"
    assert any(f"{named} ix_writing_sessions_history" in line for line in plan), plan
