"""Checkpoints: whatever order counts come in, however often, the greatest (seq, words, flags) stands."""

import asyncio
from itertools import permutations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.messages import CountFlags, Nothing, Op, Remove
from server.core.board import Board, Register
from server.core.records import CountRow
from server.ledger.ledger import SqlLedger
from tests.conftest import LONG
from tests.support.ledgers import DAY, HOUR, MINUTE, NOW, SECOND, counted, group, row_counts


async def test_what_is_stored_is_answered_and_read_back(ledger: SqlLedger) -> None:
    room = await group(ledger, 3)
    sprint = await room.start()

    stands = await ledger.checkpoint(
        sprint.id, [room.row(0, NOW + 1, 120, active_ms=60_000), room.row(2, NOW + 2, -30, joined_at=NOW + 90)], NOW
    )

    assert stands == {
        0: CountRow(0, room.people[0].id, Register(NOW + 1, 120, 0), 60_000, joined_at=NOW),
        2: CountRow(2, room.people[2].id, Register(NOW + 2, -30, 0), joined_at=NOW + 90),
    }
    assert await ledger.counts(sprint.id) == [stands[0], stands[2]]


async def test_the_newest_count_wins_also_where_it_has_fewer_words(ledger: SqlLedger) -> None:
    room = await group(ledger)
    sprint = await room.start()

    for seq, words in ((NOW + 5, 300), (NOW + 9, 12), (NOW + 7, 900)):
        stands = await ledger.checkpoint(sprint.id, [room.row(0, seq, words)], NOW)

    assert stands[0].register == Register(NOW + 9, 12, 0)
    assert await room.registers(sprint) == {0: Register(NOW + 9, 12, 0)}


async def test_of_equal_stamps_more_words_win_and_then_the_flags(ledger: SqlLedger) -> None:
    offered = [(NOW, 10, 0), (NOW, 10, CountFlags.FOLLOWED), (NOW, 9, CountFlags.LATE)]
    orders = list(permutations(offered))
    room = await group(ledger, len(orders))
    sprint = await room.start()

    for place in range(len(offered)):
        rows = [room.row(slot, *order[place]) for slot, order in enumerate(orders)]
        await ledger.checkpoint(sprint.id, rows, NOW)

    assert await room.registers(sprint) == dict.fromkeys(range(6), Register(NOW, 10, CountFlags.FOLLOWED))


async def test_active_time_only_grows_and_does_not_wait_for_a_newer_count(ledger: SqlLedger) -> None:
    room = await group(ledger)
    sprint = await room.start()

    for seq, active_ms in ((NOW + 5, 1_000), (NOW + 5, 9_000), (NOW + 6, 2_000)):
        stands = await ledger.checkpoint(sprint.id, [room.row(0, seq, 1, active_ms=active_ms)], NOW)

    assert (stands[0].register.seq, stands[0].active_ms) == (NOW + 6, 9_000)


async def test_an_offer_below_what_stands_is_answered_with_what_stands(ledger: SqlLedger) -> None:
    room = await group(ledger)
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [room.row(0, NOW + 5, 50), room.row(1, NOW + 5, 51)], NOW)

    stands = await ledger.checkpoint(sprint.id, [room.row(0, NOW + 4, 40)], NOW)

    assert {slot: row.register for slot, row in stands.items()} == {0: Register(NOW + 5, 50, 0)}


async def test_many_callers_at_once_are_each_answered_for_their_own_rows(ledger: SqlLedger) -> None:
    one, other = await group(ledger, 10), await group(ledger, 10)
    sprints = [await one.start(), await other.start()]

    answers = await asyncio.gather(
        *(
            ledger.checkpoint(sprint.id, [room.row(slot, NOW + slot, slot)], NOW)
            for slot in range(10)
            for room, sprint in zip((one, other), sprints, strict=True)
        )
    )

    assert [list(answer) for answer in answers] == [[slot] for slot in range(10) for _ in range(2)]
    assert [row.register.words for row in await ledger.counts(sprints[1].id)] == list(range(10))


async def test_a_batch_of_a_thousand_is_stored_whole(ledger: SqlLedger) -> None:
    room = await group(ledger, 250)
    sprint = await room.start()

    await asyncio.gather(
        *(ledger.checkpoint(sprint.id, [room.row(slot, NOW + n, n) for slot in range(250)], NOW) for n in range(4))
    )

    assert [row.register for row in await ledger.counts(sprint.id)] == [Register(NOW + 3, 3, 0)] * 250


