"""Ledgers for tests: on a SQLite file and on a real PostgreSQL, each test with an empty database."""

import asyncio
import atexit
import json
import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import asyncpg
import pytest
from sqlalchemy import func, select

from protocol.codes import ErrorCode
from protocol.messages import CommandArgs, Op, Start
from server.core.board import Register
from server.core.records import CountRow, Member, Outcome, Person, RoomRecord, SprintRecord
from server.core.sprint import Limits
from server.core.written import Summed
from server.ledger import devices, meetings
from server.ledger.engine import SQLITE_FILE
from server.ledger.ledger import SqlLedger
from server.ledger.tables import metadata
from tests.support.postgres import Postgres

NOW = 1_781_092_800_000
"""2026-06-10 12:00 UTC, a Wednesday."""
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
LIMITS = Limits()


class Place:
    """One database, and those who have it open. Closes them at the test's end."""

    def __init__(self, url: str | None, data: Path, stack: AsyncExitStack) -> None:
        self.url, self.data, self._stack = url, data, stack

    @property
    def is_sqlite(self) -> bool:
        return self.url is None

    async def open(self) -> SqlLedger:
        ledger = await SqlLedger.open(self.url, self.data, LIMITS)
        self._stack.push_async_callback(ledger.close)
        return ledger


def prepare_sqlite(data: Path) -> None:
    """Let the folder have a database of this version, if it has none yet: a copy, sooner made than all its steps."""
    data.mkdir(parents=True, exist_ok=True)
    if not (data / SQLITE_FILE).exists():
        shutil.copyfile(_migrated_sqlite(), data / SQLITE_FILE)


@cache
def _migrated_sqlite() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="wordtide-empty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with ThreadPoolExecutor() as aside:  # whoever asks first may be on an event loop
        aside.submit(_migrate, None, folder).result()
    return folder / SQLITE_FILE


def prepare_postgres(server: Postgres, data: Path) -> None:
    _migrate(server.url(), data)


def _migrate(url: str | None, data: Path) -> None:
    async def make() -> None:
        await (await SqlLedger.open(url, data, LIMITS)).close()

    asyncio.run(make())


def sqlite_place(data: Path, stack: AsyncExitStack) -> Place:
    prepare_sqlite(data)
    return Place(None, data, stack)


