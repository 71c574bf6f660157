"""What benches write straight into a database is such as the ledger reads: nobody runs them as often as the tests."""

import asyncio
from datetime import date

from bench import years
from bench.guests import new_guests
from server.core.records import Person
from tests.support.ledgers import DAY, NOW, Place, known_by


async def test_the_guests_are_known_by_their_tokens(postgres_database: Place) -> None:
    assert postgres_database.url is not None
    tokens = await asyncio.to_thread(new_guests, postgres_database.url, 3)
    ledger = await postgres_database.open()
    assert [await known_by(ledger, token) for token in tokens] == [Person(n, f"Writer {n}") for n in (1, 2, 3)]


async def test_ten_years_are_a_history_and_results(sqlite_database: Place) -> None:
    """The statements for PostgreSQL are the same but for how each calls a series and a day."""
    rows, last_day = 2 * years.DAYS, date(2026, 6, 10)
    await asyncio.to_thread(years.fill_sqlite, sqlite_database.data, rows, last_day)
    await years.sign_in(None, sqlite_database.data)
    ledger = await sqlite_database.open()
    subject = await known_by(ledger, years.TOKEN)
    assert subject == Person(years.SUBJECT, "Writer")
    newest = await ledger.history.page(subject.id, 2)
    assert [each.local_day for each in newest] == [last_day, date(2026, 6, 9)]
    sprint = newest[0].sprint
    assert sprint is not None
    assert len(await ledger.results(sprint)) == 1
    assert NOW - newest[0].started_at < DAY
