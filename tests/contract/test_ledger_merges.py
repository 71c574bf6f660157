"""Two histories become one and two again: nothing counts twice, no board changes, and nothing is lost on the way."""

import contextlib
import json
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from protocol.messages import CountFlags, Nothing, Op, Remove
from server.core.board import Register
from server.core.records import CountRow, Person, Result
from server.core.sprint import RuleError
from server.ledger import merging
from server.ledger.engine import Database, connect
from server.ledger.ledger import SqlLedger
from server.ledger.tables import metadata
from tests.conftest import LONG
from tests.contract.histories import HERE, TODAY, entered, history_of, imported, met, project_of
from tests.support.ledgers import HOUR, MINUTE, NOW, SECOND, Group, Place, guests, meet

MERGES: Mapping[str, str] = {
    "writing_sessions": "moved",
    "members": "moved",
    "projects": "moved",
    "rests": "moved",
    "imports": "moved",
    # What the writer chose holds; what the guest chose waits for them.
    "writer_zones": "kept",
    "writer_settings": "kept",
    "goals": "kept",
    # Whoever knows these secrets was given the guest's history, not the writer's.
    "calendars": "kept",
    "auth_sessions": "kept",
    "sign_in_links": "kept",
    "personal_tokens": "kept",
    # Only of those who keep an account, and of them none is merged into another.
    "passkeys": "kept",
    "identities": "kept",
    "recovery_codes": "kept",
    "challenges": "kept",
    # What was done, and by whom.
    "rooms": "kept",
    "sprints": "kept",
    "commands": "kept",
    "audit": "kept",
    "merges": "kept",
}


def test_of_every_table_that_holds_a_writer_it_is_said_what_a_merge_does_with_it() -> None:
    holding = {
        table.name
        for table in metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "writers"
    }
    assert holding == MERGES.keys()


class Rows(NamedTuple):
    """All rows that a merge may change, as (table, key) -> columns. A room's rev only ever grows, and is left out."""

    by_key: dict[tuple[str, Any], dict[str, Any]]

    def of(self, table: str) -> list[dict[str, Any]]:
        return [row for (name, _), row in self.by_key.items() if name == table]


@pytest.fixture
async def beside(database: Place) -> AsyncIterator[Database]:
    """The test's own way to the same rows."""
    opened = connect(database.url, database.data, beside=True)
    yield opened
    await opened.close()


_ALL = [(table, select(table)) for table in metadata.sorted_tables if table.name not in ("audit", "merges", "tries")]


async def rows_of(database: Database) -> Rows:
    found: dict[tuple[str, Any], dict[str, Any]] = {}
    async with database.reading() as connection:
        for table, chosen in _ALL:
            for row in await connection.execute(chosen):
                columns = {name: value for name, value in row._mapping.items() if name != "rev"}
                found[table.name, tuple(columns[key.name] for key in table.primary_key)] = columns
    return Rows(found)


# Random histories


class Room(NamedTuple):
    """Who is in it, the first as host; who counted what in its sprint; who has left, and who was removed."""

    members: list[int]
    counts: dict[int, tuple[Register, int]]
    left: set[int]
    removed: set[int]


class Story(NamedTuple):
    """Of people by number. `entries`: whose, how many days ago, words. `imports`: whose, and which lines of a file."""

    rooms: list[Room]
    entries: list[tuple[int, int, int]]
    imports: list[tuple[int, set[str]]]
    projects: list[int]
    rests: list[int]


def stories(people: int) -> st.SearchStrategy[Story]:
    who = st.integers(0, people - 1)
    few = st.sets(who, max_size=1)
    flags = st.sampled_from([0, CountFlags.REPORTED | CountFlags.IN])
    register = st.builds(Register, st.integers(NOW + 1, NOW + 3), st.integers(-2, 300), flags)
    count = st.tuples(register, st.integers(0, 2).map(lambda minutes: minutes * MINUTE))
    room = st.builds(Room, st.lists(who, min_size=1, unique=True), st.dictionaries(who, count), few, few)
    return st.builds(
        Story,
        st.lists(room, min_size=1, max_size=3),
        st.lists(st.tuples(who, st.integers(0, 4), st.integers(-50, 400)), max_size=4),
        st.lists(st.tuples(who, st.sets(st.sampled_from("abc"), min_size=1)), max_size=2),
        st.lists(who, max_size=2),
        st.lists(who, max_size=2),
    )


