"""What keeps an account: challenges, passkeys and recovery codes, each of which serves as often as it should."""

import asyncio
from dataclasses import replace

import pytest

from server.core.accounts import CodesLeft, Passkey
from server.core.records import SigningIn, TakenError
from server.core.sprint import RuleError
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import MINUTE, NOW, SECOND, Place, guests, known_by


def passkey(writer: int, id: str = "one", sign_count: int = 5) -> Passkey:
    return Passkey(id, writer, b"a key", sign_count, "Blue key", NOW, transports=("internal", "usb"))


def browser(n: int = 0) -> SigningIn:
    return SigningIn(f"token {n}", "Firefox on Linux")


async def what(ledger: SqlLedger, writer: int) -> list[str]:
    return [each.what for each in await ledger.audit.of(writer)]


async def test_a_challenge_serves_one_of_many_at_once(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    await ledger.challenges.make("id", "add", ann.id, "sign this", NOW)
    await ledger.challenges.make("open", "sign-in", None, "sign that", NOW)
    for purpose, writer in ("add", ben.id), ("confirm", ann.id), ("add", None):
        assert await ledger.challenges.take("id", purpose, writer, NOW) is None
    assert await ledger.challenges.take("open", "sign-in", ann.id, NOW) is None
    assert await ledger.challenges.take("open", "sign-in", None, NOW + 5 * MINUTE) is None

    came = await asyncio.gather(*(ledger.challenges.take("id", "add", ann.id, NOW + MINUTE) for _ in range(5)))
    assert sorted(came, key=lambda each: each is None) == ["sign this", None, None, None, None]
    assert await ledger.prune(NOW + 5 * MINUTE + 1) == 1


async def test_a_passkey_is_kept_as_it_was_made(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    assert not await ledger.passkeys.can_confirm(ann.id, None)
    assert await ledger.passkeys.add(passkey(ann.id), "Firefox on Linux")
    assert not await ledger.passkeys.add(replace(passkey(ann.id), name="Another"), "Firefox on Linux")
    with pytest.raises(TakenError):
        await ledger.passkeys.add(passkey(ben.id), "Firefox on Linux")

    assert await ledger.passkeys.of(ann.id) == [passkey(ann.id)]
    assert await ledger.passkeys.by_id("one") == passkey(ann.id)
    assert await ledger.passkeys.by_id("two") is None
    assert await ledger.passkeys.can_confirm(ann.id, None)
    assert not await ledger.passkeys.can_confirm(ben.id, None)
    assert await what(ledger, ann.id) == ["passkey_added"]


async def test_one_count_signs_in_once_in_two_processes_at_once(database: Place) -> None:
    ledger = await database.open()
    other = ledger if database.is_sqlite else await database.open()
    (ann,) = await guests(ledger, 1)
    await ledger.passkeys.add(passkey(ann.id), "")
    coming = (
        each.passkeys.sign_in(passkey(ann.id), 6, browser(n), NOW + SECOND) for n, each in enumerate([ledger, other])
    )
    assert sorted(await asyncio.gather(*coming)) == [False, True]
    tokens = [await known_by(ledger, f"token {n}") for n in range(2)]
    assert sorted(tokens, key=lambda each: each is None) == [ann, None]
    assert sorted(await what(ledger, ann.id)) == ["passkey_added", "passkey_doubted", "signed_in_passkey"]
    used = await ledger.passkeys.by_id("one")
    assert used == replace(passkey(ann.id), sign_count=6, used_at=NOW + SECOND)


async def test_two_passkeys_removed_at_once_leave_a_way_back(database: Place) -> None:
    ledger = await database.open()
    other = ledger if database.is_sqlite else await database.open()
    (ann,) = await guests(ledger, 1)
    for id in "one", "two":
        await ledger.passkeys.add(passkey(ann.id, id), "")
    removing = (
        ledger.passkeys.remove(ann.id, "one", None, False, "", NOW),
        other.passkeys.remove(ann.id, "two", None, False, "", NOW),
    )
    came = await asyncio.gather(*removing, return_exceptions=True)
    assert [type(each) for each in came if each is not True] == [RuleError]
    assert len(await ledger.passkeys.of(ann.id)) == 1


async def test_a_confirmation_makes_its_own_session_fresh_and_no_other(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    await ledger.passkeys.add(passkey(ann.id), "")
    for n in range(2):
        assert await ledger.passkeys.sign_in(passkey(ann.id), 6 + n, browser(n), NOW + n)
    first = await ledger.signed_in("token 0")
    assert first is not None
    assert await ledger.passkeys.confirm(passkey(ann.id), 8, first.session, "", NOW + MINUTE)
    assert not await ledger.passkeys.confirm(passkey(ann.id), 8, first.session, "", NOW + 2 * MINUTE)
    found = [await ledger.signed_in(f"token {n}") for n in range(2)]
    assert [each and each.fresh_at for each in found] == [NOW + MINUTE, NOW + 1]


async def test_a_recovery_code_serves_one_of_many_at_once(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    assert await ledger.recovery.left(ann.id) is None
    await ledger.recovery.make(ann.id, ["a", "b"], "", NOW)
    await ledger.recovery.make(ben.id, ["c"], "", NOW)
    came = await asyncio.gather(*(ledger.recovery.sign_in("a", browser(n), NOW + SECOND) for n in range(5)))
    assert sorted(came, key=lambda each: each is None) == [ann.id, None, None, None, None]
    assert await ledger.recovery.left(ann.id) == CodesLeft(1, NOW)

    await ledger.recovery.make(ann.id, ["d"], "", NOW + MINUTE)
    assert await ledger.recovery.left(ann.id) == CodesLeft(1, NOW + MINUTE)
    codes = ("a", "b", "c", "d")
    used = [await ledger.recovery.sign_in(code, browser(5 + n), NOW) for n, code in enumerate(codes)]
    assert used == [None, None, ben.id, ann.id]
    assert await what(ledger, ann.id) == ["codes_made", "signed_in_recovery", "signed_in_recovery", "codes_made"]
