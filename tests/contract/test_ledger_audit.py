"""What was done with an account, as its writer sees it."""

import pytest

from server.core.records import Noted
from server.ledger import audit
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import DAY, NOW, SECOND, guests


async def test_each_writer_sees_their_own_with_the_newest_first(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = await guests(ledger, 2)
    await ledger.audit.add(ann.id, "passkey_added", NOW, "Blue key", "Firefox on Linux")
    await ledger.audit.add(ann.id, "passkey_removed", NOW)
    await ledger.audit.add(ann.id, "signed_in", NOW + SECOND)
    await ledger.audit.add(ben.id, "signed_in", NOW)

    newest = [Noted(NOW + SECOND, "signed_in", "", ""), Noted(NOW, "passkey_removed", "", "")]
    oldest = Noted(NOW, "passkey_added", "Blue key", "Firefox on Linux")
    assert await ledger.audit.of(ann.id) == [*newest, oldest]
    monkeypatch.setattr(audit, "MOST", 2)
    assert await ledger.audit.of(ann.id) == newest


async def test_names_that_are_too_long_are_cut(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)
    await ledger.audit.add(ann.id, "signed_in", NOW, "d" * 300, "e" * 300)
    assert await ledger.audit.of(ann.id) == [Noted(NOW, "signed_in", "d" * 200, "e" * 120)]


async def test_lines_are_kept_for_four_hundred_days(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    await ledger.audit.add(ann.id, "signed_in", NOW)
    await ledger.audit.add(ben.id, "signed_in", NOW + 1)
    await ledger.prune(NOW + 400 * DAY + 1)
    assert await ledger.audit.of(ann.id) == []
    assert len(await ledger.audit.of(ben.id)) == 1
