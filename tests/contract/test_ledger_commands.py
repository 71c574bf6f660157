"""What hosts and writers do rarely: in one transaction with the command's id, refused without a trace."""

import asyncio

import pytest

from protocol.codes import ErrorCode
from protocol.messages import Baseline, CommandArgs, CountFlags, Extend, GiveCheer, Nothing, OfSprint, Op, Remove, Start
from server.core.board import Register
from server.core.sprint import Timeline, final_due
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import HOUR, MINUTE, NOW, SECOND, Group, group, guests, row_counts

START = Start(1_200, 60)
STARTS = NOW + MINUTE
TIMELINE = Timeline(STARTS, STARTS + 20 * MINUTE, STARTS + 22 * MINUTE)


async def test_a_host_starts_a_sprint_and_it_is_the_rooms(ledger: SqlLedger) -> None:
    room = await group(ledger)
    rev = await room.rev()

    outcome = await room.command(0, Op.START, START)

    assert outcome.code == ErrorCode.OK
    assert outcome.rev == rev + 1 == await room.rev()
    assert outcome.sprint is not None
    assert outcome.sprint.timeline == TIMELINE
    assert (outcome.sprint.room, outcome.sprint.round, outcome.sprint.final) == (room.room.id, 1, False)
    state = await ledger.room_state(room.room.id)
    assert state is not None
    assert state.sprint == outcome.sprint == await ledger.sprint(outcome.sprint.id)


async def test_a_clock_start_begins_on_the_minute_that_was_named(ledger: SqlLedger) -> None:
    room = await group(ledger)

    outcome = await room.command(0, Op.START, Start(900, starts_at=NOW + 7 * MINUTE))

    assert outcome.sprint is not None
    assert outcome.sprint.timeline.starts == NOW + 7 * MINUTE


async def test_a_repeat_answers_as_the_first_time_whatever_has_become_since(ledger: SqlLedger) -> None:
    room = await group(ledger)
    first = await room.command(0, Op.START, START, id="once")
    assert first.sprint is not None
    await room.command(0, Op.CANCEL, OfSprint(first.sprint.id))

    again = await room.command(0, Op.START, START, now=NOW + HOUR, id="once")

    assert again == first
    assert (await row_counts(ledger))["sprints"] == 1


async def test_repeats_that_come_together_start_one_sprint(ledger: SqlLedger) -> None:
    room = await group(ledger)

    outcomes = await asyncio.gather(*(room.command(0, Op.START, START, id="once") for _ in range(5)))

    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert outcomes[0].code == ErrorCode.OK


async def test_the_same_id_means_another_command_from_another_writer_or_room(ledger: SqlLedger) -> None:
    one, other = await group(ledger), await group(ledger)

    outcomes = [await each.command(0, Op.START, START, id="7") for each in (one, other)]
    left = await one.command(1, Op.LEAVE, Nothing(), id="7")

    assert [outcome.code for outcome in (*outcomes, left)] == [ErrorCode.OK] * 3
    assert outcomes[0].sprint != outcomes[1].sprint


async def test_of_two_hosts_who_start_at_once_one_is_told_of_the_others_sprint(ledger: SqlLedger) -> None:
    room = await group(ledger)

    outcomes = await asyncio.gather(*(room.command(0, Op.START, START) for _ in range(2)))

    assert sorted(outcome.code for outcome in outcomes) == [ErrorCode.OK, ErrorCode.CONFLICT]
    assert (await row_counts(ledger))["sprints"] == 1


async def test_a_sprint_can_be_extended_ended_early_and_called_off(ledger: SqlLedger) -> None:
    room = await group(ledger)
    sprint = await room.start()
    of = OfSprint(sprint.id)
    rev = await room.rev()

    extended = await room.command(0, Op.EXTEND, Extend(sprint.id, 300))
    ended = await room.command(0, Op.END, of, now=NOW + 5 * MINUTE)
    closed = await room.command(0, Op.END, of, now=NOW + 6 * MINUTE)
    too_late = await room.command(0, Op.CANCEL, of, now=NOW + 7 * MINUTE)

    assert extended.sprint is not None
    assert ended.sprint is not None
    assert closed.sprint is not None
    assert extended.sprint.timeline == Timeline(NOW, NOW + 25 * MINUTE, NOW + 27 * MINUTE)
    assert ended.sprint.timeline == Timeline(NOW, NOW + 5 * MINUTE, NOW + 7 * MINUTE)
    assert closed.sprint.timeline == Timeline(NOW, NOW + 5 * MINUTE, NOW + 6 * MINUTE)
    assert [outcome.rev for outcome in (extended, ended, closed, too_late)] == [rev + 1, rev + 2, rev + 3, rev + 3]
    assert too_late.code == ErrorCode.CONFLICT


