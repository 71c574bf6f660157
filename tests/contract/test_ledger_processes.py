"""Several processes on one PostgreSQL: they merge, decide once, and never wait for each other in a circle."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.codes import ErrorCode
from protocol.messages import Baseline, CountFlags, Extend, OfSprint, Op, Start
from server.core.board import Board, Register
from server.core.records import Entry, Person, TakenError
from server.core.sprint import FINAL_DELAY_MS
from server.ledger.counts import Counts, Offer
from server.ledger.engine import connect
from server.ledger.ledger import SqlLedger
from server.ledger.writer import Kind, RunOrder, write_together
from tests.contract.conftest import Two, someone_waits
from tests.support.ledgers import HOUR, LIMITS, MINUTE, NOW, SECOND, Group, Place, group, guests, row_counts
from tests.support.postgres import Postgres
from tests.support.wait import wait_until


async def test_the_greatest_count_stands_whoever_stores_it_first(two: Two) -> None:
    room = await group(two[0], 20)
    sprint = await room.start()
    chance = random.Random(7)
    board = Board()

    async def process(ledger: SqlLedger) -> None:
        for _ in range(25):
            slots = chance.sample(range(20), 12)
            rows = [room.row(slot, NOW + chance.randrange(50), chance.randrange(-9, 9)) for slot in slots]
            for row in rows:
                board.merge(row.slot, row.register)
            stands = await ledger.checkpoint(sprint.id, rows, NOW)
            assert sorted(stands) == sorted(slots)
            assert all(stands[row.slot].register >= row.register for row in rows)

    await asyncio.gather(process(two[0]), process(two[1]), process(two[0]), process(two[1]))

    assert await room.registers(sprint) == {row.slot: row.register for row in board}


async def test_all_kinds_of_writes_at_once_over_the_same_rooms(two: Two) -> None:
    rooms = [await group(two[0], 4) for _ in range(4)]
    sprints = [await room.start() for room in rooms]
    chance = random.Random(11)

    async def once(ledger: SqlLedger, n: int) -> None:
        room, sprint = chance.choice(list(zip(rooms, sprints, strict=True)))
        who = chance.randrange(4)
        match chance.randrange(5):
            case 0:
                await ledger.join(room.room.id, room.people[who], NOW)
            case 1:
                await Group(ledger, room.room, room.people).command(0, Op.CANCEL, OfSprint(sprint.id + 999), id=f"{n}")
            case 2:
                await ledger.change_profile(room.people[who].id, {"grace": chance.randrange(3)}, NOW)
            case 3:
                await ledger.claim_outbox(["sprint.final"], SECOND, NOW)
            case _:
                rows = [room.row(slot, NOW + n, n, CountFlags.LATE) for slot in range(4)]
                await ledger.checkpoint(sprint.id, rows, NOW)
        if n in (40, 41):
            await ledger.finalise(sprints[n - 40].id, NOW + HOUR)

    for start in range(0, 120, 20):
        await asyncio.gather(*(once(two[n % 2], n) for n in range(start, start + 20)))

    finished = [await two[1].sprint(sprint.id) for sprint in sprints]
    assert [each.final for each in finished if each is not None] == [True, True, False, False]


async def test_a_sprint_becomes_final_in_one_process_only(two: Two) -> None:
    for _ in range(5):
        room = await group(two[0], 1)
        sprint = await room.start()
        rev = await room.rev()

        revs = await asyncio.gather(*(ledger.finalise(sprint.id, NOW + HOUR) for ledger in two))

        assert sorted(revs, key=str) == [rev + 1, None]
    assert (await row_counts(two[0]))["outbox"] == 5


async def test_what_must_happen_once_is_claimed_by_one_process_only(two: Two) -> None:
    rooms = [await group(two[0], 1) for _ in range(6)]
    for room in rooms:
        await two[0].finalise((await room.start()).id, NOW + HOUR)

    claims = await asyncio.gather(*(two[n % 2].claim_outbox(["sprint.final"], MINUTE, NOW) for n in range(4)))

    assert sorted(row.payload["room"] for rows in claims for row in rows) == sorted(room.room.id for room in rooms)


async def test_one_of_two_starts_wins_and_a_repeat_in_the_other_process_answers_alike(two: Two) -> None:
    room = await group(two[0], 1)
    hosts = [Group(ledger, room.room, room.people) for ledger in two]

    apart = await asyncio.gather(*(host.command(0, Op.START, Start(1_200), id=f"{n}") for n, host in enumerate(hosts)))
    assert sorted(outcome.code for outcome in apart) == [ErrorCode.OK, ErrorCode.CONFLICT]

    sprint = next(outcome.sprint for outcome in apart if outcome.code == ErrorCode.OK)
    assert sprint is not None
    same = await asyncio.gather(*(host.command(0, Op.CANCEL, OfSprint(sprint.id), id="same") for host in hosts))
    assert same[0] == same[1]
    assert same[0].code == ErrorCode.OK


async def test_a_room_asked_for_in_both_processes_with_one_key_is_made_once(two: Two) -> None:
    (ann,) = await guests(two[0], 1)

    made = await asyncio.gather(*(two[n % 2].create_room(ann, "Once", "public", "key", NOW) for n in range(6)))

    assert {room.id for room in made} == {made[0].id}


async def test_who_joins_through_either_process_gets_a_slot_of_their_own(two: Two) -> None:
    room = await group(two[0], 1)
    people = await guests(two[0], 40)

    members = await asyncio.gather(
        *(two[n % 2].join(room.room.id, person, NOW) for n, person in enumerate([*people, *people[:10]]))
    )

    assert len({(each.writer, each.slot) for each in members}) == 40
    assert sorted({each.slot for each in members}) == list(range(1, 41))


@asynccontextmanager
async def storing(place: Place, offer: Offer) -> AsyncIterator[Callable[[Offer], Awaitable[object]]]:
    """A third process, stopped within the transaction that stores these counts; it may store more, and then commits."""
    database = connect(place.url, place.data)
    try:
        async with database.writing() as connection:
            counts = Counts(database)
            await write_together(connection, [(counts, offer)])
            yield lambda more: write_together(connection, [(counts, more)])
    finally:
        await database.close()


async def test_rows_are_locked_in_the_order_of_their_keys_however_they_are_given(
    two: Two, postgres: Postgres, postgres_database: Place
) -> None:
    room = await group(two[0], 3)
    sprint = await room.start()
    first, middle, last = (room.row(slot, NOW, 5) for slot in range(3))

    async with storing(postgres_database, Offer(sprint.id, (middle,), NOW)) as also:
        waiting = asyncio.create_task(two[0].checkpoint(sprint.id, [last, middle, first], NOW + 1))
        await wait_until(lambda: someone_waits(postgres))
        # It waits for the middle one: had it taken the last already, this would close the circle.
        await also(Offer(sprint.id, (last,), NOW))

    assert len(await waiting) == 3


async def test_closing_waits_for_counts_on_their_way_and_sees_them(
    two: Two, postgres: Postgres, postgres_database: Place
) -> None:
    room = await group(two[0], 2)
    sprint = await room.start()
    await two[0].checkpoint(sprint.id, [room.row(0, NOW, 5, CountFlags.IN)], NOW)

    async with storing(postgres_database, Offer(sprint.id, (room.row(1, NOW, 5),), NOW)):
        closing = asyncio.create_task(two[0].close_if_all_in(sprint.id, sprint.timeline.ends + FINAL_DELAY_MS))
        await wait_until(lambda: someone_waits(postgres))

    assert await closing is None


class ManySprints(Kind[int, None]):
    """What a merge of two histories with so many sprints would lock."""

    order = RunOrder.MERGES
    changes_sprints = True

    async def sprints(self, connection: AsyncConnection, items: Sequence[int]) -> Iterable[int]:
        return range(1, items[0] + 1)

    async def run(self, connection: AsyncConnection, items: Sequence[int]) -> Sequence[None]:
        return [None for _ in items]


async def test_more_sprints_than_a_statement_has_arguments_are_locked_by_several(two: Two) -> None:
    await two[0]._writer.submit(ManySprints(), 16_385)


async def test_results_wait_for_counts_on_their_way(two: Two, postgres: Postgres, postgres_database: Place) -> None:
    room = await group(two[0], 1)
    sprint = await room.start()
    row = room.row(0, NOW, 5)

    async with storing(postgres_database, Offer(sprint.id, (row,), NOW)):
        ending = asyncio.create_task(two[0].finalise(sprint.id, NOW + HOUR))
        await wait_until(lambda: someone_waits(postgres))
        assert not ending.done()

    assert await ending is not None
    assert [each.register for each in await two[0].results(sprint.id)] == [row.register]


async def test_a_count_that_races_the_results_is_in_them_or_bumps_the_rev(two: Two) -> None:
    for n in range(6):
        room = await group(two[0], 1)
        sprint = await room.start()

        async def end(ledger: SqlLedger, sprint: int) -> tuple[int | None, list[Register]]:
            rev = await ledger.finalise(sprint, NOW + HOUR)
            return rev, [each.register for each in await ledger.results(sprint)]

        late = room.row(0, NOW + n, 5, CountFlags.LATE)
        (rev, seen), _ = await asyncio.gather(end(two[0], sprint.id), two[1].checkpoint(sprint.id, [late], NOW + HOUR))

        assert rev is not None
        assert seen == [late.register] or await room.rev() == rev + 1


async def test_both_processes_read_one_clock(two: Two, postgres: Postgres) -> None:
    connection = await asyncpg.connect(postgres.url())
    try:
        before = int(await connection.fetchval("SELECT extract(epoch FROM clock_timestamp()) * 1000"))
        read = [await ledger.now_ms() for ledger in two]
        after = int(await connection.fetchval("SELECT extract(epoch FROM clock_timestamp()) * 1000")) + 1
    finally:
        await connection.close()

    assert before <= read[0] <= read[1] <= after


async def test_processes_that_start_together_make_the_schema_once(postgres: Postgres, postgres_database: Place) -> None:
    connection = await asyncpg.connect(postgres.url())
    await connection.execute("DROP DATABASE IF EXISTS fresh")
    await connection.execute("CREATE DATABASE fresh")
    await connection.close()

    url, data = postgres.url("fresh"), postgres_database.data
    ledgers = await asyncio.gather(*(SqlLedger.open(url, data, LIMITS) for _ in range(3)))

    assert (await group(ledgers[0], 2)).room.rev == 1
    for ledger in ledgers:
        await ledger.close()


async def test_reports_commands_and_counts_of_many_rooms_wait_for_each_other_in_no_circle(two: Two) -> None:
    """Every process stores all it holds at the bell, while writers set their start totals and hosts add time."""
    rooms = [await group(two[0], 6) for _ in range(3)]
    sprints = [await room.start() for room in reversed(rooms)][::-1]  # their ids run the other way
    chance = random.Random(3)

    async def once(n: int) -> None:
        mine, other = two[n % 2], two[(n + 1) % 2]
        room, sprint = chance.choice(list(zip(rooms, sprints, strict=True)))
        here = Group(mine, room.room, room.people)
        baselines = (here.command(who, Op.BASELINE, Baseline(sprint.id, n), id=f"b{n}.{who}") for who in (4, 1, 5, 2))
        extends = (
            Group(mine, each.room, each.people).command(0, Op.EXTEND, Extend(of.id, 60), id=f"e{n}.{of.id}")
            for each, of in zip(rooms, sprints, strict=True)
        )
        stores = (
            ledger.checkpoint(of.id, [each.row(slot, NOW + n, n) for slot in range(6)], NOW)
            for ledger in (mine, other)
            for each, of in zip(rooms, sprints, strict=True)
        )
        await asyncio.gather(*baselines, *extends, *stores)

    for start in range(0, 60, 2):
        await asyncio.gather(once(start), once(start + 1))


async def test_who_says_something_waits_in_no_circle_with_those_who_count(two: Two) -> None:
    """Each process stores the counts of those who say something in the other one."""
    room = await group(two[0], 12)
    sprint, places = await room.start(), await room.places()
    for n in range(8):
        counted = (two[slot % 2].checkpoint(sprint.id, [room.row(slot, NOW + n, n)], NOW) for slot in range(12))
        said = (two[1 - me.slot % 2].mine.say(sprint.id, me, {"note": f"{n}"}, NOW) for me in places)
        chosen = (two[n % 2].projects.choose(person.id, None, NOW) for person in room.people)
        await asyncio.gather(*counted, *said, *chosen)

    assert {each.words for each in (await room.registers(sprint)).values()} == {7}
    assert {(await two[0].mine.of(sprint.id, me.writer)).note for me in places} == {"7"}


async def test_one_writer_s_refusal_is_nobody_else_s(two: Two) -> None:
    ledger = two[0]
    room = await group(ledger, 3)
    sprint = await room.start()
    ann, ben, cleo = room.people
    stamp = await ledger.stamp(ann.id, NOW)
    hers = Entry(uuid.uuid4(), NOW, 10, 100, True, stamp)
    await ledger.add_manual(ann.id, hers, NOW)
    refused, kept, stored, new = await asyncio.gather(
        ledger.add_manual(ben.id, hers, NOW),
        ledger.add_manual(cleo.id, replace(hers, id=uuid.uuid4()), NOW),
        ledger.checkpoint(sprint.id, [room.row(2, NOW, 5)], NOW),
        ledger.new_guest("Dan", "UTC", "a token", NOW),
        return_exceptions=True,
    )
    assert isinstance(refused, TakenError)
    assert kept is True
    assert isinstance(stored, dict)
    assert isinstance(new, Person)
