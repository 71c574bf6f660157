"""`wordtide doctor`: what is found here, what is missing, and how to mend it."""

import os
import platform
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import asyncpg
import redis.asyncio

from server.app import CLIENT, openid_of
from server.config import Settings, without_password
from server.core.openid import AwayError
from server.ledger.engine import SQLITE_FILE
from server.ledger.migrations import versions

REDIS_FLOOR = (7, 0)
PATIENCE_S = 3


class Finding(NamedTuple):
    """`mend` says what to do; empty where all is well."""

    what: str
    found: str
    mend: str = ""


async def report(settings: Settings) -> int:
    """Print every finding; 1 if something is to be mended, else 0."""
    findings = [finding async for finding in examine(settings)]
    for finding in findings:
        print(f"{'--' if finding.mend else 'ok'}  {finding.what}: {finding.found}")
        if finding.mend:
            print(f"      {finding.mend}")
    return 1 if any(finding.mend for finding in findings) else 0


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    yield Finding("Python", platform.python_version())
    for package in ("starlette", "uvicorn", "websockets", "redis", "msgpack", "sqlalchemy"):
        yield Finding(package, version(package))  # without one of them no command would have begun
    yield _client()
    yield _data(settings)
    if settings.database_url is None and (settings.data / SQLITE_FILE).exists():
        yield _sqlite(settings.data / SQLITE_FILE)
    yield await _asked("database", settings.database_url, "PostgreSQL", "WORDTIDE_DATABASE_URL", _database)
    yield await _asked("Redis", settings.redis_url, "Redis", "WORDTIDE_REDIS_URL", _redis)
    yield await _openid(settings)


async def _asked(
    what: str, url: str | None, program: str, variable: str, ask: Callable[[str | None], Awaitable[Finding]]
) -> Finding:
    try:
        return await ask(url)
    except Exception as error:  # whatever a driver makes of a wrong address or answer
        why = "no answer" if isinstance(error, TimeoutError) else f"{error}" or type(error).__name__
        return Finding(
            what, f"{without_password(url or '')}: {why}", f"Start {program} if it is not running, or mend {variable}."
        )


def _client() -> Finding:
    if (CLIENT / "index.html").is_file():
        return Finding("pages", f"built, in {CLIENT}")
    return Finding("pages", "not built", "In a checkout, start with ./dev run: it builds them.")


def _data(settings: Settings) -> Finding:
    folder = settings.data
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not os.access(existing, os.W_OK):
        return Finding("data folder", f"{folder}: cannot be written", "Set WORDTIDE_DATA to a folder of yours.")
    return Finding("data folder", str(folder) if folder.exists() else f"{folder}: will be made at the first start")


def _sqlite(file: Path) -> Finding:
    """What is in the data folder. Looked at without changing it, also while a server runs."""
    what = "what was written"
    try:
        database = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=PATIENCE_S)
        try:
            (version,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
        finally:
            database.close()
    except (sqlite3.Error, TypeError) as error:
        return Finding(what, f"{file}: {error}", "Put a backup in its place: wordtide backup makes them.")
    if version not in versions():
        mend = "Start that version, or go back to a backup from before it."
        return Finding(what, f"{file}: a newer Wordtide has changed it", mend)
    return Finding(what, f"in {file}, schema {version}")


async def _database(url: str | None) -> Finding:
    if url is None:
        return Finding("database", f"SQLite {sqlite3.sqlite_version}, for one process")
    connection = await asyncpg.connect(url, timeout=PATIENCE_S)
    try:
        return Finding("database", f"PostgreSQL {await connection.fetchval('show server_version')}")
    finally:
        await connection.close()


async def _redis(url: str | None) -> Finding:
    if url is None:
        return Finding("Redis", "not set, and not needed by one process")
    client = redis.asyncio.Redis.from_url(url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S)
    try:
        found = str((await client.info("server"))["redis_version"])
    finally:
        await client.aclose()
    if tuple(int(part) for part in found.split(".")[:2]) < REDIS_FLOOR:
        return Finding("Redis", found, "Redis 7.0 or later is needed: it has sharded pub/sub.")
    return Finding("Redis", found)


async def _openid(settings: Settings) -> Finding:
    what, provider = "OpenID provider", openid_of(settings)
    if provider is None:
        return Finding(what, "not set, so nobody signs in by one")
    try:
        await provider.found(now=0)
    except AwayError as error:
        mend = "Mend WORDTIDE_OPENID_ISSUER, or see whether the provider runs and this machine may reach it."
        return Finding(what, f"{provider.issuer}: {error}", mend)
    return Finding(what, f"{provider.issuer}, called {provider.name}")