async def test_after_a_cancelled_sprint_another_can_start_at_once(ledger: SqlLedger) -> None:
    room = await group(ledger)
    sprint = await room.start()

    cancelled = await room.command(0, Op.CANCEL, OfSprint(sprint.id), now=NOW + SECOND)
    next_one = await room.start(now=NOW + 2 * SECOND)

    assert cancelled.sprint is not None
    assert cancelled.sprint.timeline.cancelled == NOW + SECOND
    assert not cancelled.sprint.final
    assert (next_one.round, next_one.timeline.starts) == (2, NOW + 2 * SECOND)
    assert await ledger.finalise(sprint.id, NOW + HOUR) is None
    assert await ledger.claim_outbox(["sprint.final"], MINUTE, NOW) == []


async def test_a_new_round_leaves_the_former_its_time_to_become_final(ledger: SqlLedger) -> None:
    room = await group(ledger)
    older = await room.start()
    ends, due = older.timeline.reporting_ends, final_due(older.timeline)
    kinds = ["sprint.final"]

    newer = await room.start(now=ends)
    assert await ledger.finalise(older.id, due - 1) is None
    assert await ledger.overdue(due, HOUR) == []
    assert await ledger.claim_outbox(kinds, MINUTE, due) == []
    # Another process had not stored this yet when the next round began.
    await ledger.checkpoint(older.id, [room.row(1, ends - 1, 40, CountFlags.IN)], ends + SECOND)

    assert await ledger.overdue(due + 1, HOUR) == [(room.room.id, older.id)]
    assert await ledger.finalise(older.id, due + 1) == await room.rev()
    assert await ledger.finalise(older.id, due + 2) is None
    assert await ledger.overdue(due + 2, HOUR) == []
    finished, current = await ledger.sprint(older.id), await ledger.sprint(newer.id)
    assert finished is not None
    assert finished.final
    assert current == newer
    assert [row.payload["sprint"] for row in await ledger.claim_outbox(kinds, MINUTE, due)] == [older.id]
    assert await room.registers(older) == {1: Register(ends - 1, 40, CountFlags.IN)}


async def test_a_count_after_the_former_became_final_still_tells_the_room(ledger: SqlLedger) -> None:
    room = await group(ledger)
    older = await room.start()
    await room.start(now=older.timeline.reporting_ends)
    await ledger.finalise(older.id, final_due(older.timeline))
    rev = await room.rev()

    await ledger.checkpoint(older.id, [room.row(1, NOW, 40, CountFlags.IN)], NOW + HOUR)

    assert await room.rev() == rev + 1


def _refused(sprint: int) -> list[tuple[str, int, Op, CommandArgs, ErrorCode, str]]:
    """What, by whom, and how it is refused while a sprint is running."""
    no_such = ErrorCode.NO_SUCH_SPRINT
    return [
        ("a second start", 0, Op.START, START, ErrorCode.CONFLICT, ""),
        ("a writer's start", 1, Op.START, START, ErrorCode.NOT_ALLOWED, ""),
        ("a writer's cancel", 1, Op.CANCEL, OfSprint(sprint), ErrorCode.NOT_ALLOWED, ""),
        ("a writer's extend", 1, Op.EXTEND, Extend(sprint, 60), ErrorCode.NOT_ALLOWED, ""),
        ("a writer's end", 1, Op.END, OfSprint(sprint), ErrorCode.NOT_ALLOWED, ""),
        ("a writer's removal", 1, Op.REMOVE, Remove(0), ErrorCode.NOT_ALLOWED, ""),
        ("a removed writer's total", 2, Op.BASELINE, Baseline(sprint, 5), ErrorCode.NOT_ALLOWED, ""),
        ("another sprint's cancel", 0, Op.CANCEL, OfSprint(sprint + 1), no_such, "sprint"),
        ("another sprint's end", 0, Op.END, OfSprint(2**53 - 1), no_such, "sprint"),
        ("another sprint's total", 1, Op.BASELINE, Baseline(sprint + 1, 5), no_such, "sprint"),
        ("too long", 0, Op.EXTEND, Extend(sprint, 86_400), ErrorCode.BAD_REQUEST, "minutes"),
        ("removing oneself", 0, Op.REMOVE, Remove(0), ErrorCode.BAD_REQUEST, "slot"),
        ("removing nobody", 0, Op.REMOVE, Remove(2**31 - 1), ErrorCode.BAD_REQUEST, "slot"),
        ("a cheer, which is not kept", 0, Op.CHEER, GiveCheer(1), ErrorCode.BAD_REQUEST, "op"),
        ("an op that is none", 0, Op.LEAVE + 100, Nothing(), ErrorCode.BAD_REQUEST, "op"),  # type: ignore[list-item]
    ]


