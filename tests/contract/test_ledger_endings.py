"""How a sprint ends in SQL: early once everybody is in, final once, with what must happen once."""

import asyncio

from protocol.messages import Baseline, CountFlags, Nothing, OfSprint, Op, Remove
from server.core.records import SprintRecord
from server.core.sprint import FINAL_DELAY_MS
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import DAY, MINUTE, NOW, SECOND, Group, group

IN = CountFlags.IN


async def sprint_of(n: int, ledger: SqlLedger) -> tuple[Group, SprintRecord, int]:
    """A room of n, its sprint, and an instant after the bell at which the reporting window may be ended."""
    room = await group(ledger, n)
    sprint = await room.start()
    return room, sprint, sprint.timeline.ends + FINAL_DELAY_MS


async def test_the_reporting_window_ends_once_everybody_is_in(ledger: SqlLedger) -> None:
    room, sprint, after_bell = await sprint_of(2, ledger)
    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 10, IN), room.row(1, NOW, 20)], NOW)
    rev = await room.rev()

    assert await ledger.close_if_all_in(sprint.id, after_bell) is None
    await ledger.checkpoint(sprint.id, [room.row(1, NOW + 1, 20, IN)], NOW)
    assert await ledger.close_if_all_in(sprint.id, after_bell) == rev + 1

    closed = await ledger.sprint(sprint.id)
    assert closed is not None
    assert closed.timeline.reporting_ends == after_bell
    assert await ledger.close_if_all_in(sprint.id, after_bell + SECOND) is None
    assert await room.rev() == rev + 1


async def test_it_does_not_end_while_writing_nor_before_every_process_could_store_what_the_bell_left(
    ledger: SqlLedger,
) -> None:
    room, sprint, after_bell = await sprint_of(1, ledger)
    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 10, IN)], NOW)

    assert await ledger.close_if_all_in(sprint.id, NOW + MINUTE) is None
    assert await ledger.close_if_all_in(sprint.id, after_bell - 1) is None
    assert await ledger.close_if_all_in(sprint.id, sprint.timeline.reporting_ends) is None


async def test_it_does_not_wait_for_who_left_or_was_removed(ledger: SqlLedger) -> None:
    room, sprint, after_bell = await sprint_of(3, ledger)
    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 9, IN), room.row(1, NOW, 1), room.row(2, NOW, 1)], NOW)

    await room.command(1, Op.LEAVE, Nothing())
    assert await ledger.close_if_all_in(sprint.id, after_bell) is None
    await room.command(0, Op.REMOVE, Remove(2))
    assert await ledger.close_if_all_in(sprint.id, after_bell) is not None


async def test_a_start_total_alone_is_not_waited_for_and_is_no_report(ledger: SqlLedger) -> None:
    room, sprint, after_bell = await sprint_of(2, ledger)
    await room.command(1, Op.BASELINE, Baseline(sprint.id, 50_000))

    assert await ledger.close_if_all_in(sprint.id, after_bell) is None
    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 10, IN)], NOW)
    assert await ledger.close_if_all_in(sprint.id, after_bell) is not None


async def test_it_waits_where_nobody_has_counted_yet(ledger: SqlLedger) -> None:
    _, sprint, after_bell = await sprint_of(2, ledger)

    assert await ledger.close_if_all_in(sprint.id, after_bell) is None


async def test_results_become_final_once_they_are_due_and_only_once(ledger: SqlLedger) -> None:
    room, sprint, _ = await sprint_of(1, ledger)
    due = sprint.timeline.reporting_ends + FINAL_DELAY_MS
    rev = await room.rev()

    assert await ledger.finalise(sprint.id, due - 1) is None
    revs = await asyncio.gather(*(ledger.finalise(sprint.id, due) for _ in range(3)))

    assert revs == [rev + 1] * 3  # they went in one transaction, and each is told of it
    assert await ledger.finalise(sprint.id, due + SECOND) is None
    final = await ledger.sprint(sprint.id)
    assert final is not None
    assert final.final
    (row,) = await ledger.claim_outbox(["sprint.final"], MINUTE, due)
    assert (row.payload, row.attempts) == ({"sprint": sprint.id, "room": room.room.id}, 1)


async def test_a_sprint_that_is_not_there_does_not_end(ledger: SqlLedger) -> None:
    assert await ledger.sprint(404) is None
    assert await ledger.finalise(404, NOW) is None
    assert await ledger.close_if_all_in(404, NOW) is None


async def test_overdue_are_those_that_nobody_has_finished(ledger: SqlLedger) -> None:
    forgotten, called_off, finished = [await sprint_of(1, ledger) for _ in range(3)]
    due = forgotten[1].timeline.reporting_ends + FINAL_DELAY_MS
    await called_off[0].command(0, Op.CANCEL, OfSprint(called_off[1].id))
    await ledger.finalise(finished[1].id, due)

    assert await ledger.overdue(due + 30 * SECOND, 30 * SECOND) == []
    assert await ledger.overdue(due + 31 * SECOND, 30 * SECOND) == [(forgotten[0].room.id, forgotten[1].id)]
    assert await ledger.overdue(due + 1, 0) == [(forgotten[0].room.id, forgotten[1].id)]


async def test_what_must_happen_once_is_claimed_until_done_or_the_lease_runs_out(ledger: SqlLedger) -> None:
    _, sprint, _ = await sprint_of(1, ledger)
    later = NOW + DAY
    await ledger.finalise(sprint.id, later)
    kinds = ["sprint.final"]

    assert await ledger.claim_outbox(["another kind"], MINUTE, later) == []
    (first,) = await ledger.claim_outbox(kinds, MINUTE, later)
    assert await ledger.claim_outbox(kinds, MINUTE, later + MINUTE - 1) == []
    (again,) = await ledger.claim_outbox(kinds, MINUTE, later + MINUTE)
    assert (again.id, again.subject, again.attempts) == (first.id, f"sprint:{sprint.id}", 2)
    await ledger.done_outbox(first.id, later + MINUTE)
    assert await ledger.claim_outbox(kinds, MINUTE, later + DAY) == []


async def test_who_looks_for_what_is_to_be_done_and_finds_nothing_waits_for_no_write(ledger: SqlLedger) -> None:
    async with ledger._database.writing():  # SQLite has one at a time
        assert await asyncio.wait_for(ledger.claim_outbox(["sprint.final"], MINUTE, NOW), 5) == []
