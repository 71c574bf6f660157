"""Rest: weekdays off by dated settings, stretches booked ahead, and days declared neutral for everybody."""

import asyncio
import uuid
from datetime import UTC, date, datetime

import pytest

from server.core.records import TakenError
from server.core.rests import Booked
from server.core.sprint import RuleError
from server.core.streak import Rest
from server.ledger.amnesty import Amnesty, Neutral
from server.ledger.engine import connect
from server.ledger.ledger import SqlLedger
from server.ledger.migrations import is_at_latest
from tests.support.ledgers import DAY, HOUR, NOW, Place, guests

TODAY, TOMORROW = date(2026, 6, 10), date(2026, 6, 11)
FIRST, LAST = date(2026, 6, 13), date(2026, 6, 15)


async def test_weekdays_off_hold_from_tomorrow_on(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)

    changed = await ledger.change_profile(ann.id, {"rest_weekdays": frozenset({0, 5, 6})}, NOW)
    await ledger.change_profile(ann.id, {"grace": 2}, NOW + DAY)

    assert changed.rest_weekdays == {0, 5, 6}
    assert [(each.from_day, each.rest_weekdays) for each in (await ledger.streak_settings(ann.id)).rules] == [
        (date.min, frozenset()),
        (TOMORROW, {0, 5, 6}),
        (date(2026, 6, 12), {0, 5, 6}),
    ]


async def test_a_stretch_is_booked_once_and_is_its_writers(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    id = uuid.uuid4()

    booked = Booked(str(id), FIRST, LAST)
    assert await ledger.rests.book(ann.id, id, FIRST, LAST, NOW) == (booked, True)
    assert await ledger.rests.book(ann.id, id, FIRST, FIRST, NOW + DAY) == (booked, False)
    with pytest.raises(TakenError):
        await ledger.rests.book(ben.id, id, FIRST, LAST, NOW)
    with pytest.raises(KeyError):
        await ledger.rests.book(404, uuid.uuid4(), FIRST, LAST, NOW)

    assert await ledger.rests.of(ann.id) == [booked]
    assert (await ledger.streak_settings(ann.id)).rests == [Rest(FIRST, LAST, datetime.fromtimestamp(NOW / 1_000, UTC))]
    assert (await ledger.streak_settings(ben.id)).rests == []


async def test_of_two_stretches_over_the_same_day_one_is_booked(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1)

    asked = (ledger.rests.book(ann.id, uuid.uuid4(), FIRST, LAST, NOW) for _ in range(2))
    answers = await asyncio.gather(*asked, return_exceptions=True)

    assert sorted(type(each).__name__ for each in answers) == ["RuleError", "tuple"]
    assert len(await ledger.rests.of(ann.id)) == 1


async def test_today_is_the_writer_s_own(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1, zone="Pacific/Kiritimati")  # 02:00 on the 11th there, before the rollover

    with pytest.raises(RuleError):
        await ledger.rests.book(ann.id, uuid.uuid4(), TOMORROW, LAST, NOW + HOUR)
    assert (await ledger.rests.book(ann.id, uuid.uuid4(), TOMORROW, LAST, NOW))[1]


async def test_a_day_is_declared_neutral_for_everybody_beside_an_open_ledger(
    ledger: SqlLedger, database: Place
) -> None:
    ann, ben = await guests(ledger, 2)
    opened = connect(database.url, database.data, beside=True)
    amnesty = Amnesty(opened)
    try:
        assert await is_at_latest(opened)
        assert await amnesty.declare(Neutral(TODAY, "the disk was full", NOW))
        assert not await amnesty.declare(Neutral(TODAY, "and the line away", NOW + DAY))
        for writer in ann, ben:
            assert (await ledger.streak_settings(writer.id)).amnesty == {TODAY}
        assert await amnesty.days() == [Neutral(TODAY, "and the line away", NOW)]
        assert await amnesty.withdraw(TODAY)
        assert not await amnesty.withdraw(TODAY)
        assert (await ledger.streak_settings(ann.id)).amnesty == set()
    finally:
        await opened.close()


async def test_rest_is_called_off_as_far_as_it_has_not_begun(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    ahead, running = uuid.uuid4(), uuid.uuid4()
    await ledger.rests.book(ann.id, running, TOMORROW, LAST, NOW)
    await ledger.rests.book(ann.id, ahead, date(2026, 6, 16), date(2026, 6, 16), NOW)

    await ledger.rests.call_off(ann.id, str(ahead), NOW + 2 * DAY)
    await ledger.rests.call_off(ann.id, str(running), NOW + 2 * DAY)

    assert await ledger.rests.of(ann.id) == [Booked(str(running), TOMORROW, date(2026, 6, 12))]
    with pytest.raises(RuleError):
        await ledger.rests.call_off(ann.id, str(running), NOW + 3 * DAY)
    for writer, id in (ben.id, running), (ann.id, ahead):
        with pytest.raises(LookupError):
            await ledger.rests.call_off(writer, str(id), NOW)
