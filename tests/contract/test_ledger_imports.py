"""Imports: nothing is seen before all is there, a repeat brings nothing, and all of it goes again."""

import asyncio
import json
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from server.core.imports import NewProject, SupersededError
from server.core.records import Person, TakenError
from server.ledger import imports
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import DAY, HOUR, MINUTE, NOW, Place, group, guests, row_counts

FIRST = date(2025, 11, 1)
NOVEL = NewProject("a project", "Novel", "words", FIRST)


def rows(n: int, project: str | None = None, begin: int = 0) -> str:
    """A session a day, of 100 words and one more each day; the first takes words away."""
    return json.dumps([_row(place, project) for place in range(begin, begin + n)])


def _row(place: int, project: str | None) -> list[Any]:
    day = FIRST + timedelta(days=place)
    words = 100 + place if place else -5
    key = f"day:{day}:{place}"
    return [str(uuid4()), NOW - (365 - place) * DAY, day.isoformat(), 180, words, 12.5, project, None, "a note", key]


async def begun(ledger: SqlLedger, writer: Person, now: int = NOW) -> UUID:
    id = uuid4()
    await ledger.imports.begin(id, writer.id, "csv", "words.csv", now)
    return id


async def imported(ledger: SqlLedger, writer: Person, *chunks: str, made: tuple[NewProject, ...] = ()) -> UUID:
    id = await begun(ledger, writer)
    for each in chunks:
        await ledger.imports.store(id, writer.id, "Asia/Kolkata", each, NOW)
    await ledger.imports.finish(id, writer.id, made, NOW)
    return id