def leaves_something(story: Story, who: int) -> bool:
    """Which makes them a guest whom somebody may meet."""
    theirs = [*story.projects, *(of for of, *_ in [*story.entries, *story.imports])]
    return who in theirs or any(who in room.members for room in story.rooms)


async def told(ledger: SqlLedger, people: Sequence[Person], story: Story) -> list[int]:
    """Let it happen; the ids of its sprints."""
    for who in story.projects:
        await project_of(ledger, people[who])
    for who in story.rests:
        first = TODAY + timedelta(days=3)
        with contextlib.suppress(RuleError):  # booked already
            await ledger.rests.book(people[who].id, uuid.uuid4(), first, first, NOW)
    for who, days_ago, words in story.entries:
        await entered(ledger, people[who], words, days_ago)
    for who, keys in story.imports:
        await imported(ledger, people[who], sorted(keys))
    return [await _happened(ledger, people, room) for room in story.rooms]


async def _happened(ledger: SqlLedger, people: Sequence[Person], room: Room) -> int:
    inside = [people[who] for who in room.members]
    made = await ledger.create_room(inside[0], "A room", "public", None, NOW)
    for person in inside[1:]:
        await ledger.join(made.id, person, NOW)
    here = Group(ledger, made, inside)
    sprint = await here.start()
    slots = {who: slot for slot, who in enumerate(room.members)}
    for who, (register, active_ms) in room.counts.items():
        if who in slots:
            row = CountRow(slots[who], people[who].id, register, active_ms)
            await ledger.checkpoint(sprint.id, [row], NOW)
    for who in room.removed - {room.members[0]}:
        if who in slots:
            await here.command(0, Op.REMOVE, Remove(slots[who]))
    for who in room.left:
        if who in slots:
            await here.command(slots[who], Op.LEAVE, Nothing())
    return sprint.id


def boards(results: Mapping[int, list[Result]]) -> dict[int, list[Result]]:
    """What everybody sees of them: whose number stands behind a name, nobody does."""
    return {sprint: [replace(row, writer=0) for row in rows] for sprint, rows in results.items()}


def once(rows: Rows, writers: Sequence[int]) -> Counter[tuple[date, int]]:
    """Days and words of these writers' sessions: of each sprint the greatest count, of a file's lines each once."""
    chosen: dict[Any, dict[str, Any]] = {}
    standing = ("seq", "words", "flags", "active_ms")
    for row in rows.of("writing_sessions"):
        if row["writer"] in writers:
            key = row["sprint"] or row["import_key"] or row["id"]
            held = chosen.get(key)
            if held is None or [row[name] for name in standing] > [held[name] for name in standing]:
                chosen[key] = row
    return Counter((row["local_day"], row["words"]) for row in chosen.values() if _is_written(row))


def _is_written(row: Mapping[str, Any]) -> bool:
    return bool(row["source"] != "sprint" or row["words"] or row["active_ms"] or row["reported_at"])


@settings(max_examples=40 if LONG else 6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories(2).filter(lambda story: leaves_something(story, 1)))
async def test_merged_it_is_all_of_both_once_and_parted_it_is_as_before(
    beside: Database, ledger: SqlLedger, story: Story
) -> None:
    people = ada, ben = await guests(ledger, 2)
    sprints = await told(ledger, people, story)
    before, seen = await rows_of(beside), await ledger.results_by_sprint(sprints)
    meeting = await met(ledger, ada, ben)

    did = (await ledger.merges.merge(ada.id, meeting.id, HERE, NOW)).did

    assert did is not None
    assert await history_of(ledger, ada) == once(before, [ada.id, ben.id])
    assert boards(await ledger.results_by_sprint(sprints)) == boards(seen)
    assert did.words_before == sum(words * n for (_, words), n in once(before, [ada.id]).items())
    assert did.words_after == sum(words * n for (_, words), n in once(before, [ada.id, ben.id]).items())
    together = await rows_of(beside)
    assert (await ledger.merges.merge(ada.id, meeting.id, HERE, NOW + SECOND)).did == did
    assert await rows_of(beside) == together

    await ledger.merges.part(ada.id, meeting.id, NOW + HOUR)

    assert await rows_of(beside) == before
    assert await ledger.results_by_sprint(sprints) == seen


