"""Two writers who met in one browser: the places, the limits, and a sprint that runs meanwhile."""

import asyncio
from uuid import uuid4

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from protocol.messages import Role
from server.core.board import Register
from server.core.merges import UNDO_MS
from server.core.records import CountRow, Person, SigningIn
from server.core.sprint import RuleError
from server.ledger.account_tables import passkeys
from server.ledger.ledger import SqlLedger
from tests.contract.histories import HERE, entered, merged, met, project_of
from tests.support.ledgers import DAY, HOUR, NOW, SECOND, Place, group, guests, meet

# A database that stores everything but that two met.
REFUSE = {
    True: "CREATE TRIGGER refused BEFORE INSERT ON merges BEGIN SELECT RAISE(ABORT, 'refused'); END",
    False: "ALTER TABLE merges ADD CONSTRAINT refused CHECK (false) NOT VALID",
}
TAKE_AGAIN = {True: "DROP TRIGGER refused", False: "ALTER TABLE merges DROP CONSTRAINT refused"}


async def test_where_the_meeting_cannot_be_stored_nothing_is_spent(database: Place) -> None:
    ledger = await database.open()
    (ada,), ben = await guests(ledger, 1), await ledger.new_guest("Ben", "UTC", "Ben's", NOW)
    await entered(ledger, ben, 100)
    before = await ledger.signed_in("Ben's")
    assert before is not None
    await ledger.links.make(ada.id, "a code", NOW, NOW + SECOND)
    in_ben_s_browser = SigningIn("Ada's, too", "", before.session)

    async with ledger._database.writing() as connection:
        await connection.execute(text(REFUSE[database.is_sqlite]))
    try:
        with pytest.raises(IntegrityError):
            await ledger.links.use("a code", in_ben_s_browser, NOW)
        assert await ledger.signed_in("Ada's, too") is None
    finally:
        async with ledger._database.writing() as connection:
            await connection.execute(text(TAKE_AGAIN[database.is_sqlite]))

    assert await ledger.links.use("a code", in_ben_s_browser, NOW) == ada.id
    now_here = await ledger.signed_in("Ada's, too")
    assert now_here is not None
    assert [each.other for each in await ledger.merges.of(ada.id, now_here.session)] == [ben]


async def words_of(ledger: SqlLedger, writer: Person) -> list[int]:
    return sorted(each.words for each in await ledger.history.page(writer.id, 1_000))


async def test_where_only_the_guest_had_a_place_the_writer_has_it_and_goes_on_at_it(ledger: SqlLedger) -> None:
    room, (ada,) = await group(ledger, 1), await guests(ledger, 1)
    ben = room.host
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [room.row(0, NOW + 1, 100)], NOW)
    rev = await room.rev()

    await merged(ledger, ada, ben)

    place = await ledger.member(room.room.id, ada.id)
    assert place is not None
    assert (place.slot, place.role, place.rev) == (0, Role.HOST, rev + 1)
    assert await ledger.member(room.room.id, ben.id) is None
    later = CountRow(0, ada.id, Register(NOW + 5, 140, 0))
    assert (await ledger.checkpoint(sprint.id, [later], NOW))[0].register == later.register
    assert await words_of(ledger, ada) == [140]


async def test_where_both_had_a_place_the_board_keeps_both_and_the_host_stays_one(ledger: SqlLedger) -> None:
    room = await group(ledger, 3)
    ben, ada = room.people[0], room.people[1]
    meeting = await merged(ledger, ada, ben)

    (left, mine, _) = await room.places()
    assert (left.left, left.role, mine.role) == (True, Role.WRITER, Role.HOST)
    await ledger.merges.part(ada.id, meeting.id, NOW)
    (back, mine, _) = await room.places()
    assert (back.left, back.role, mine.role) == (False, Role.HOST, Role.WRITER)


async def test_while_a_sprint_runs_the_newest_of_both_counts_stands(ledger: SqlLedger) -> None:
    room = await group(ledger)
    ben, ada = room.people
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [room.row(0, NOW + 5, 100), room.row(1, NOW + 2, 30)], NOW)
    meeting = await merged(ledger, ada, ben)
    assert await words_of(ledger, ada) == [100]

    await ledger.checkpoint(sprint.id, [room.row(1, NOW + 9, 45)], NOW)
    assert await words_of(ledger, ada) == [45]
    await ledger.checkpoint(sprint.id, [room.row(0, NOW + 12, 110)], NOW)  # from a process that had not heard of it
    assert await words_of(ledger, ada) == [110]
    assert {slot: row.words for slot, row in (await room.registers(sprint)).items()} == {0: 110, 1: 45}

    await ledger.merges.part(ada.id, meeting.id, NOW + HOUR)
    assert (await words_of(ledger, ada), await words_of(ledger, ben)) == ([45], [110])


async def test_who_begins_to_count_in_a_sprint_that_the_guest_counted_in_has_it_once(ledger: SqlLedger) -> None:
    room = await group(ledger)
    ben, ada = room.people
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [room.row(0, NOW + 5, 100)], NOW)
    await merged(ledger, ada, ben)

    await ledger.checkpoint(sprint.id, [room.row(1, NOW + 2, 30)], NOW)
    assert await words_of(ledger, ada) == [100]
    member = await ledger.member(room.room.id, ada.id)
    assert member is not None
    await ledger.mine.say(sprint.id, member, {"note": "both of mine"}, NOW)
    assert (await ledger.mine.of(sprint.id, ada.id)).note == "both of mine"
    assert [each.note for each in await ledger.history.page(ada.id, 1_000)] == ["both of mine"]