async def test_nothing_is_seen_before_all_of_it_is_there(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    id = await begun(ledger, ann)
    assert await ledger.imports.store(id, ann.id, "Asia/Kolkata", rows(2), NOW) == 2
    assert await ledger.imports.store(id, ann.id, "Asia/Kolkata", rows(1, begin=2), NOW) == 1
    assert await ledger.history.page(ann.id, 1_000) == []
    assert await ledger.imports.of(ann.id) == []
    assert await ledger.imports.known(ann.id) == set()

    done = await ledger.imports.finish(id, ann.id, [], NOW + MINUTE)

    assert (done.sessions, done.words, done.done_at) == (3, 203, NOW + MINUTE)
    assert await ledger.imports.of(ann.id) == [done]
    assert await ledger.imports.known(ann.id) == {f"day:{FIRST + timedelta(days=n)}:{n}" for n in range(3)}
    oldest = (await ledger.history.page(ann.id, 1_000))[-1]
    assert (oldest.local_day, oldest.zone, oldest.started_at) == (FIRST, "Asia/Kolkata", NOW - 365 * DAY)
    assert (oldest.words, oldest.minutes, oldest.source, oldest.counts) == (-5, 12.5, "import", False)


async def test_a_repeat_brings_nothing(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    id = await imported(ledger, ann, rows(3))
    again = await ledger.imports.done(id, ann.id)
    assert again is not None
    assert again.sessions == 3

    another = await begun(ledger, ann)
    assert await ledger.imports.store(another, ann.id, "UTC", rows(4), NOW) == 1
    assert len(await ledger.history.page(ann.id, 1_000)) == 3
    await ledger.imports.finish(another, ann.id, [], NOW)
    assert len(await ledger.history.page(ann.id, 1_000)) == 4


async def test_two_writers_may_import_the_same_but_not_under_one_id(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    id = await imported(ledger, ann, rows(3))
    await imported(ledger, ben, rows(3))
    assert [len(await ledger.history.page(each.id, 1_000)) for each in (ann, ben)] == [3, 3]
    with pytest.raises(TakenError):
        await ledger.imports.done(id, ben.id)
    assert not await ledger.imports.undo(str(id), ben.id)
    assert len(await ledger.history.page(ann.id, 1_000)) == 3


async def test_what_was_given_up_half_way_is_not_there_and_the_next_one_brings_it_all(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    given_up = await begun(ledger, ann)
    await ledger.imports.store(given_up, ann.id, "UTC", rows(3), NOW)

    await imported(ledger, ann, rows(4))

    assert len(await ledger.history.page(ann.id, 1_000)) == 4
    counted = await row_counts(ledger)
    assert (counted["imports"], counted["writing_sessions"]) == (1, 4)


async def test_one_that_was_overtaken_stores_nothing_more(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    first = await begun(ledger, ann)
    second = await begun(ledger, ann)
    with pytest.raises(SupersededError):
        await ledger.imports.store(first, ann.id, "UTC", rows(3), NOW)
    with pytest.raises(SupersededError):
        await ledger.imports.finish(first, ann.id, [NOVEL], NOW)
    assert await ledger.imports.store(second, ann.id, "UTC", rows(3), NOW) == 3
    assert (await row_counts(ledger))["projects"] == 0


async def test_one_that_gives_way_while_it_stores_leaves_nothing_that_is_seen(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    first = await begun(ledger, ann)

    async def store_on() -> None:
        for begin in range(0, 10_000, 10):
            await ledger.imports.store(first, ann.id, "UTC", rows(10, begin=begin), NOW)

    overtaken = asyncio.create_task(store_on())
    await begun(ledger, ann)
    with pytest.raises(SupersededError):
        await overtaken
    assert await ledger.history.page(ann.id, 1_000) == []
    assert (await row_counts(ledger))["writing_sessions"] == 0


async def test_one_that_gives_way_is_not_done_after_part_of_it_is_gone(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "DISCARD", 1)
    (ann,) = await guests(ledger, 1)
    first = await begun(ledger, ann)
    await ledger.imports.store(first, ann.id, "UTC", rows(30), NOW)

    overtaking = asyncio.create_task(begun(ledger, ann))
    async with asyncio.timeout(10):
        while (await row_counts(ledger))["writing_sessions"] == 30:
            pass
    with pytest.raises(SupersededError):
        await ledger.imports.finish(first, ann.id, [], NOW)
    await overtaking
    assert await ledger.imports.of(ann.id) == []


async def test_undone_it_is_gone_with_the_projects_that_nobody_touched(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    story = NewProject("another project", "Story", "words", FIRST)
    begun_before = NewProject("a third one", "Tale", "words", FIRST)
    id = await imported(ledger, ann, rows(2, NOVEL.id), rows(1, story.id, begin=2), made=(NOVEL, story, begun_before))
    await ledger.projects.change(ann.id, begun_before.id, {"start_total": 20_000}, NOW)
    other = await imported(ledger, ann, rows(1, story.id, begin=3))
    titles = {title for _, title, _ in await ledger.imports.projects(ann.id)}
    assert titles == {"Novel", "Story", "Tale"}

    assert await ledger.imports.undo(str(id), ann.id)

    assert [each.local_day for each in await ledger.history.page(ann.id, 1_000)] == [FIRST + timedelta(days=3)]
    assert [each.id for each in await ledger.imports.of(ann.id)] == [str(other)]
    assert {title for _, title, _ in await ledger.imports.projects(ann.id)} == titles - {"Novel"}
    assert not await ledger.imports.undo(str(id), ann.id)
    assert (await row_counts(ledger))["writing_sessions"] == 1


async def test_the_pruning_takes_what_was_given_up_and_no_more(ledger: SqlLedger) -> None:
    ann, ben, cleo = await guests(ledger, 3)
    await imported(ledger, ann, rows(3))
    given_up = await begun(ledger, ben)
    await ledger.imports.store(given_up, ben.id, "UTC", rows(3), NOW)
    under_way = await begun(ledger, cleo, NOW + MINUTE)
    await ledger.imports.store(under_way, cleo.id, "UTC", rows(3), NOW)

    assert await ledger.prune(NOW + HOUR + 1) == 4

    counted = await row_counts(ledger)
    assert (counted["imports"], counted["writing_sessions"]) == (2, 6)
    assert await ledger.prune(NOW + HOUR + 1) == 0


async def test_sprints_are_stored_between_the_chunks_of_an_import(database: Place) -> None:
    ledger = await database.open()
    room = await group(ledger, 1)
    sprint = await room.start()
    id = await begun(ledger, room.host)
    order: list[str] = []

    async def store(begin: int) -> None:
        await ledger.imports.store(id, room.host.id, "UTC", rows(10, begin=begin), NOW)
        order.append("chunk")

    async def checkpoint() -> None:
        await ledger.checkpoint(sprint.id, [room.row(0, NOW, 100)], NOW)
        order.append("count")

    await asyncio.gather(store(0), checkpoint(), store(10), store(20))
    assert order == ["chunk", "count", "chunk", "chunk"]
    assert len(await ledger.history.page(room.host.id, 1_000)) == 1
