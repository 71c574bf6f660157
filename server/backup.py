"""`wordtide backup`: a copy of the SQLite database, while the server runs. For PostgreSQL it says what makes one."""

import asyncio
import re
import shlex
import shutil
import sqlite3
import subprocess
from pathlib import Path

from server.config import SettingError, Settings
from server.ledger.engine import CONNECT_TIMEOUT_S, SQLITE_FILE, backup_sqlite


def run(settings: Settings, file: Path) -> int:
    """Raises SettingError where there is nothing that this can copy, OSError where the copy fails."""
    if settings.database_url is not None:
        raise SettingError(asyncio.run(_instead(settings.database_url, file)))
    database = settings.data / SQLITE_FILE
    if not database.is_file():
        raise SettingError(f"There is no database at {database}: set WORDTIDE_DATA to the server's folder.")
    if not file.absolute().parent.is_dir():
        raise SettingError(f"There is no folder {file.absolute().parent}: make it, or name another one.")
    try:
        backup_sqlite(database, file)
    except sqlite3.Error as error:
        raise OSError(f"The backup to {file} failed: {error}. The database itself is not touched.") from error
    print(f"Wrote {file}")
    return 0


async def _instead(url: str, file: Path) -> str:
    command = f'pg_dump --format=custom --file={shlex.quote(str(file))} "$WORDTIDE_DATABASE_URL"'
    told = f"The database is PostgreSQL, which has a program of its own for that:\n  {command}\n"
    server = await _version(url)
    if server is None:
        return f"{told}Just now the database does not answer."
    here = _pg_dump()
    if here is not None and here >= server:
        return f"{told}The pg_dump here, of version {here}, is new enough for the database, of version {server}."
    found = "There is none here" if here is None else f"The one here, of version {here}, is too old"
    return (
        f"{told}{found} for a database of version {server}: install postgresql-client-{server} or later, "
        "or run it where the database runs."
    )


async def _version(url: str) -> int | None:
    """The database's major one; None where it cannot be asked."""
    import asyncpg  # whoever copies SQLite need not wait for it

    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_S)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return None
    major = int(connection.get_server_version().major)
    await connection.close()
    return major


def _pg_dump() -> int | None:
    """The major version of the one on PATH. It refuses any server that is newer (its manual, "Notes")."""
    program = shutil.which("pg_dump")
    if program is None:
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found[1]) if found else None
