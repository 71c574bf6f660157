"""Ten years of many writers' sessions, made by SQL in the product's own schema; the first writer wrote every day."""

import asyncio
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg

from protocol.messages import Role
from server.core.records import SigningIn
from server.core.sprint import Limits
from server.ledger.engine import SQLITE_FILE
from server.ledger.ledger import SqlLedger

DAYS = 3_650
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
SPRINTS_A_DAY = 10
SUBJECT = 1
"""The writer who wrote every day. Of the others a quarter did, each day others."""
TOKEN = "ten-years-of-writing-each-day"
"""Of a session of theirs, once they are signed in."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a database calls it. `series`: rows with a number `n` from 0 to before {count}; `day`: the {n}th day."""

    series: str
    id: str
    day: str
    """From {first} on."""


SQLITE = Dialect(
    "(WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {count} - 1) SELECT n FROM s)",
    "printf('%08x-0000-4000-8000-%012x', n, n)",
    "date('{first}', ({n}) || ' days')",
)
POSTGRESQL = Dialect(
    "(SELECT n::bigint FROM generate_series(0, {count} - 1) n)",
    "lpad(to_hex(n), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(n), 12, '0')",
    "DATE '{first}' + ({n})::int",
)


def statements(dialect: Dialect, rows: int, last_day: date) -> list[str]:
    """Sessions are stored in the order in which they were written, so one writer's lie far apart."""
    a_day = rows // DAYS
    writers = 4 * a_day + 1
    first = last_day - timedelta(days=DAYS - 1)
    first_ms = round(datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp() * 1_000)

    def series(count: int) -> str:
        return f"{dialect.series.format(count=count)} AS numbers"

    day, place = f"n / {a_day}", f"n % {a_day}"
    sprint_of = f"({day}) * {SPRINTS_A_DAY} + ({place}) % {SPRINTS_A_DAY}"
    begins = f"{first_ms} + ({day}) * {DAY_MS} + ({place}) % {SPRINTS_A_DAY} * {HOUR_MS}"
    sprint_begins = f"{first_ms} + n / {SPRINTS_A_DAY} * {DAY_MS} + n % {SPRINTS_A_DAY} * {HOUR_MS}"
    writer = f"(CASE WHEN {place} = 0 THEN {SUBJECT} ELSE 2 + (({day}) * 31 + {place}) % ({writers} - 1) END)"
    return [
        "INSERT INTO writers (id, name, streak_hidden, created_at) "
        f"SELECT n + 1, 'Writer', false, {first_ms} FROM {series(writers)}",
        "INSERT INTO writer_zones (writer, held_from, zone) "
        f"SELECT n + 1, {first_ms}, 'Europe/London' FROM {series(writers)}",
        "INSERT INTO rooms (id, slug, title, visibility, invite, rev, next_slot, created_by, created_at, used_at) "
        f"VALUES (1, 'years', 'Ten years', 'private', 'x', 1, {writers}, {SUBJECT}, {first_ms}, {first_ms})",
        "INSERT INTO members (room, slot, writer, name, role, joined_at, rev, has_left, removed) "
        f"SELECT 1, n, n + 1, 'Writer', {Role.WRITER:d}, {first_ms}, 1, false, false FROM {series(writers)}",
        "INSERT INTO sprints (id, room, round, starts, ends, reporting_ends, finished_at, started_by, created_at) "
        f"SELECT n + 1, 1, n + 1, {sprint_begins}, {sprint_begins} + 1200000, {sprint_begins} + 1320000, "
        f"{sprint_begins} + 1323000, {SUBJECT}, {sprint_begins} FROM {series(DAYS * SPRINTS_A_DAY)}",
        "INSERT INTO writing_sessions (id, writer, slot, sprint, source, started_at, zone, rollover, local_day, "
        "local_hour, seq, words, flags, active_ms, start_total, reported_at, counts, stored_at) "
        f"SELECT {dialect.id}, {writer}, {writer} - 1, 1 + {sprint_of}, 'sprint', {begins}, 'Europe/London', 0, "
        f"{dialect.day.format(first=first, n=day)}, ({place}) % {SPRINTS_A_DAY}, {begins} + 1200000, "
        f"n * 7919 % 950 - 50, 1, 600000 + n % 600000, 0, {begins} + 1210000, true, {begins} + 1210000 "
        f"FROM {series(a_day * DAYS)}",
    ]


def fill_sqlite(data: Path, rows: int, last_day: date) -> None:
    asyncio.run(_migrated(None, data))
    database = sqlite3.connect(data / SQLITE_FILE, isolation_level=None)
    try:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -1000000"):
            database.execute(f"PRAGMA {pragma}")
        for each in (*statements(SQLITE, rows, last_day), "ANALYZE", "PRAGMA journal_mode = WAL"):
            database.execute(each)
    finally:
        database.close()


def fill_postgresql(url: str, data: Path, rows: int, last_day: date) -> None:
    """Vacuumed at the end, as the database does by itself sooner or later."""
    asyncio.run(_migrated(url, data))
    sequences = [
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        for table in ("writers", "rooms", "sprints")
    ]
    asyncio.run(_execute(url, [*statements(POSTGRESQL, rows, last_day), *sequences, "VACUUM (ANALYZE)"]))


async def sign_in(url: str | None, data: Path) -> None:
    """The first writer, by TOKEN."""
    ledger = await SqlLedger.open(url, data, Limits())
    try:
        now, code = await ledger.now_ms(), secrets.token_urlsafe(24)
        await ledger.links.make(SUBJECT, code, now, now + HOUR_MS)
        await ledger.links.use(code, SigningIn(TOKEN, ""), now)
    finally:
        await ledger.close()


async def _migrated(url: str | None, data: Path) -> None:
    await (await SqlLedger.open(url, data, Limits())).close()


async def _execute(url: str, chosen: Sequence[str]) -> None:
    connection = await asyncpg.connect(url, command_timeout=None)
    try:
        for each in chosen:
            await connection.execute(each)
    finally:
        await connection.close()
