"""Identities at OpenID providers: each is one writer's, also where two processes give it to two at once."""

import asyncio

import pytest

from server.core.openid import Claimed
from server.core.records import Handle, SignedIn, SigningIn, TakenError
from server.core.sprint import RuleError
from server.ledger.ledger import SqlLedger
from tests.contract.histories import HERE, entered
from tests.support.ledgers import NOW, SECOND, Place, guests, known_by, meet, row_counts

ADA = Claimed("https://login.example", "ada")
GRACE = Claimed("https://login.example", "grace")
ELSEWHERE = Claimed("https://other.example", "ada")


def browser(n: int = 0) -> SigningIn:
    return SigningIn(f"token {n}", "Firefox on Linux")


async def signed_in(ledger: SqlLedger) -> SignedIn:
    found = await ledger.signed_in("token 0")
    assert found is not None
    return found


async def what(ledger: SqlLedger, writer: int) -> list[str]:
    return [each.what for each in await ledger.audit.of(writer)]


async def add(ledger: SqlLedger, writer: int, claimed: Claimed = ADA, now: int = NOW) -> bool:
    return await ledger.identities.add(writer, claimed, "Lighthouse", "Firefox on Linux", now)


async def remove(ledger: SqlLedger, writer: int, id: str, also_last: bool = False) -> bool:
    here = ELSEWHERE.issuer
    return await ledger.identities.remove(writer, id, "Lighthouse", here, also_last, "Firefox on Linux", NOW)


async def test_an_identity_signs_in_whose_it_is_until_it_is_removed(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    assert await ledger.identities.sign_in(ADA, "Lighthouse", browser(), NOW) is None
    assert await add(ledger, ann.id)
    assert not await add(ledger, ann.id)
    with pytest.raises(TakenError):
        await add(ledger, ben.id)
    with pytest.raises(RuleError, match="remove that one first"):
        await add(ledger, ann.id, GRACE)
    assert await add(ledger, ann.id, ELSEWHERE, NOW + SECOND)

    assert await ledger.identities.sign_in(ADA, "Lighthouse", browser(), NOW) == ann.id
    assert await known_by(ledger, "token 0") == ann
    here, elsewhere = await ledger.identities.of(ann.id)
    assert [here.issuer, elsewhere.issuer] == [ADA.issuer, ELSEWHERE.issuer]
    assert not await remove(ledger, ben.id, here.id)
    assert await remove(ledger, ann.id, here.id)
    with pytest.raises(RuleError, match="last way back"):
        await remove(ledger, ann.id, elsewhere.id)
    assert await remove(ledger, ann.id, elsewhere.id, also_last=True)
    assert await ledger.identities.sign_in(ADA, "Lighthouse", browser(1), NOW) is None
    assert await ledger.identities.of(ann.id) == []
    done = ["identity_removed"] * 2 + ["signed_in_openid"] + ["identity_added"] * 2
    assert sorted(await what(ledger, ann.id)) == sorted(done)


async def test_an_identity_confirms_and_keeps_only_whose_it_is_and_only_while_its_provider_can_be_asked(
    ledger: SqlLedger,
) -> None:
    (ann,) = await guests(ledger, 1)
    await add(ledger, ann.id)
    await ledger.identities.sign_in(ADA, "Lighthouse", browser(), NOW)
    session = (await signed_in(ledger)).session
    assert not await ledger.identities.confirm(ann.id, GRACE, session, NOW + SECOND)
    assert (await signed_in(ledger)).fresh_at == NOW
    assert await ledger.identities.confirm(ann.id, ADA, session, NOW + SECOND)
    assert (await signed_in(ledger)).fresh_at == NOW + SECOND
    assert await ledger.passkeys.can_confirm(ann.id, ADA.issuer)
    assert await ledger.devices.kept(ann.id, ADA.issuer)
    for issuer in (ELSEWHERE.issuer, None):
        assert not await ledger.passkeys.can_confirm(ann.id, issuer)
        assert not await ledger.devices.kept(ann.id, issuer)


async def test_who_is_only_known_to_a_former_provider_is_a_guest_again(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    await add(ledger, ben.id)
    await entered(ledger, ben, 100)
    chosen = {"handle": Handle("ben", "ben")}
    await meet(ledger, ann, ben, HERE, issuer=ADA.issuer)
    assert await ledger.merges.of(ann.id, HERE) == []

    await meet(ledger, ann, ben, HERE, issuer=ELSEWHERE.issuer)
    (meeting,) = await ledger.merges.of(ann.id, HERE)
    with pytest.raises(RuleError, match="keeps an account"):
        await ledger.merges.guest(ann.id, meeting.id, HERE, ADA.issuer)
    with pytest.raises(RuleError, match="keeps an account"):
        await ledger.merges.merge(ann.id, meeting.id, HERE, NOW, ADA.issuer)
    assert (await ledger.change_profile(ben.id, chosen, NOW, "", ADA.issuer)).handle == "ben"

    assert await ledger.merges.guest(ann.id, meeting.id, HERE, ELSEWHERE.issuer) == ben
    assert (await ledger.change_profile(ben.id, chosen, NOW, "", ELSEWHERE.issuer)).handle == "ben", "it stays theirs"
    with pytest.raises(RuleError, match="keep an account"):
        await ledger.change_profile(ben.id, {"handle": Handle("benny", "benny")}, NOW, "", ELSEWHERE.issuer)
    merged = await ledger.merges.merge(ann.id, meeting.id, HERE, NOW, ELSEWHERE.issuer)
    assert merged.merged_at == NOW


async def test_one_identity_begins_one_writer_in_two_processes_at_once(database: Place) -> None:
    ledger = await database.open()
    other = ledger if database.is_sqlite else await database.open()
    begun = await asyncio.gather(
        *(
            each.identities.begin(ADA, "Lighthouse", "Ada", "UTC", browser(n), NOW)
            for n, each in enumerate((ledger, other))
        )
    )
    assert begun.count(None) == 1
    before = await row_counts(ledger)
    assert before["writers"] == 1
    assert await ledger.identities.begin(ADA, "Lighthouse", "Ada", "UTC", browser(2), NOW) is None
    assert await row_counts(ledger) == before