async def test_rows_of_nobody_are_left_out(ledger: SqlLedger) -> None:
    room, elsewhere = await group(ledger), await group(ledger)
    sprint = await room.start()
    before = await row_counts(ledger)
    strangers = [
        CountRow(1, elsewhere.people[1].id, Register(NOW, 1, 0)),
        CountRow(0, room.people[1].id, Register(NOW, 1, 0)),
        CountRow(9, 987_654, Register(NOW, 1, 0)),
    ]

    assert await ledger.checkpoint(sprint.id, strangers, NOW) == {}
    assert await ledger.checkpoint(987_654, [room.row(0, NOW, 1)], NOW) == {}
    assert await ledger.checkpoint(sprint.id, [], NOW) == {}
    assert await row_counts(ledger) == before


async def test_the_words_of_who_left_or_was_removed_are_kept_and_the_removed_are_not_shown(ledger: SqlLedger) -> None:
    room = await group(ledger, 3)
    sprint = await room.start()
    await room.command(1, Op.LEAVE, Nothing())
    await room.command(0, Op.REMOVE, Remove(2))

    stands = await ledger.checkpoint(sprint.id, [room.row(slot, NOW + 1, 10 + slot) for slot in range(3)], NOW)

    assert sorted(stands) == [0, 1, 2]
    assert [(each.slot, each.register.words) for each in await ledger.results(sprint.id)] == [(0, 10), (1, 11)]
    assert [each.words for each in await ledger.history.page(room.people[2].id, 1_000)] == [12]


async def test_a_report_is_remembered_with_the_time_of_the_first(ledger: SqlLedger) -> None:
    room = await group(ledger)
    sprint = await room.start()

    await ledger.checkpoint(sprint.id, [room.row(0, NOW + 1, 10, CountFlags.IN)], NOW + MINUTE)
    await ledger.checkpoint(sprint.id, [room.row(0, NOW + 2, 11)], NOW + 2 * MINUTE)
    await ledger.checkpoint(sprint.id, [room.row(0, NOW + 3, 12, CountFlags.IN)], NOW + 3 * MINUTE)

    (result,) = await ledger.results(sprint.id)
    assert (result.register.words, result.reported_at, result.name) == (12, NOW + MINUTE, "Writer 0")


async def test_a_report_that_an_unreported_count_overtook_in_one_batch_is_remembered(ledger: SqlLedger) -> None:
    room = await group(ledger)
    sprint = await room.start()

    await asyncio.gather(
        ledger.checkpoint(sprint.id, [room.row(0, NOW + 2, 11)], NOW),
        ledger.checkpoint(sprint.id, [room.row(0, NOW + 1, 10, CountFlags.IN)], NOW + SECOND),
    )

    (result,) = await ledger.results(sprint.id)
    assert result.register == Register(NOW + 2, 11, 0)
    assert result.reported_at is not None


async def test_a_session_begins_with_the_sprint_or_with_the_later_joining_but_never_after_the_end(
    ledger: SqlLedger,
) -> None:
    room = await group(ledger, 3)
    sprint = await room.start()
    joined = (NOW - HOUR, NOW + 5 * MINUTE, NOW + 21 * MINUTE)

    await ledger.checkpoint(sprint.id, [room.row(slot, NOW, 1, joined_at=at) for slot, at in enumerate(joined)], NOW)

    began = [each.started_at for each in await ledger.results(sprint.id)]
    assert began == [NOW, NOW + 5 * MINUTE, sprint.timeline.ends]


async def test_a_count_before_the_results_does_not_touch_the_rooms_rev(ledger: SqlLedger) -> None:
    room = await group(ledger)
    sprint = await room.start()
    rev = await room.rev()

    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 1)], NOW)

    assert await room.rev() == rev


