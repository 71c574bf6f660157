"""A backup is the database of one instant, row by row, also where it is taken while people write. Then it is restored.

By the very commands that operations.md gives.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select

from server.__main__ import main
from server.ledger.engine import SQLITE_FILE, backup_sqlite, connect
from server.ledger.tables import metadata
from tests.support import commands
from tests.support.ledgers import NOW, Place, group
from tests.support.postgres import Postgres
from tests.support.server import ROOT
from tests.support.wait import wait_until

WRITERS = 5
PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
PROGRAMS = {"wordtide": f'PYTHONPATH={ROOT} python -m server "$@"'}


@pytest.fixture
async def restored(postgres: Postgres) -> AsyncIterator[str]:
    """The address of a database that is not there before the test, and not after it."""
    yield postgres.url("wordtide_restored")
    connection = await asyncpg.connect(postgres.url())
    await connection.execute("DROP DATABASE IF EXISTS wordtide_restored WITH (FORCE)")
    await connection.close()


async def test_a_backup_of_sqlite_under_load_comes_back_row_by_row(
    sqlite_database: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDTIDE_DATA", str(sqlite_database.data))
    said = commands.read(PAGE, by=test_a_backup_of_sqlite_under_load_comes_back_row_by_row.__name__)
    follow = partial(commands.check, said, tmp_path, {}, PROGRAMS)
    await _comes_back(sqlite_database, follow, None, tmp_path / "restored")
    copy = tmp_path / "wordtide-monday.sqlite3"
    assert copy.stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        backup_sqlite(sqlite_database.data / SQLITE_FILE, copy)


async def test_a_backup_of_postgresql_under_load_comes_back_row_by_row(
    postgres: Postgres, postgres_database: Place, restored: str, tmp_path: Path
) -> None:
    said_as = {
        "postgresql://wordtide@localhost/wordtide_restored": restored,
        "postgresql://wordtide@localhost/wordtide": postgres.url(),
    }
    theirs = {name: f'{postgres.program(name)} "$@"' for name in ("pg_dump", "createdb", "pg_restore")}
    said = commands.read(PAGE, by=test_a_backup_of_postgresql_under_load_comes_back_row_by_row.__name__)
    follow = partial(commands.check, said, tmp_path, said_as, PROGRAMS | theirs)
    await _comes_back(postgres_database, follow, restored, tmp_path)


async def _comes_back(place: Place, follow: Callable[[], None], url: str | None, data: Path) -> None:
    """`follow` the page into the database of `url` and `data`, under load.

    Each transaction of it gives all writers the same number of words: a copy between two would show.
    """
    ledger = await place.open()
    room = await group(ledger, WRITERS)
    sprint = await room.start()
    acknowledged, copied = 0, asyncio.Event()

    async def write() -> None:
        nonlocal acknowledged
        while not copied.is_set():
            n = acknowledged + 1
            await ledger.checkpoint(sprint.id, [room.row(slot, NOW + n, n) for slot in range(WRITERS)], NOW)
            acknowledged = n

    writing = asyncio.create_task(write())
    await wait_until(lambda: acknowledged > 0)
    before = acknowledged
    await asyncio.to_thread(follow)
    copied.set()
    await writing

    there, here = await _rows(url, data), await _rows(place.url, place.data)
    words = there["writing_sessions"][0]["words"]
    assert before <= words < acknowledged
    assert len(here["writing_sessions"]) == WRITERS
    for row in here["writing_sessions"]:
        row.update(seq=NOW + words, words=words)
    assert there == here


async def _rows(url: str | None, data: Path) -> dict[str, list[dict[str, Any]]]:
    """Table -> all of its rows, in one order."""
    opened = connect(url, data, beside=True)
    try:
        async with opened.reading() as connection:
            return {
                table.name: sorted(
                    (dict(row) for row in (await connection.execute(select(table))).mappings()), key=repr
                )
                for table in metadata.sorted_tables
            }
    finally:
        await opened.close()


@pytest.mark.parametrize(
    ("here", "told"),
    [
        (
            "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)",
            "The one here, of version 15, is too old for a database",
        ),
        (None, "There is none here for a database"),
    ],
)
def test_a_pg_dump_that_is_too_old_for_the_database_is_named_with_what_to_install(
    postgres: Postgres,
    here: str | None,
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if here is not None:
        program = tmp_path / "pg_dump"
        program.write_text(f"#!/bin/sh\necho '{here}'\n")
        program.chmod(0o755)
    said = _refused(postgres, str(tmp_path), capsys, monkeypatch)
    assert f"{told} of version 18: install postgresql-client-18 or later" in said
    assert 'pg_dump --format=custom --file=it.dump "$WORDTIDE_DATABASE_URL"' in said


def test_a_pg_dump_that_is_as_new_as_the_database_is_all_that_it_takes(
    postgres: Postgres, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = _refused(postgres, str(Path(postgres.program("pg_dump")).parent), capsys, monkeypatch)
    assert "The pg_dump here, of version 18, is new enough" in said


def _refused(postgres: Postgres, path: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> str:
    """What `wordtide backup` says about PostgreSQL where `path` has all programs."""
    monkeypatch.setenv("PATH", path)
    monkeypatch.setenv("WORDTIDE_DATABASE_URL", postgres.url())
    assert main(["backup", "it.dump"]) == 1
    return capsys.readouterr().err


async def test_a_backup_that_fails_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "junk").write_bytes(b"no database" * 500)
    with pytest.raises(sqlite3.DatabaseError):
        backup_sqlite(tmp_path / "junk", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_what_another_program_has_put_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "copy").symlink_to("a disk that is not mounted")
    with pytest.raises(FileExistsError, match="choose another name"):
        backup_sqlite(tmp_path / "any", tmp_path / "copy")
    assert (tmp_path / "copy").is_symlink()
