"""What has served its time is deleted, and nothing else."""

import asyncio

import pytest

from protocol.messages import CommandArgs, Nothing, OfSprint, Op, Start
from server.ledger import pruning
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import DAY, HOUR, MINUTE, NOW, Place, group, known_by, row_counts


async def rows(ledger: SqlLedger) -> tuple[int, int, int]:
    counts = await row_counts(ledger)
    return counts["commands"], counts["outbox"], counts["auth_sessions"]


async def test_answers_of_commands_are_kept_for_two_days(ledger: SqlLedger) -> None:
    room = await group(ledger, 1)
    first = await room.command(0, Op.START, Start(1_200, 0), id="start")
    assert first.sprint is not None
    await room.command(0, Op.CANCEL, OfSprint(first.sprint.id), now=NOW + MINUTE, id="cancel")

    assert await ledger.prune(NOW + 2 * DAY) == 0
    assert await room.command(0, Op.START, Start(1_200, 0), now=NOW + 2 * DAY, id="start") == first
    assert await ledger.prune(NOW + 2 * DAY + 1) == 1
    assert await rows(ledger) == (1, 0, 1)


async def test_work_is_forgotten_a_week_after_it_was_done_and_never_while_it_is_not(ledger: SqlLedger) -> None:
    for _ in range(2):
        await ledger.finalise((await (await group(ledger, 1)).start()).id, NOW + HOUR)
    done, undone = await ledger.claim_outbox(["sprint.final"], HOUR, NOW + HOUR)
    await ledger.done_outbox(done.id, NOW + DAY)
    assert await ledger.prune(NOW + 8 * DAY) == 2  # the commands

    assert await ledger.prune(NOW + 8 * DAY + 1) == 1
    assert [row.id for row in await ledger.claim_outbox(["sprint.final"], HOUR, NOW + 99 * DAY)] == [undone.id]


async def test_a_session_is_deleted_once_it_has_expired(ledger: SqlLedger) -> None:
    now = await ledger.now_ms()
    await ledger.new_guest("Ann", "UTC", "still good", now - 399 * DAY)
    await ledger.new_guest("Ben", "UTC", "expired", now - 401 * DAY)

    assert await ledger.prune(now) == 1
    assert await known_by(ledger, "still good") is not None
    assert (await row_counts(ledger))["writers"] == 2


async def test_many_rows_go_in_small_transactions_and_in_two_processes_at_once(
    database: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "MAX_PRUNE", 3)
    ledger = await database.open()
    other = ledger if database.is_sqlite else await database.open()
    room = await group(ledger, 2)
    leave: tuple[Op, CommandArgs] = (Op.LEAVE, Nothing())
    await asyncio.gather(*(room.command(1, *leave) for _ in range(20)))

    pruned = await asyncio.gather(*(each.prune(NOW + 3 * DAY) for each in (ledger, other)))

    assert sum(pruned) == 20
    assert await rows(ledger) == (0, 0, 2)
