"""What one writer may keep is bounded: what would go over is refused as a whole, and a repeat is never one too many."""

import uuid
from dataclasses import replace
from datetime import date

import pytest

from protocol.codes import ErrorCode
from server.core.plan import Project
from server.core.records import Entry
from server.core.sprint import RuleError
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import LIMITS, NOW, group, guests


async def test_sessions_are_bounded_for_each_writer_and_a_sprint_is_not(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)
    ann, ben = room.people
    ledger.bounds._limits = replace(LIMITS, sessions_each=2)
    stamp = await ledger.stamp(ann.id, NOW)
    first, second, third = (Entry(uuid.uuid4(), NOW, 20, 500, True, stamp) for _ in range(3))
    for entry in (first, second):
        assert await ledger.add_manual(ann.id, entry, NOW)
    with pytest.raises(RuleError, match="2 sessions, with the removed ones: undo an import") as refused:
        await ledger.add_manual(ann.id, third, NOW)
    assert refused.value.code == ErrorCode.CONFLICT
    assert not await ledger.add_manual(ann.id, second, NOW), "it is stored already"
    assert await ledger.add_manual(ben.id, third, NOW)
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 100)], NOW)
    assert len(await ledger.history.page(ann.id, 10)) == 3


async def test_rooms_are_bounded_and_a_repeat_is_no_further_one(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    ledger.bounds._limits = replace(LIMITS, rooms_each=2)
    made = await ledger.create_room(ann, "Dawn pages", "public", "a key", NOW)
    await ledger.create_room(ann, "Dusk pages", "public", None, NOW)
    for key in ("another key", None):
        with pytest.raises(RuleError, match="2 rooms: write on in one of them") as refused:
            await ledger.create_room(ann, "Noon pages", "public", key, NOW)
        assert refused.value.code == ErrorCode.CONFLICT
    assert await ledger.create_room(ann, "Dawn pages", "public", "a key", NOW) == made
    assert (await ledger.create_room(ben, "Noon pages", "public", None, NOW)).id != made.id


async def test_projects_are_bounded_with_the_archived_ones(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    ledger.bounds._limits = replace(LIMITS, projects_each=1)

    def project() -> Project:
        return Project(
            str(uuid.uuid4()), "Novel", "words", 0, None, date(2026, 6, 10), None, "1111111", False, False, NOW
        )

    novel = project()
    assert await ledger.projects.add(ann.id, novel)
    await ledger.projects.change(ann.id, novel.id, {"archived": True}, NOW)
    with pytest.raises(RuleError, match="1 projects, with the archived ones: give one of them another title"):
        await ledger.projects.add(ann.id, project())
    assert not await ledger.projects.add(ann.id, novel), "it is there already"
