"""Histories of a writer and a guest that may come together, and how a test makes them."""

import json
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import date

from server.core.merges import Meeting
from server.core.plan import Project
from server.core.records import Entry, Person
from server.ledger.imports import EVERY_DAY
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import DAY, NOW, meet

TODAY = date(2026, 6, 10)
HERE = "the session in the browser in which they met"[:36]


async def met(ledger: SqlLedger, writer: Person, guest: Person, now: int = NOW) -> Meeting:
    await meet(ledger, writer, guest, HERE, now)
    return next(each for each in await ledger.merges.of(writer.id, HERE) if each.other == guest)


async def merged(ledger: SqlLedger, writer: Person, guest: Person, now: int = NOW) -> Meeting:
    return await ledger.merges.merge(writer.id, (await met(ledger, writer, guest, now)).id, HERE, now)


async def entered(ledger: SqlLedger, writer: Person, words: int, days_ago: int = 0, project: str | None = None) -> str:
    at = NOW - days_ago * DAY
    id = uuid.uuid4()
    stamp = await ledger.stamp(writer.id, at)
    await ledger.add_manual(writer.id, Entry(id, at, 20, words, counts=True, stamp=stamp, project=project), NOW)
    return str(id)


async def project_of(ledger: SqlLedger, writer: Person, title: str = "Novel") -> str:
    id = str(uuid.uuid4())
    made = Project(id, title, "words", 0, 50_000, TODAY, None, EVERY_DAY, chosen=True, archived=False, created_at=NOW)
    await ledger.projects.add(writer.id, made)
    return id


async def imported(ledger: SqlLedger, writer: Person, keys: Sequence[str]) -> None:
    id = uuid.uuid4()
    rows = [[str(uuid.uuid4()), NOW - 9 * DAY, "2026-06-01", 180, 100, 5.0, None, None, "", key] for key in keys]
    await ledger.imports.begin(id, writer.id, "csv", "words.csv", NOW)
    await ledger.imports.store(id, writer.id, "Europe/London", json.dumps(rows), NOW)
    await ledger.imports.finish(id, writer.id, [], NOW)


async def history_of(ledger: SqlLedger, writer: Person) -> Counter[tuple[date, int]]:
    return Counter((each.local_day, each.words) for each in await ledger.history.page(writer.id, 1_000))
