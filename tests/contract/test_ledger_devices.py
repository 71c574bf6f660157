"""Where writers are signed in, on both databases."""

import pytest

from server.core.records import Device, Noted, Person, SignedIn, SigningIn
from server.ledger import devices
from server.ledger.devices import SESSION_MS
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import DAY, NOW, SECOND


async def come(ledger: SqlLedger, name: str, device: str, at: int = NOW) -> tuple[Person, str]:
    """A new writer, and the id of the session by which they are signed in."""
    person = await ledger.new_guest(name, "UTC", f"{name}'s token", at, device)
    (only,) = await ledger.devices.of(person.id, at)
    return person, only.id


async def also(ledger: SqlLedger, writer: Person, token: str, at: int, device: str = "") -> str:
    """Another session of theirs: its id."""
    before = {each.id for each in await ledger.devices.of(writer.id, at)}
    await ledger.links.make(writer.id, token, at, at + SECOND)
    await ledger.links.use(token, SigningIn(token, device), at)
    (added,) = {each.id for each in await ledger.devices.of(writer.id, at)} - before
    return added


async def test_a_writer_sees_the_devices_that_are_theirs_the_last_used_first(ledger: SqlLedger) -> None:
    ann, first = await come(ledger, "Ann", "Firefox on Linux")
    await come(ledger, "Ben", "Chrome on Windows")
    second = await also(ledger, ann, "phone", NOW + DAY, "Safari on iPhone")

    assert await ledger.devices.of(ann.id, NOW + DAY) == [
        Device(second, "Safari on iPhone", NOW + DAY, NOW + DAY),
        Device(first, "Firefox on Linux", NOW, NOW),
    ]
    assert [each.id for each in await ledger.devices.of(ann.id, NOW + SESSION_MS)] == [second]
    assert await ledger.devices.of(ann.id, NOW + SESSION_MS + DAY) == []


async def test_only_a_writer_s_own_session_ends_and_once(ledger: SqlLedger) -> None:
    ann, mine = await come(ledger, "Ann", "")
    ben, _ = await come(ledger, "Ben", "")

    assert not await ledger.devices.end(ben.id, mine, NOW)
    assert await ledger.signed_in("Ann's token") is not None
    assert await ledger.devices.end(ann.id, mine, NOW)
    assert await ledger.signed_in("Ann's token") is None
    assert not await ledger.devices.end(ann.id, mine, NOW)


async def test_all_others_end_and_this_one_and_other_writers_stay(ledger: SqlLedger) -> None:
    ann, here = await come(ledger, "Ann", "")
    ben, there = await come(ledger, "Ben", "")
    others = [await also(ledger, ann, f"device {n}", NOW) for n in range(3)]

    assert sorted(await ledger.devices.end_others(ann.id, here, NOW)) == sorted(others)
    assert [each.id for each in await ledger.devices.of(ann.id, NOW)] == [here]
    assert [each.id for each in await ledger.devices.of(ben.id, NOW)] == [there]
    assert await ledger.devices.end_others(ann.id, here, NOW) == []


async def test_signing_out_elsewhere_ends_the_link_that_was_made_there(ledger: SqlLedger) -> None:
    ann, here = await come(ledger, "Ann", "")
    ben, _ = await come(ledger, "Ben", "")
    other = await also(ledger, ann, "phone", NOW)

    async def serves(code: str) -> bool:
        return await ledger.links.use(code, SigningIn(code, ""), NOW) is not None

    await ledger.links.make(ben.id, "Ben's", NOW, NOW + SECOND)
    for code, expected in ("one", False), ("two", True), ("three", False), ("four", True):
        await ledger.links.make(ann.id, code, NOW, NOW + SECOND)
        if code == "one":
            await ledger.devices.end(ann.id, other, NOW, "Firefox on Linux")
        elif code == "two":
            await ledger.devices.end(ann.id, other, NOW, "Firefox on Linux")  # has ended already
        elif code == "three":
            await ledger.devices.end_others(ann.id, here, NOW)
        else:
            await ledger.devices.end(ann.id, here, NOW)  # there, not elsewhere
        assert await serves(code) is expected, code
    assert await serves("Ben's")


async def test_one_more_than_the_most_signs_out_the_one_used_longest_ago(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "MAX_DEVICES", 3)
    ann, first = await come(ledger, "Ann", "Firefox on Linux")
    _, there = await come(ledger, "Ben", "")
    second = await also(ledger, ann, "laptop", NOW + SECOND, "Chrome on Windows")
    third = await also(ledger, ann, "phone", NOW + 2 * SECOND, "Safari on iPhone")
    await ledger.devices.renew(ann.id, first, NOW + DAY)
    again = SigningIn("phone again", "Safari on iPhone", third)
    await ledger.links.make(ann.id, "in the same browser", NOW + DAY, NOW + 2 * DAY)
    await ledger.links.use("in the same browser", again, NOW + DAY)
    assert len(await ledger.devices.of(ann.id, NOW + DAY)) == 3

    fourth = await also(ledger, ann, "tablet", NOW + DAY + 1, "Safari on iPad")

    left = [each.id for each in await ledger.devices.of(ann.id, NOW + DAY)]
    assert (left[0], first in left, second in left, len(left)) == (fourth, True, False, 3)
    assert Noted(NOW + DAY + 1, "signed_out_idle", "Chrome on Windows", "Safari on iPad") in await ledger.audit.of(
        ann.id
    )
    assert await ledger.still_signed_in([there], NOW + DAY) == {there}


async def test_a_session_that_is_used_is_renewed_once_a_day(ledger: SqlLedger) -> None:
    ann, session = await come(ledger, "Ann", "")

    async def renewed(at: int) -> SignedIn:
        await ledger.devices.renew(ann.id, session, at)
        signed = await ledger.signed_in("Ann's token")
        assert signed is not None
        return signed

    early = await renewed(NOW + DAY - 1)
    assert (early.seen_at, early.is_to_renew(NOW + DAY - 1), early.is_to_renew(NOW + DAY)) == (NOW, False, True)
    assert (await renewed(NOW + DAY)).seen_at == NOW + DAY
    assert (await renewed(NOW + DAY + SECOND)).seen_at == NOW + DAY
    assert await ledger.still_signed_in([session], NOW + SESSION_MS + DAY - 1) == {session}
    assert await ledger.still_signed_in([session], NOW + SESSION_MS + DAY) == set()


async def test_of_many_sessions_it_is_told_which_still_stand(ledger: SqlLedger) -> None:
    ann, first = await come(ledger, "Ann", "")
    others = [await also(ledger, ann, f"device {n}", NOW) for n in range(4)]
    await ledger.devices.end(ann.id, others[1], NOW)

    asked = [first, *others, "no session at all"]
    assert await ledger.still_signed_in(asked, NOW) == {first, others[0], others[2], others[3]}


async def test_what_leads_back_to_a_history_beside_its_devices_is_known(ledger: SqlLedger) -> None:
    ann, session = await come(ledger, "Ann", "")
    ben, _ = await come(ledger, "Ben", "")
    assert not await ledger.devices.kept(ann.id, None)

    await ledger.recovery.make(ann.id, ["the only code"], "", NOW)
    assert await ledger.devices.kept(ann.id, None)
    assert not await ledger.devices.kept(ben.id, None)

    assert await ledger.recovery.sign_in("the only code", SigningIn("token", "", session), NOW) == ann.id
    assert not await ledger.devices.kept(ann.id, None)
