"""How often something may be tried, counted for all processes together."""

import asyncio

from server.ledger.ledger import SqlLedger
from tests.support.ledgers import HOUR, MINUTE, NOW, SECOND, Place


async def waits(ledger: SqlLedger, what: str, *at: int) -> list[int]:
    return [await ledger.tries.count(what, now) for now in at]


async def test_five_tries_in_any_minute_and_not_one_more(ledger: SqlLedger) -> None:
    late = NOW + 50 * SECOND
    assert await waits(ledger, "code", *[late] * 6) == [0, 0, 0, 0, 0, 70 * SECOND]
    assert await waits(ledger, "other", late) == [0]

    next_minute = NOW + MINUTE
    assert await waits(ledger, "code", next_minute, NOW + 2 * MINUTE - 1) == [MINUTE, 1]
    assert await waits(ledger, "code", *[NOW + 2 * MINUTE] * 6) == [0, 0, 0, 0, 0, 2 * MINUTE]


async def test_tries_of_two_minutes_are_counted_together(ledger: SqlLedger) -> None:
    assert await waits(ledger, "code", *[NOW] * 3) == [0, 0, 0]
    assert await waits(ledger, "code", *[NOW + MINUTE] * 3) == [0, 0, MINUTE]
    # What was refused is not counted: it was never tried.
    assert await waits(ledger, "code", *[NOW + 2 * MINUTE] * 4) == [0, 0, 0, MINUTE]


async def test_tries_at_once_in_two_processes_are_five_too(database: Place) -> None:
    ledger = await database.open()
    other = ledger if database.is_sqlite else await database.open()
    came = await asyncio.gather(*(each.tries.count("code", NOW) for each in [ledger, other] * 10))
    assert sorted(came) == [0] * 5 + [2 * MINUTE] * 15


async def test_the_same_one_again_counts_once_in_two_minutes(ledger: SqlLedger) -> None:
    async def tried(one: str, at: int) -> int:
        return await ledger.tries.count("token", at, one)

    assert [await tried("expired", NOW) for _ in range(9)] == [0] * 9
    assert [await tried(f"guess {n}", NOW) for n in range(5)] == [0, 0, 0, 0, 2 * MINUTE]
    assert await tried("expired", NOW + MINUTE) == 0  # though nothing else goes any more
    assert await tried("guess 4", NOW + MINUTE) == MINUTE
    assert [await tried("expired", NOW + 2 * MINUTE) for _ in range(9)] == [0] * 9
    assert [await tried(f"guess {n}", NOW + 2 * MINUTE) for n in range(5)] == [0, 0, 0, 0, 2 * MINUTE]


async def test_the_same_one_at_once_in_two_processes_counts_once(database: Place) -> None:
    ledger = await database.open()
    other = ledger if database.is_sqlite else await database.open()
    came = await asyncio.gather(*(each.tries.count("token", NOW, "expired") for each in [ledger, other] * 10))
    assert came == [0] * 20
    assert await waits(ledger, "token", *[NOW] * 5) == [0, 0, 0, 0, 2 * MINUTE]


async def test_what_was_no_guess_is_given_back(ledger: SqlLedger) -> None:
    assert await waits(ledger, "code", *[NOW] * 5) == [0] * 5
    await ledger.tries.give_back("code", NOW)
    assert await waits(ledger, "code", NOW, NOW) == [0, 2 * MINUTE]


async def test_tries_are_pruned_once_they_count_no_more(ledger: SqlLedger) -> None:
    await waits(ledger, "code", *[NOW + MINUTE] * 5)
    await waits(ledger, "other", NOW)
    assert await ledger.prune(NOW + 2 * MINUTE) == 1
    assert await waits(ledger, "code", NOW + 2 * MINUTE) == [MINUTE]
    assert await ledger.prune(NOW + HOUR) == 1
