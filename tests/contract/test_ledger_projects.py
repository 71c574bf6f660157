"""Projects, goals, and what writers say of sprints: sums by day, where new words go, what may change."""

import asyncio
import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from protocol.codes import ErrorCode
from protocol.messages import Baseline, CountFlags, OfSprint, Op
from server.core.goals import Goal
from server.core.plan import DayDone, Project
from server.core.records import Entry, Said, TakenError
from server.core.sprint import RuleError
from server.ledger import projects as parts
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import DAY, HOUR, MINUTE, NOW, Group, Place, group, guests

TODAY, TOMORROW = date(2026, 6, 10), date(2026, 6, 11)
LATER = NOW + 90 * DAY


def project(title: str = "Novel", **more: Any) -> Project:
    novel = Project(str(uuid.uuid4()), title, "words", 100, 50_000, TODAY, None, "1111111", True, False, NOW)
    return replace(novel, **more)


async def begun(ledger: SqlLedger, writer: int, **more: Any) -> str:
    said = project(**more)
    assert await ledger.projects.add(writer, said)
    return said.id


async def wrote(room: Group, slot: int, words: int, at: int, active_ms: int = 600_000) -> str:
    """A sprint at that instant in which this one wrote so many words; the session's id."""
    sprint = await room.start(at)
    writer = room.people[slot].id
    await room.ledger.checkpoint(sprint.id, [room.row(slot, at, words, active_ms=active_ms)], at)
    await room.command(0, Op.CANCEL, OfSprint(sprint.id), at + 1)
    (session,) = (each for each in await room.ledger.history.page(writer, 1_000) if each.sprint == sprint.id)
    return session.id


async def test_a_project_is_kept_as_it_was_said(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    first = project(deadline=TOMORROW, weights="1111100", target=None)
    second = project("Poems", unit="pages", chosen=False, created_at=NOW + 1)
    for each in first, second:
        assert await ledger.projects.add(ann.id, each)
        assert not await ledger.projects.add(ann.id, replace(each, title="Another"))
        with pytest.raises(TakenError):
            await ledger.projects.add(ben.id, each)

    assert await ledger.projects.of(ann.id) == [second, first]
    assert await ledger.projects.of(ben.id) == []


async def test_words_are_summed_by_day_as_they_stand_in_the_history(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)
    ann = room.host.id
    novel = await begun(ledger, ann)
    evening = NOW + 15 * HOUR  # 04:00 on the 11th in London
    await wrote(room, 0, 500, NOW)
    await wrote(room, 0, -80, NOW + HOUR)
    mended = await wrote(room, 0, 9_000, NOW + 2 * HOUR)
    removed = await wrote(room, 0, 70, NOW + 3 * HOUR)
    await wrote(room, 0, 40, evening)
    await wrote(room, 1, 1_000, evening + HOUR)
    await ledger.change_session(ann, mended, {"words": 900}, NOW + 4 * HOUR)
    await ledger.change_session(ann, removed, {"removed": True}, NOW + 4 * HOUR)

    assert await ledger.projects.done(ann, LATER) == {novel: {TODAY: DayDone(1_320, 3), TOMORROW: DayDone(40, 1)}}
    assert await ledger.projects.done(ann, NOW) == {novel: {TODAY: DayDone(500, 1)}}
    assert await ledger.projects.done(room.people[1].id, LATER) == {}


async def test_minutes_are_the_active_ones_and_pages_are_said(ledger: SqlLedger) -> None:
    room = await group(ledger, 1)
    ann = room.host.id
    revision = await begun(ledger, ann, unit="minutes")
    for n in range(3):
        await wrote(room, 0, -50, NOW + n * HOUR, active_ms=200_000)
    thesis = await begun(ledger, ann, title="Thesis", unit="pages")
    session = await wrote(room, 0, 300, NOW + 4 * HOUR)
    stamp = await ledger.stamp(ann, NOW + DAY)
    entry = Entry(uuid.uuid4(), NOW + DAY, 30, 0, True, stamp, project=thesis, amount=4)
    await ledger.add_manual(ann, entry, NOW + DAY)

    assert await ledger.projects.done(ann, LATER, revision) == {revision: {TODAY: DayDone(10, 3)}}
    assert (await ledger.projects.done(ann, LATER))[thesis] == {TODAY: DayDone(0, 1), TOMORROW: DayDone(4, 1)}
    await ledger.change_session(ann, session, {"amount": 3}, NOW + DAY)
    assert (await ledger.projects.done(ann, LATER))[thesis] == {TODAY: DayDone(3, 1), TOMORROW: DayDone(4, 1)}
    with pytest.raises(RuleError) as refused:
        await ledger.projects.change(ann, thesis, {"unit": "words"}, NOW)
    assert refused.value.field == "unit"
    assert await ledger.projects.change(ann, revision, {"unit": "words"}, NOW)


async def test_a_session_stays_in_the_project_that_was_chosen_at_its_first_count(ledger: SqlLedger) -> None:
    room = await group(ledger, 3)
    ann, ben, cyd = (person.id for person in room.people)
    novel, poems = await begun(ledger, ann), await begun(ledger, ann, title="Poems", chosen=False)
    bens = await begun(ledger, ben, title="Poems")
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [room.row(slot, NOW, 10) for slot in range(3)], NOW)
    await ledger.projects.change(ann, poems, {"chosen": True}, NOW)
    await ledger.checkpoint(sprint.id, [room.row(slot, NOW + 1, 20) for slot in range(3)], NOW + 1)

    assert [[each.project for each in await ledger.history.page(who, 1_000)] for who in (ann, ben, cyd)] == [
        [novel],
        [bens],
        [None],
    ]


