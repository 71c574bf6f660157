"""What was done with an account, as its writer sees it."""

from typing import Any

import pytest

from server.core.records import Noted, SigningIn
from server.ledger import audit
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import DAY, NOW, SECOND, guests


async def noted(ledger: SqlLedger, *line: Any) -> None:
    async with ledger._database.writing() as connection:
        await audit.note(connection, *line)


async def test_each_writer_sees_their_own_with_the_newest_first(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = await guests(ledger, 2)
    await noted(ledger, ann.id, "passkey_added", NOW, "Blue key", "Firefox on Linux")
    await noted(ledger, ann.id, "passkey_removed", NOW)
    await noted(ledger, ann.id, "signed_in", NOW + SECOND)
    await noted(ledger, ben.id, "signed_in", NOW)

    newest = [Noted(NOW + SECOND, "signed_in", "", ""), Noted(NOW, "passkey_removed", "", "")]
    oldest = Noted(NOW, "passkey_added", "Blue key", "Firefox on Linux")
    assert await ledger.audit.of(ann.id) == [*newest, oldest]
    monkeypatch.setattr(audit, "MOST", 2)
    assert await ledger.audit.of(ann.id) == newest


async def test_names_that_are_too_long_are_cut(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    await noted(ledger, ann.id, "signed_in", NOW, "d" * 300, "e" * 300)
    assert await ledger.audit.of(ann.id) == [Noted(NOW, "signed_in", "d" * 200, "e" * 120)]


async def test_whoever_signs_out_sees_which_device_and_where_that_was_done(ledger: SqlLedger) -> None:
    names = ("Firefox on Linux", "Safari on iPhone", "", "Chrome on Windows", "Safari on iPhone")
    person = await ledger.new_guest("Ann", "UTC", "first", NOW, names[0])
    for n, name in enumerate(names[1:]):
        await ledger.links.make(person.id, f"code {n}", NOW, NOW + SECOND)
        await ledger.links.use(f"code {n}", SigningIn(f"token {n}", name), NOW)
    laptop, phone = [
        next(d.id for d in await ledger.devices.of(person.id, NOW) if d.name == name) for name in names[:2]
    ]

    await ledger.devices.end(person.id, phone, NOW + SECOND, names[0])
    await ledger.devices.end(person.id, phone, NOW + SECOND, names[0])  # is signed out already
    await ledger.devices.end_others(person.id, laptop, NOW + 2 * SECOND, names[0])
    await ledger.devices.end_others(person.id, laptop, NOW + 3 * SECOND, names[0])  # there are none any more
    await ledger.devices.end(person.id, laptop, NOW + 4 * SECOND)

    lines = [each for each in await ledger.audit.of(person.id) if each.at > NOW]
    assert lines == [
        Noted(NOW + 4 * SECOND, "signed_out", "", "Firefox on Linux"),
        Noted(NOW + 2 * SECOND, "signed_out_others", "Chrome on Windows, Safari on iPhone", "Firefox on Linux"),
        Noted(NOW + SECOND, "signed_out_device", "Safari on iPhone", "Firefox on Linux"),
    ]


async def test_a_calendar_s_address_that_comes_or_goes_leaves_a_line(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    await ledger.calendars.revoke(ann.id, NOW, "Firefox on Linux")  # there is none
    await ledger.calendars.make(ann.id, "secret", NOW, "Firefox on Linux")
    await ledger.calendars.revoke(ann.id, NOW + SECOND, "Safari on iPhone")
    assert await ledger.audit.of(ann.id) == [
        Noted(NOW + SECOND, "calendar_revoked", "", "Safari on iPhone"),
        Noted(NOW, "calendar_made", "", "Firefox on Linux"),
    ]


async def test_lines_are_kept_for_four_hundred_days(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    await noted(ledger, ann.id, "signed_in", NOW)
    await noted(ledger, ben.id, "signed_in", NOW + 1)
    await ledger.prune(NOW + 400 * DAY + 1)
    assert await ledger.audit.of(ann.id) == []
    assert len(await ledger.audit.of(ben.id)) == 1