async def test_a_late_count_revises_final_results_once(ledger: SqlLedger) -> None:
    room = await group(ledger)
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 100)], NOW)
    rev = await ledger.finalise(sprint.id, NOW + HOUR)
    assert rev is not None
    late = room.row(1, NOW + MINUTE, 80, CountFlags.LATE | CountFlags.IN)

    for _ in range(3):
        await ledger.checkpoint(sprint.id, [late], NOW + 2 * HOUR)

    assert await room.rev() == rev + 1
    assert [each.register.words for each in await ledger.results(sprint.id)] == [100, 80]
    assert [each.late for each in await ledger.history.page(room.people[1].id, 1_000)] == [True]


async def test_what_is_counted_after_seven_days_adds_nothing_to_the_streak_of_what_was_counted_before(
    ledger: SqlLedger,
) -> None:
    room = await group(ledger, 2)
    sprint = await room.start()
    ann, ben = (person.id for person in room.people)
    in_time = [room.row(0, NOW, 10, active_ms=MINUTE), room.row(1, NOW, 80)]
    await ledger.checkpoint(sprint.id, in_time, NOW)
    later = [room.row(0, NOW + 1, 500, active_ms=20 * MINUTE), room.row(1, NOW + 1, 30)]
    last = [room.row(0, NOW + 2, 900, active_ms=30 * MINUTE), room.row(1, NOW + 2, 90)]
    for places, at in ((later, 7 * DAY), (last, 7 * DAY + SECOND)):
        await ledger.checkpoint(sprint.id, places, sprint.timeline.starts + at)

    assert [each.register.words for each in await ledger.results(sprint.id)] == [900, 90]
    assert [each.words for each in await ledger.history.page(ann, 1_000)] == [900]
    assert [each[1:] for each in await counted(ledger, ann)] == [(500, 20)]
    assert [each[1:] for each in await counted(ledger, ben)] == [(30, 0)]


registers = st.builds(
    Register,
    seq=st.integers(NOW + 1, NOW + 4),
    words=st.integers(-3, 3),
    flags=st.sampled_from([0, CountFlags.REPORTED, CountFlags.IN, CountFlags.LATE | CountFlags.IN]),
)
offers = st.lists(st.tuples(st.integers(0, 2), registers, st.integers(0, 5)), min_size=1, max_size=10)


@settings(max_examples=100 if LONG else 12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offered=offers, data=st.data())
async def test_neither_the_order_of_offers_nor_their_number_matters(
    ledger: SqlLedger, offered: list[tuple[int, Register, int]], data: st.DataObject
) -> None:
    again = data.draw(st.permutations([*offered, *data.draw(st.lists(st.sampled_from(offered), max_size=4))]))
    together = data.draw(st.integers(1, 4), label="rows in one call")
    one, other = await group(ledger, 3), await group(ledger, 3)
    sprint, same = await one.start(), await other.start()

    for slot, register, active_ms in offered:
        await ledger.checkpoint(sprint.id, [one.row(slot, *register, active_ms=active_ms)], NOW)
    rows = [other.row(slot, *register, active_ms=active_ms) for slot, register, active_ms in again]
    calls = [rows[start : start + together] for start in range(0, len(rows), together)]
    await asyncio.gather(*(ledger.checkpoint(same.id, call, NOW) for call in calls))

    board = Board()
    for slot, register, _ in offered:
        board.merge(slot, register)
    stored = [
        [(each.slot, each.register, each.active_ms, each.reported_at) for each in await ledger.results(which.id)]
        for which in (sprint, same)
    ]
    assert stored[0] == stored[1]
    assert {slot: register for slot, register, _, _ in stored[0]} == {row.slot: row.register for row in board}
    for slot, _, active_ms, reported_at in stored[0]:
        mine = [each for each in offered if each[0] == slot]
        assert active_ms == max(active for _, _, active in mine)
        assert (reported_at is not None) == any(register.flags & CountFlags.IN for _, register, _ in mine)


async def test_the_count_of_one_writer_is_theirs_among_all(ledger: SqlLedger) -> None:
    room = await group(ledger, 3)
    sprint, other = await room.start(), await group(ledger)
    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 10), room.row(1, NOW + 1, 20, active_ms=5)], NOW)

    assert await ledger.count_of(sprint.id, room.people[1].id) == (await ledger.counts(sprint.id))[1]
    assert await ledger.count_of(sprint.id, room.people[2].id) is None
    assert await ledger.count_of(sprint.id, other.people[1].id) is None
    assert await ledger.count_of(404, room.people[1].id) is None
