"""A handle is one writer's, whoever else asks for it at the same time, and nobody's for a while after."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import insert

from protocol.codes import ErrorCode
from server.core.records import Handle, Noted, Person
from server.core.sprint import RuleError
from server.ledger.handles import FREED_MS
from server.ledger.ledger import SqlLedger
from server.ledger.tables import identities
from tests.support.ledgers import MINUTE, NOW, Place, guests, row_counts

ANN = Handle("ann-lee", "annlee")
PROVIDER = "https://login.example"


async def kept(ledger: SqlLedger, n: int) -> list[Person]:
    """Writers with a way to sign in again."""
    people = await guests(ledger, n)
    rows = [{"issuer": PROVIDER, "subject": str(each.id), "writer": each.id, "created_at": NOW} for each in people]
    async with ledger._database.writing() as connection:
        await connection.execute(insert(identities), rows)
    return people


async def choose(ledger: SqlLedger, person: Person, handle: Handle | None, now: int = NOW) -> str | None:
    return (await ledger.change_profile(person.id, {"handle": handle}, now, "", PROVIDER)).handle


async def refused(code: ErrorCode, *asked: Any) -> None:
    with pytest.raises(RuleError) as refusal:
        await choose(*asked)
    assert (refusal.value.code, refusal.value.field) == (code, "handle")


async def test_of_many_who_ask_at_once_one_has_it(database: Place) -> None:
    ledger = await database.open()
    other = ledger if database.is_sqlite else await database.open()
    people = await kept(ledger, 6)
    asked = [choose([ledger, other][n % 2], person, ANN) for n, person in enumerate(people)]
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert sorted(map(type, told), key=str) == [RuleError] * 5 + [str]
    profiles = [await ledger.profile(person.id) for person in people]
    assert [each.handle for each in profiles if each is not None and each.handle] == ["ann-lee"]


async def test_what_is_given_up_or_belonged_to_who_is_deleted_is_nobody_s_for_a_month(ledger: SqlLedger) -> None:
    ann, ben, eve = await kept(ledger, 3)
    assert await choose(ledger, ann, ANN) == "ann-lee"
    assert await choose(ledger, ann, Handle("annlee", "annlee"), NOW + MINUTE) == "annlee"  # written in another way
    assert await choose(ledger, ann, None, NOW + MINUTE) is None
    for person in (ann, ben):
        await refused(ErrorCode.CONFLICT, ledger, person, ANN, NOW + FREED_MS)
    assert await choose(ledger, ben, ANN, NOW + MINUTE + FREED_MS) == "ann-lee"

    gone_at = NOW + 2 * FREED_MS
    async for _ in ledger.deletion.finish(ben.id, gone_at):
        pass
    await refused(ErrorCode.CONFLICT, ledger, eve, ANN, gone_at + FREED_MS - 1)
    await ledger.prune(gone_at + FREED_MS)
    assert (await row_counts(ledger))["freed_handles"] == 1
    await ledger.prune(gone_at + FREED_MS + 1)
    assert (await row_counts(ledger))["freed_handles"] == 0
    assert await choose(ledger, eve, ANN, gone_at + FREED_MS) == "ann-lee"


async def test_a_handle_that_is_chosen_or_given_up_leaves_a_line(ledger: SqlLedger) -> None:
    ann, ben = await kept(ledger, 2)
    otherwise = Handle("annlee", ANN.key)
    for n, handle in enumerate((ANN, ANN, otherwise, None, None)):
        await ledger.change_profile(ann.id, {"handle": handle, "grace": n % 3}, NOW + n, "Firefox on Linux", PROVIDER)
    await refused(ErrorCode.CONFLICT, ledger, ben, ANN)
    assert await ledger.audit.of(ben.id) == []
    assert await ledger.audit.of(ann.id) == [
        Noted(NOW + 3, "handle_given_up", "annlee", "Firefox on Linux"),
        Noted(NOW + 2, "handle_chosen", "annlee", "Firefox on Linux"),
        Noted(NOW, "handle_chosen", "ann-lee", "Firefox on Linux"),
    ]


async def test_a_guest_has_none_and_may_give_up_what_they_have_not(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    await refused(ErrorCode.NOT_ALLOWED, ledger, ann, ANN)
    assert await choose(ledger, ann, None) is None
    assert (await row_counts(ledger))["freed_handles"] == 0