async def test_what_is_refused_leaves_no_trace(ledger: SqlLedger) -> None:
    room = await group(ledger, 3)
    await room.command(0, Op.REMOVE, Remove(2))
    sprint = await room.start()
    before = await ledger.room_state(room.room.id), await row_counts(ledger)

    for what, who, op, args, code, field in _refused(sprint.id):
        outcome = await room.command(who, op, args, now=NOW + MINUTE)
        assert (outcome.code, outcome.field) == (code, field), what
        assert outcome.rule, what
        assert outcome.rev == await room.rev(), what

    assert (await ledger.room_state(room.room.id), await row_counts(ledger)) == before


async def test_strangers_may_do_nothing_and_leaving_is_nothing(ledger: SqlLedger) -> None:
    room, elsewhere = await group(ledger), await group(ledger)
    sprint = await room.start()
    stranger = Group(ledger, room.room, elsewhere.people)

    refused = [
        await stranger.command(0, op, args, id=f"try {op}")
        for op, args in ((Op.START, START), (Op.BASELINE, Baseline(sprint.id, 1)), (Op.REMOVE, Remove(0)))
    ]
    left = await stranger.command(0, Op.LEAVE, Nothing(), id="leave")

    assert {outcome.code for outcome in refused} == {ErrorCode.NOT_ALLOWED}
    assert (left.code, left.rev) == (ErrorCode.OK, await room.rev())


async def test_a_command_to_a_room_that_is_not_there_is_answered(ledger: SqlLedger) -> None:
    room = await group(ledger)

    outcome = await ledger.command(404, room.host.id, "1", Op.START, START, NOW)

    assert outcome.code == ErrorCode.NOT_FOUND


@pytest.mark.parametrize("counted_before", [True, False])
async def test_a_start_total_is_kept_whether_or_not_a_count_came_first(ledger: SqlLedger, counted_before: bool) -> None:
    room = await group(ledger)
    sprint = await room.start()
    count = room.row(1, NOW + SECOND, 40, joined_at=NOW + MINUTE)
    if counted_before:
        await ledger.checkpoint(sprint.id, [count], NOW)

    set_first = await room.command(1, Op.BASELINE, Baseline(sprint.id, 50_000), now=NOW + MINUTE)
    changed = await room.command(1, Op.BASELINE, Baseline(sprint.id, 50_230), now=NOW + MINUTE)
    if not counted_before:
        assert (await ledger.counts(sprint.id))[0].register.seq == 0
        assert await ledger.results(sprint.id) == []
        await ledger.checkpoint(sprint.id, [count], NOW)

    assert set_first.code == changed.code == ErrorCode.OK
    (row,) = await ledger.counts(sprint.id)
    assert (row.start_total, row.register.words, row.joined_at) == (50_230, 40, NOW + MINUTE)


async def test_a_start_total_set_after_the_bell_makes_nobody_late(ledger: SqlLedger) -> None:
    room = await group(ledger)
    sprint = await room.start(now=NOW + MINUTE)
    late = await ledger.join(room.room.id, (await guests(ledger, 1))[0], NOW + 3 * MINUTE)
    after = sprint.timeline.ends + SECOND

    for writer in (room.people[1].id, late.writer):
        await ledger.command(room.room.id, writer, "total", Op.BASELINE, Baseline(sprint.id, 50_000), after)

    joined = {row.slot: row.joined_at for row in await ledger.counts(sprint.id)}
    assert joined == {1: sprint.timeline.starts, late.slot: NOW + 3 * MINUTE}


async def test_a_first_count_says_since_when_its_writer_is_in_the_sprint(ledger: SqlLedger) -> None:
    room = await group(ledger)
    sprint = await room.start()
    await room.command(1, Op.BASELINE, Baseline(sprint.id, 50_000), now=NOW + MINUTE)

    for since in (2 * MINUTE, 3 * MINUTE):
        await ledger.checkpoint(sprint.id, [room.row(1, NOW + since, 40, joined_at=NOW + since)], NOW + since)

    (row,) = await ledger.counts(sprint.id)
    assert (row.start_total, row.joined_at) == (50_000, NOW + 2 * MINUTE)
