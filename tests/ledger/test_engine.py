"""Where the database is: an address, or a folder."""

from pathlib import Path

import pytest
from sqlalchemy import text

from server.ledger.engine import connect


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgresql://ann:secret@db/wordtide", "postgresql+asyncpg://ann:secret@db/wordtide"),
        ("postgres://db:5433/wordtide", "postgresql+asyncpg://db:5433/wordtide"),
        ("postgresql://db/wordtide?sslmode=require", "postgresql+asyncpg://db/wordtide?ssl=require"),
        ("postgresql://wordtide@/wordtide?host=/run/pg", "postgresql+asyncpg://wordtide@/wordtide?host=%2Frun%2Fpg"),
    ],
)
async def test_an_address_as_libpq_takes_it_is_understood(given: str, used: str, tmp_path: Path) -> None:
    database = connect(given, tmp_path)

    assert database.address.render_as_string(hide_password=False) == used
    await database.close()


@pytest.mark.parametrize("given", ["mysql://db/wordtide", "sqlite:///x", "redis://localhost"])
def test_another_databases_address_is_refused(given: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        connect(given, tmp_path)


async def test_sqlite_is_kept_in_the_folder_and_syncs_each_commit(tmp_path: Path) -> None:
    database = connect(None, tmp_path / "new" / "folder")
    async with database.writing() as connection:
        asked = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar() for name in ("journal_mode", "synchronous")
        ]
    await database.close()

    assert asked == ["wal", 2]
    assert (tmp_path / "new" / "folder").stat().st_mode & 0o077 == 0
