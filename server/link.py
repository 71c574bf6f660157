"""`wordtide link`: a way in for a writer who has no other one left, beside a server that runs."""

import argparse
import secrets

from server.app import beside
from server.config import SettingError, Settings
from server.core.instants import instant
from server.ledger.engine import Database
from server.ledger.links import make_link
from server.ledger.lookup import Found, find
from server.people import sessions

HOLDS_MS = 15 * 60_000
MOST = 20
"""Writers that are shown where several have the name."""


def describe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("writer", metavar="NAME-or-NUMBER", help="the writer's name, handle or number")


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Raises SettingError where nobody is meant by it, DatabaseError where the database is away or of another
    version."""
    async with beside(settings) as database:
        found = await find(database, arguments.writer, MOST + 1)
        match found:
            case []:
                raise SettingError(f"Nobody here is called {arguments.writer!r}: give the name or the number.")
            case [only]:
                await _make(settings, database, only)
                return 0
            case _:
                _ask(arguments.writer, found)
                return 1


async def _make(settings: Settings, database: Database, writer: Found) -> None:
    code, now = secrets.token_urlsafe(24), await database.now_ms()
    async with database.writing() as connection:
        await make_link(connection, writer.id, code, now, now + HOLDS_MS, device=None)
    address = sessions.link(settings.public_url, code)
    print(
        f"This signs in as {writer.name} (number {writer.id}), once, until {instant(now + HOLDS_MS):%H:%M} UTC. "
        f"Give it to them alone; they see in their account that it was made.\n  {address}"
    )


def _ask(said: str, found: list[Found]) -> None:
    print(f"Several writers are called {said!r}. Say which one by the number:")
    for each in found[:MOST]:
        seen = "never seen" if each.seen_at is None else f"last here {instant(each.seen_at):%Y-%m-%d}"
        print(f"  {each.id:>8}  since {instant(each.created_at):%Y-%m-%d}, {seen}, sessions: {each.sessions:,}")
    if len(found) > MOST:
        print("  and more")
