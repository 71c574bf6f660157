"""A calendar's secret address: one a writer, of which only a digest is kept; and the days that it tells."""

from datetime import date, timedelta
from uuid import uuid4

from protocol.messages import CountFlags
from server.core.calendars import WrittenDay
from server.core.records import Entry
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import DAY, HOUR, NOW, Place, group, guests

TODAY = date(2026, 6, 10)


async def test_only_the_newest_secret_leads_anywhere(database: Place) -> None:
    ledger = await database.open()
    ann, ben = await guests(ledger, 2)
    assert await ledger.calendars.since(ann.id) is None
    await ledger.calendars.make(ann.id, "first secret", NOW)
    await ledger.calendars.make(ben.id, "of another", NOW)
    await ledger.calendars.make(ann.id, "second secret", NOW + HOUR)
    found = [await ledger.calendars.writer_of(each) for each in ("first secret", "second secret", "of another", "")]
    assert found == [None, ann.id, ben.id, None]
    assert await ledger.calendars.since(ann.id) == NOW + HOUR
    await ledger.calendars.revoke(ann.id, NOW)
    assert await ledger.calendars.writer_of("second secret") is None
    assert (await ledger.calendars.since(ann.id), await ledger.calendars.since(ben.id)) == (None, NOW)
    if database.is_sqlite:
        kept = b"".join(file.read_bytes() for file in database.data.iterdir())
        assert b"of another" not in kept


async def test_days_are_told_by_what_was_added_and_how_often(ledger: SqlLedger) -> None:
    room = await group(ledger, 1)
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 300, CountFlags.IN, 600_000)], NOW)
    for days_ago, words in ((0, -50), (1, 20), (1, 30), (2, -10), (9, 1)):
        started = NOW - days_ago * DAY
        stamp = await ledger.stamp(room.host.id, started)
        entry = Entry(uuid4(), started, 5, words, True, stamp)
        await ledger.add_manual(room.host.id, entry, NOW + days_ago)

    days = await ledger.calendars.days(room.host.id, TODAY - timedelta(days=5), NOW)

    assert days == [
        WrittenDay(TODAY - timedelta(days=2), 0, 5, 0),
        WrittenDay(TODAY - timedelta(days=1), 50, 10, 0),
        WrittenDay(TODAY, 300, 15, 1),
    ]
    assert await ledger.calendars.days(room.host.id, TODAY, NOW - 1) == []
