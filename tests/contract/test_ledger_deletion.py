"""A writer goes with all that is theirs; what others see of them stays as it was, and names nobody."""

import asyncio
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import update

from protocol.messages import CommandArgs, Nothing, Op, Role
from server.core.records import CountRow, Person, SigningIn
from server.ledger import pruning
from server.ledger.deletion import NOBODY, WRITER_GOES
from server.ledger.ledger import SqlLedger
from server.ledger.tables import metadata, writers
from tests.support.everywhere import fill, named_in, rows_of
from tests.support.ledgers import HOUR, MINUTE, NOW, Group, Place, group, guests, known_by, meet, row_counts

NAME, HANDLE = "Zebedee Quill", "zebedee-quill"


async def zebedee(ledger: SqlLedger) -> Person:
    return await ledger.new_guest(NAME, "Asia/Kolkata", uuid.uuid4().hex, await ledger.now_ms())


async def delete(ledger: SqlLedger, person: Person) -> list[int]:
    """The rooms that have to be told of it."""
    await ledger.deletion.begin(person.id, NOW + HOUR)
    return await carry_out(ledger)


async def carry_out(ledger: SqlLedger) -> list[int]:
    asked = await ledger.claim_outbox([WRITER_GOES], HOUR, NOW + HOUR)
    return [room for row in asked async for room in ledger.deletion.finish(row.payload["writer"], NOW + HOUR)]


async def with_zebedee(ledger: SqlLedger) -> tuple[Group, int]:
    """A room with a sprint in which he, its host, is second of three; and the sprint."""
    him = await zebedee(ledger)
    made = await ledger.create_room(him, "Tuesday write-in", "public", "a key", NOW)
    people = [him, *await guests(ledger, 2)]
    for person in people[1:]:
        await ledger.join(made.id, person, NOW + MINUTE)
    room = Group(ledger, made, people)
    sprint = await room.start()
    rows = [room.row(slot, NOW + MINUTE, words, active_ms=MINUTE) for slot, words in enumerate([300, 400, 200])]
    await ledger.checkpoint(sprint.id, rows, NOW + MINUTE)
    await ledger.mine.say(sprint.id, (await room.places())[0], {"note": f"by {NAME}"}, NOW + MINUTE)
    await ledger.finalise(sprint.id, NOW + HOUR)
    return room, sprint.id


async def test_nothing_names_a_writer_who_went_and_had_a_row_in_every_table(database: Place) -> None:
    ledger = await database.open()
    room, _ = await with_zebedee(ledger)
    him, ann = room.people[:2]
    async with ledger._database.writing() as connection:
        named = update(writers).where(writers.c.id == him.id).values(handle=HANDLE, handle_key=HANDLE)
        await connection.execute(named)
        await fill(connection, him.id, ann.id, room.room.id, NAME)
        held = await rows_of(connection, him.id)
    assert min(held.values()) > 0, held
    assert len(await columns_naming(ledger)) > 10

    await delete(ledger, him)

    async with ledger._database.reading() as connection:
        assert set((await rows_of(connection, him.id)).values()) == {0}
    assert await columns_naming(ledger) == []
    assert await ledger.profile(him.id) is None
    assert await ledger.claim_outbox([WRITER_GOES], HOUR, NOW + 9 * HOUR) == []


async def columns_naming(ledger: SqlLedger) -> list[str]:
    async with ledger._database.reading() as connection:
        return await named_in(connection, [NAME, HANDLE])


async def test_the_results_of_others_keep_their_ranks_and_total_and_the_room_gets_a_host(ledger: SqlLedger) -> None:
    room, sprint = await with_zebedee(ledger)
    before, rev = await ledger.results(sprint), await room.rev()

    assert await delete(ledger, room.host) == [room.room.id]

    after = await ledger.results(sprint)
    assert [each.name for each in after] == [NOBODY, "Writer 0", "Writer 1"]
    for was, each in zip(before, after, strict=True):
        assert (was.slot, was.register, was.active_ms, was.started_at, was.reported_at) == (
            *(each.slot, each.register, each.active_ms, each.started_at, each.reported_at),
        )
    assert after[0].writer not in [person.id for person in room.people]
    assert after[1:] == before[1:]
    state = await ledger.room_state(room.room.id, rev)
    assert state is not None
    assert state.room.rev > rev
    assert [(each.slot, each.name, each.role, each.left) for each in state.members] == [
        (0, NOBODY, Role.WRITER, True),
        (1, "Writer 0", Role.HOST, False),
    ]
    assert await ledger.writers_in(room.room.id) == 2


async def test_two_rooms_do_not_tell_that_the_same_writer_was_in_both(ledger: SqlLedger) -> None:
    rooms = [await group(ledger, 1) for _ in range(2)]
    him = await zebedee(ledger)
    sprints = []
    for each in rooms:
        member = await ledger.join(each.room.id, him, NOW)
        sprints.append((await each.start()).id)
        await ledger.checkpoint(sprints[-1], [CountRow(member.slot, him.id, each.row(0, NOW, 9).register)], NOW)
    await delete(ledger, him)
    stand_ins = [(await ledger.results(sprint))[0].writer for sprint in sprints]
    assert len({him.id, *stand_ins}) == 3