async def test_a_start_total_that_comes_before_any_count_takes_the_project_too(ledger: SqlLedger) -> None:
    room = await group(ledger, 1)
    novel = await begun(ledger, room.host.id)
    sprint = await room.start()
    await room.command(0, Op.BASELINE, Baseline(sprint.id, 7_000), NOW)
    await ledger.projects.change(room.host.id, novel, {"archived": True}, NOW)
    await ledger.checkpoint(sprint.id, [room.row(0, NOW + MINUTE, 20)], NOW + MINUTE)

    (session,) = await ledger.history.page(room.host.id, 1_000)
    assert session.project == novel


async def test_of_two_that_are_chosen_at_once_one_stays(database: Place) -> None:
    ledgers = [await database.open() for _ in range(1 if database.is_sqlite else 2)]
    (ann,) = await guests(ledgers[0], 1)
    ids = [await begun(ledgers[0], ann.id, title=f"Part {n}", chosen=False) for n in range(4)]
    await asyncio.gather(
        *(ledgers[n % len(ledgers)].projects.change(ann.id, id, {"chosen": True}, NOW) for n, id in enumerate(ids))
    )

    assert sum(each.chosen for each in await ledgers[0].projects.of(ann.id)) == 1


async def test_nobody_has_more_than_so_many_at_work(ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST", 2)
    (ann,) = await guests(ledger, 1)
    first, _ = await begun(ledger, ann.id), await begun(ledger, ann.id)
    with pytest.raises(RuleError) as refused:
        await begun(ledger, ann.id)
    assert refused.value.code is ErrorCode.CONFLICT
    await ledger.projects.change(ann.id, first, {"archived": True}, NOW)
    with pytest.raises(RuleError, match="project: is archived"):
        await ledger.projects.choose(ann.id, first, NOW)
    await begun(ledger, ann.id)
    with pytest.raises(RuleError):
        await ledger.projects.change(ann.id, first, {"archived": False}, NOW)


async def test_a_change_that_cannot_be_changes_nothing(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    novel = await begun(ledger, ann.id)
    before = await ledger.projects.of(ann.id)
    with pytest.raises(RuleError):
        await ledger.projects.change(ann.id, novel, {"title": "Late", "deadline": date(2026, 6, 9)}, NOW)
    with pytest.raises(KeyError):
        await ledger.projects.change(ann.id, novel, {"writer": ben.id}, NOW)
    assert not await ledger.projects.change(ben.id, novel, {"title": "Mine"}, NOW)

    assert await ledger.projects.of(ann.id) == before


async def test_what_is_said_of_a_sprint_waits_for_the_count_and_stays_with_it(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)
    ann, ben = room.people
    novel = await begun(ledger, ann.id)
    poems = await begun(ledger, ann.id, title="Poems", chosen=False)
    sprint = await room.start(delay_s=300)
    me = (await room.places())[0]
    assert await ledger.mine.of(sprint.id, ann.id) == Said(project=novel)
    await ledger.mine.say(sprint.id, me, {"intention": "Finish the scene", "project": poems}, NOW)
    assert await ledger.mine.of(sprint.id, ann.id) == Said(poems, "Finish the scene")
    assert await ledger.mine.of(sprint.id, ben.id) == Said()
    assert await ledger.history.page(ann.id, 1_000) == []

    at = NOW + 5 * MINUTE
    await ledger.checkpoint(sprint.id, [room.row(0, at, 200)], at)
    await ledger.mine.say(sprint.id, me, {"outcome": "done"}, at)
    (session,) = await ledger.history.page(ann.id, 1_000)
    assert (session.project, session.intention, session.outcome, session.words, session.started_at) == (
        poems,
        "Finish the scene",
        "done",
        200,
        sprint.timeline.starts,
    )
    with pytest.raises(RuleError):
        await ledger.mine.say(sprint.id, me, {"project": str(uuid.uuid4()), "note": "Lost"}, at)
    assert (await ledger.mine.of(sprint.id, ann.id)).note == ""


async def test_who_only_said_something_is_not_waited_for_and_stands_on_no_board(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)
    sprint = await room.start()
    members = await room.places()
    for me in members:
        await ledger.mine.say(sprint.id, me, {"intention": "Write"}, NOW)
    at = sprint.timeline.ends + 4_000
    await ledger.checkpoint(sprint.id, [room.row(0, at, 100, CountFlags.IN)], at)

    assert [each.writer for each in await ledger.results(sprint.id)] == [room.people[0].id]
    assert await ledger.close_if_all_in(sprint.id, at) is not None


async def test_a_goal_holds_from_its_day_and_takes_the_place_of_those_from_then_on(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    for goal in Goal("week", TODAY, "words", 500), Goal("day", TODAY, "words", 50), Goal("week", TOMORROW, "words", 9):
        await ledger.goals.set(ann.id, goal)
    await ledger.goals.set(ann.id, Goal("week", TODAY, "minutes", 60))
    await ledger.goals.set(ann.id, Goal("day", TOMORROW, "words", None))

    assert sorted(await ledger.goals.of(ann.id), key=lambda goal: (goal.period, goal.from_day)) == [
        Goal("day", TODAY, "words", 50),
        Goal("day", TOMORROW, "words", None),
        Goal("week", TODAY, "minutes", 60),
    ]
    assert await ledger.goals.of(ben.id) == []