@settings(max_examples=40 if LONG else 3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories(3))
async def test_in_which_order_histories_come_together_does_not_matter(ledger: SqlLedger, story: Story) -> None:
    found = []
    for order in ([1, 2], [2, 1]):
        people = await guests(ledger, 3)
        sprints = await told(ledger, people, story)
        for other in order:
            await meet(ledger, people[0], people[other], HERE)
        for other in order:
            for meeting in await ledger.merges.of(people[0].id, HERE):
                if meeting.other == people[other]:
                    await ledger.merges.merge(people[0].id, meeting.id, HERE, NOW)
        results = boards(await ledger.results_by_sprint(sprints))
        found.append((await history_of(ledger, people[0]), [results[sprint] for sprint in sprints]))
    assert found[0] == found[1]


async def test_days_are_summed_also_where_they_are_more_than_a_statement_has_arguments(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    for writer, words, ago in (ann, 10, 0), (ann, 20, 9), (ben, 30, 9), (ben, 40, 8_000), (ann, 50, 20_000):
        await entered(ledger, writer, words, ago)
    days = [TODAY - timedelta(days=ago) for ago in range(16_385)]
    async with ledger._database.reading() as connection:
        found = await merging.sum_on(connection, days, ann.id, ben.id)
    assert found == (4, 3, 100)


@pytest.mark.parametrize("who", ["writer", "guest"])
async def test_what_one_took_over_from_the_other_s_export_counts_once(
    beside: Database, ledger: SqlLedger, who: str
) -> None:
    people = ada, ben = await guests(ledger, 2)
    wrote, took = (ben, ada) if who == "writer" else (ada, ben)
    count = Register(NOW + 1, 300, CountFlags.REPORTED | CountFlags.IN), MINUTE
    sprint = await _happened(ledger, [wrote], Room([0], {0: count}, set(), set()))
    await ledger.finalise(sprint, NOW + 2 * HOUR)
    await entered(ledger, wrote, 200)
    await entered(ledger, people[1], 7)
    copies = [f"wordtide:{each.id}" for each in await ledger.history.page(wrote.id, 9) if each.words != 7]
    await imported(ledger, took, copies)
    own, theirs = await history_of(ledger, ada), await history_of(ledger, ben)
    before, seen = await rows_of(beside), await ledger.results_by_sprint([sprint])
    meeting = await met(ledger, ada, ben)

    did = (await ledger.merges.merge(ada.id, meeting.id, HERE, NOW)).did

    assert did is not None
    assert await history_of(ledger, ada) == own + Counter({(TODAY, 7): 1})
    assert (did.sessions, did.words_after) == (1, did.words_before + 7)
    assert boards(await ledger.results_by_sprint([sprint])) == boards(seen)
    await ledger.merges.part(ada.id, meeting.id, NOW + HOUR)
    assert await rows_of(beside) == before
    assert (await history_of(ledger, ada), await history_of(ledger, ben)) == (own, theirs)


async def test_an_export_that_is_not_wholly_taken_over_stands_for_nothing(ledger: SqlLedger) -> None:
    ada, ben = await guests(ledger, 2)
    id = await entered(ledger, ben, 200)
    half = uuid.uuid4()
    await ledger.imports.begin(half, ada.id, "wordtide", "words.csv", NOW)
    row = [str(uuid.uuid4()), NOW, TODAY.isoformat(), 180, 200, 5.0, None, None, "", f"wordtide:{id}"]
    await ledger.imports.store(half, ada.id, "Europe/London", json.dumps([row]), NOW)
    await ledger.merges.merge(ada.id, (await met(ledger, ada, ben)).id, HERE, NOW)
    assert await history_of(ledger, ada) == Counter({(TODAY, 200): 1})


async def test_a_sprint_that_may_still_be_counted_in_comes_although_it_was_exported(ledger: SqlLedger) -> None:
    ada, ben = await guests(ledger, 2)
    count = Register(NOW + 1, 300, int(CountFlags.IN)), MINUTE
    sprint = await _happened(ledger, [ben], Room([0], {0: count}, set(), set()))
    (session,) = await ledger.history.page(ben.id, 9)
    await imported(ledger, ada, [f"wordtide:{session.id}"])
    await ledger.merges.merge(ada.id, (await met(ledger, ada, ben)).id, HERE, NOW)
    own = await ledger.history.of_sprint(ada.id, sprint)
    assert own is not None, "what is counted from now on is the writer's"