async def postgres_place(server: Postgres, data: Path, stack: AsyncExitStack) -> Place:
    """The server's one database, emptied: ten times quicker than a new one. To delete what a test left is quicker than
    TRUNCATE, which makes all tables' and indexes' files anew; not where it was much."""
    connection = await asyncpg.connect(server.url())
    try:
        # A test that failed half-way may have left connections, which would hold locks.
        others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
        await connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
        large = await connection.fetchval("SELECT max(pg_relation_size(relid)) > 1000000 FROM pg_stat_user_tables")
        if large:
            await connection.execute(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY")
        else:
            said = "; ".join(f"DELETE FROM {each.name}" for each in reversed(metadata.sorted_tables))
            await connection.execute(f"SET session_replication_role = replica; {said}")
            await connection.execute("SELECT setval(format('%I', sequencename)::regclass, 1, false) FROM pg_sequences")
    finally:
        await connection.close()
    return Place(server.url(), data, stack)


@dataclass
class Group:
    """A room with its people: person n has slot n, and the first is the host."""

    ledger: SqlLedger
    room: RoomRecord
    people: list[Person]
    _commands: int = field(default=0)

    @property
    def host(self) -> Person:
        return self.people[0]

    async def command(self, who: int, op: Op, args: CommandArgs, now: int = NOW, id: str | None = None) -> Outcome:
        """A fresh id each time, unless one is given."""
        self._commands += 1
        return await self.ledger.command(
            self.room.id, self.people[who].id, id or f"command {self._commands}", op, args, now
        )

    async def start(self, now: int = NOW, duration_s: int = 1_200, delay_s: int = 0) -> SprintRecord:
        outcome = await self.command(0, Op.START, Start(duration_s, delay_s), now)
        assert outcome.code == ErrorCode.OK, outcome
        assert outcome.sprint is not None
        return outcome.sprint

    def row(self, slot: int, seq: int, words: int, flags: int = 0, active_ms: int = 0, joined_at: int = 0) -> CountRow:
        register = Register(seq, words, flags)
        return CountRow(slot, self.people[slot].id, register, active_ms, joined_at=joined_at)

    @asynccontextmanager
    async def counting(self, sprint: SprintRecord) -> AsyncIterator[Callable[[], int]]:
        """Meanwhile the second one's count is stored again and again; yields how often it has been."""
        stored = 0

        async def count() -> None:
            nonlocal stored
            while True:
                await self.ledger.checkpoint(sprint.id, [self.row(1, NOW + stored + 1, stored + 1)], NOW)
                stored += 1

        counting = asyncio.create_task(count())
        try:
            yield lambda: stored
        finally:
            counting.cancel()
            with suppress(asyncio.CancelledError):
                await counting

    async def places(self) -> list[Member]:
        """Of its people, the host's first."""
        found = [await self.ledger.member(self.room.id, person.id) for person in self.people]
        return [each for each in found if each is not None]

    async def rev(self) -> int:
        return (await self.ledger.revs([self.room.id]))[self.room.id]

    async def registers(self, sprint: SprintRecord) -> dict[int, Register]:
        return {row.slot: row.register for row in await self.ledger.counts(sprint.id)}


def judge_sessions_at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions are judged by the machine's clock: those that begin at NOW would all have expired 400 days later."""
    monkeypatch.setattr(devices, "time", SimpleNamespace(time_ns=lambda: NOW * 1_000_000))


async def known_by(ledger: SqlLedger, token: str) -> Person | None:
    signed = await ledger.signed_in(token)
    return None if signed is None else signed.person


async def guests(ledger: SqlLedger, n: int, zone: str = "Europe/London") -> list[Person]:
    coming = (ledger.new_guest(f"Writer {i}", zone, uuid.uuid4().hex, NOW) for i in range(n))
    return await asyncio.gather(*coming)


async def group(ledger: SqlLedger, n: int = 2, zone: str = "Europe/London", visibility: str = "public") -> Group:
    people = await guests(ledger, n, zone)
    room = await ledger.create_room(people[0], "Tuesday write-in", visibility, None, NOW)
    await asyncio.gather(*(ledger.join(room.id, person, NOW) for person in people[1:]))
    return Group(ledger, room, people)


async def meet(
    ledger: SqlLedger, writer: Person, guest: Person, session: str, now: int = NOW, issuer: str | None = None
) -> None:
    """As if the writer had signed in, by this session, where the guest was."""
    async with ledger._database.writing() as connection:
        await meetings.meet(ledger._database, connection, writer.id, guest.id, session, issuer, now)


async def counted(ledger: SqlLedger, writer: int, begun_by: int | None = None) -> list[tuple[date, int, float]]:
    """Day, words and minutes of what counts for the streak."""
    found = Summed(await ledger.history.written(writer, begun_by)).counted()
    return [(date.fromordinal(day), words, ms / MINUTE) for day, words, ms in zip(*found, strict=True)]


async def a_life_s_work(ledger: SqlLedger, writer: int, n: int) -> None:
    """So many sessions from one file, fifteen on each day from 2014 on."""
    id, first = uuid.uuid4(), date(2014, 1, 1)
    await ledger.imports.begin(id, writer, "csv", "words.csv", NOW)
    for start in range(0, n, 5_000):
        places = range(start, min(n, start + 5_000))
        days = [str(first + timedelta(days=place // 15)) for place in places]
        rows = [
            [str(uuid.uuid4()), NOW, day, 0, place % 900 - 50, 20.0, None, None, "", str(place)]
            for place, day in zip(places, days, strict=True)
        ]
        await ledger.imports.store(id, writer, "UTC", json.dumps(rows), NOW)
    await ledger.imports.finish(id, writer, [], NOW)


_ROW_COUNTS = select(
    *(select(func.count()).select_from(table).scalar_subquery().label(name) for name, table in metadata.tables.items())
)


async def row_counts(ledger: SqlLedger) -> dict[str, int]:
    """By table: how many rows it has."""
    async with ledger._database.asking() as connection:
        return dict((await connection.execute(_ROW_COUNTS)).one()._mapping)