async def test_a_room_goes_with_the_last_of_those_who_ever_were_in_it(ledger: SqlLedger) -> None:
    room, sprint = await with_zebedee(ledger)
    for person in room.people[:2]:
        assert await delete(ledger, person) == [room.room.id]
    assert await delete(ledger, room.people[2]) == []
    assert await ledger.room(room.room.id) is None
    assert await ledger.sprint(sprint) is None
    left = await row_counts(ledger)
    assert {name: n for name, n in left.items() if n and name != "outbox"} == {}


async def test_nobody_is_signed_in_as_them_from_the_first_step_on(ledger: SqlLedger) -> None:
    him = await ledger.new_guest(NAME, "UTC", "of zebedee", await ledger.now_ms())
    await ledger.links.make(him.id, "a code that nobody guesses", NOW, NOW + 9 * HOUR)
    assert await known_by(ledger, "of zebedee") == him
    await ledger.deletion.begin(him.id, NOW)
    assert await known_by(ledger, "of zebedee") is None
    assert await ledger.links.use("a code that nobody guesses", SigningIn("token", ""), NOW) is None


async def test_a_count_on_its_way_is_stored_nowhere(ledger: SqlLedger) -> None:
    room, sprint = await with_zebedee(ledger)
    late = room.row(0, NOW + 2 * MINUTE, 999)
    await asyncio.gather(delete(ledger, room.host), *(ledger.checkpoint(sprint, [late], NOW) for _ in range(5)))
    assert await ledger.checkpoint(sprint, [late], NOW) == {}
    results = await ledger.results(sprint)
    assert {each.writer for each in results}.isdisjoint({room.host.id})
    # A process that has it still, and has read meanwhile whose place it is.
    of_stand_in = replace(room.row(0, NOW + 3 * MINUTE, 1_000), writer=results[0].writer)
    assert await ledger.checkpoint(sprint, [of_stand_in], NOW) == {}


async def test_what_a_process_left_half_done_another_one_ends(database: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MAX_PRUNE", 2)
    ledger = await database.open()
    room, _ = await with_zebedee(ledger)
    leave: tuple[Op, CommandArgs] = (Op.LEAVE, Nothing())
    await asyncio.gather(*(room.command(0, *leave) for _ in range(5)))
    await ledger.deletion.begin(room.host.id, NOW)
    (asked,) = await ledger.claim_outbox([WRITER_GOES], HOUR, NOW)
    async for _ in ledger.deletion.finish(asked.payload["writer"], NOW):
        break  # and the process dies
    assert await ledger.profile(room.host.id) is not None
    assert await ledger.claim_outbox([WRITER_GOES], HOUR, NOW + MINUTE) == []

    assert await carry_out(ledger) == []

    assert await ledger.profile(room.host.id) is None
    assert await columns_naming(ledger) == []


async def test_who_was_merged_into_them_goes_too_and_whoever_was_parted_again_stays(ledger: SqlLedger) -> None:
    him, guest, earlier, parted = [await zebedee(ledger) for _ in range(4)]
    met = (him, guest, NOW), (guest, earlier, NOW - HOUR), (him, parted, None)
    async with ledger._database.writing() as connection:
        for writer, other, merged_at in met:
            row = {"id": uuid.uuid4().hex, "writer": writer.id, "other": other.id, "session": "s", "met_at": NOW}
            await connection.execute(metadata.tables["merges"].insert().values(row | {"merged_at": merged_at}))
    await delete(ledger, him)
    gone = [await ledger.profile(each.id) is None for each in (him, guest, earlier, parted)]
    assert gone == [True, True, True, False]


async def test_a_room_that_a_guest_made_who_was_merged_into_them_goes_on_for_others(ledger: SqlLedger) -> None:
    room, sprint = await with_zebedee(ledger)
    (ann,) = await guests(ledger, 1)
    await meet(ledger, ann, room.host, "here")
    (met,) = await ledger.merges.of(ann.id, "here")
    await ledger.merges.merge(ann.id, met.id, "here", NOW)

    assert set(await delete(ledger, ann)) == {room.room.id}

    assert [await ledger.profile(each.id) for each in (ann, room.host)] == [None, None]
    assert [each.name for each in await ledger.results(sprint)] == [NOBODY, "Writer 0", "Writer 1"]
    for person in room.people[1:]:
        await delete(ledger, person)
    left = await row_counts(ledger)
    assert {name: n for name, n in left.items() if n and name != "outbox"} == {}


async def test_two_processes_that_delete_the_same_writer_leave_one_stand_in(ledger: SqlLedger) -> None:
    room, _ = await with_zebedee(ledger)
    await ledger.deletion.begin(room.host.id, NOW)

    async def finish() -> list[int]:
        return [each async for each in ledger.deletion.finish(room.host.id, NOW)]

    assert sorted(await asyncio.gather(finish(), finish())) == [[], [room.room.id]]
    assert (await row_counts(ledger))["writers"] == 3