async def test_beside_checkpoints_of_both_nothing_is_lost_or_counted_twice(ledger: SqlLedger) -> None:
    room = await group(ledger)
    ben, ada = room.people
    sprint = await room.start()
    meeting = await met_with_a_count(ledger, ada, ben, sprint.id)
    offers = [room.row(n % 2, NOW + 2 + n, n) for n in range(40)]

    await asyncio.gather(
        *(ledger.checkpoint(sprint.id, [row], NOW) for row in offers[:20]),
        ledger.merges.merge(ada.id, meeting, HERE, NOW),
        *(ledger.checkpoint(sprint.id, [row], NOW) for row in offers[20:]),
        ledger.merges.part(ada.id, meeting, NOW),
        ledger.merges.merge(ada.id, meeting, HERE, NOW),
    )

    assert {slot: row.words for slot, row in (await room.registers(sprint)).items()} == {0: 38, 1: 39}
    assert await words_of(ledger, ada) == [39]
    assert await words_of(ledger, ben) == []


async def met_with_a_count(ledger: SqlLedger, ada: Person, ben: Person, sprint: int) -> str:
    await ledger.checkpoint(sprint, [CountRow(0, ben.id, Register(NOW + 1, 1, 0))], NOW)
    return (await met(ledger, ada, ben)).id


async def test_what_was_written_since_stays_the_writer_s(ledger: SqlLedger) -> None:
    room, (ada,) = await group(ledger, 1), await guests(ledger, 1)
    ben = room.host
    await entered(ledger, ben, 100)
    project = await project_of(ledger, ben)
    meeting = await merged(ledger, ada, ben)
    room.people[0] = ada
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [CountRow(0, ada.id, Register(NOW + 1, 70, 0))], NOW)
    await entered(ledger, ada, 50, project=project)

    await ledger.merges.part(ada.id, meeting.id, NOW)

    assert (await words_of(ledger, ada), await words_of(ledger, ben)) == ([50, 70], [100])
    place = await ledger.member(room.room.id, ada.id)
    assert place is not None
    assert place.slot == 0, "or the board would show these words as the guest's"
    assert [each.project for each in await ledger.history.page(ada.id, 1_000)] == [None, None]


async def test_undo_holds_for_a_day_and_is_for_both(ledger: SqlLedger) -> None:
    ada, ben, cleo = await guests(ledger, 3)
    await entered(ledger, ben, 100)
    meeting = await merged(ledger, ada, ben)

    with pytest.raises(RuleError, match="more than a day ago"):
        await ledger.merges.part(ada.id, meeting.id, NOW + UNDO_MS + 1)
    with pytest.raises(LookupError):
        await ledger.merges.part(cleo.id, meeting.id, NOW)
    await ledger.merges.part(ben.id, meeting.id, NOW + UNDO_MS)
    assert await words_of(ledger, ben) == [100]


async def test_a_merge_within_a_merge_is_undone_after_it(ledger: SqlLedger) -> None:
    ada, ben, cleo = await guests(ledger, 3)
    for writer, words in ((ada, 1), (ben, 2), (cleo, 3)):
        await entered(ledger, writer, words)
    first, then = await merged(ledger, ben, cleo), await merged(ledger, ada, ben)

    with pytest.raises(RuleError, match="later merge"):
        await ledger.merges.part(ben.id, first.id, NOW)
    await ledger.merges.part(ada.id, then.id, NOW)
    assert (await words_of(ledger, ada), await words_of(ledger, ben)) == ([1], [2, 3])
    await ledger.merges.part(ben.id, first.id, NOW)
    assert (await words_of(ledger, ben), await words_of(ledger, cleo)) == ([2], [3])


async def test_who_keeps_an_account_is_merged_into_nobody(ledger: SqlLedger) -> None:
    ada, ben, cleo = await guests(ledger, 3)
    for writer in ben, cleo:
        await entered(ledger, writer, 100)
    meeting = await met(ledger, ada, ben)
    keys = {"transports": "", "name": "A phone", "created_at": NOW, "public_key": b"", "sign_count": 0}
    async with ledger._database.writing() as connection:
        for writer in ben, cleo:
            await connection.execute(insert(passkeys).values(id=str(uuid4()), writer=writer.id, **keys))

    with pytest.raises(RuleError, match="keeps an account"):
        await ledger.merges.merge(ada.id, meeting.id, HERE, NOW)
    with pytest.raises(RuleError, match="keeps an account"):
        await ledger.merges.guest(ada.id, meeting.id, HERE)
    await meet(ledger, ada, cleo, HERE)
    assert [each.other for each in await ledger.merges.of(ada.id, HERE)] == [ben]


async def test_what_comes_to_the_guest_after_it_can_be_brought_along_later(ledger: SqlLedger) -> None:
    ada, ben = await guests(ledger, 2)
    await entered(ledger, ben, 100, days_ago=1)
    meeting = await merged(ledger, ada, ben)
    await entered(ledger, ben, 20)
    assert [each.sessions for each in await ledger.merges.of(ada.id, HERE)] == [1]

    again = await ledger.merges.merge(ada.id, meeting.id, HERE, NOW + DAY - SECOND)

    assert again.did is not None
    assert (again.did.sessions, again.did.days, again.did.words_before, again.did.words_after) == (2, 2, 0, 120)
    assert again.undo_until == NOW + DAY - SECOND + UNDO_MS
    assert {each.what for each in await ledger.audit.of(ben.id)} == {"merged"}
    await ledger.merges.part(ada.id, meeting.id, NOW + DAY)
    assert (await words_of(ledger, ada), await words_of(ledger, ben)) == ([], [20, 100])
