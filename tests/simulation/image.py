"""The database that every simulation begins with: people with sessions, and a room with most of them as members."""

import asyncio
import atexit
import shutil
import sqlite3
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from server.core.records import Person
from server.core.sprint import Limits
from server.ledger.engine import SQLITE_FILE
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import NOW

LIMITS = Limits(min_sprint_s=3, reporting_ms=4_000)
PEOPLE = 6
MEMBERS = 5
"""The first so many have a place in the room, whose number is their slot. The first is its host."""


@dataclass(frozen=True, slots=True)
class Image:
    file: Path
    room: int
    slug: str
    people: tuple[Person, ...]
    """Everybody's session token is their name."""


@cache
def image() -> Image:
    """Made once, by the product itself, in a loop of the ordinary kind."""
    folder = Path(tempfile.mkdtemp(prefix="wordtide-image-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return asyncio.run(_make(folder))


async def _make(folder: Path) -> Image:
    ledger = await SqlLedger.open(None, folder, LIMITS)
    people = [await ledger.new_guest(f"writer-{n}", "Europe/London", f"writer-{n}", NOW) for n in range(PEOPLE)]
    room = await ledger.create_room(people[0], "Simulated", "public", None, NOW)
    for person in people[1:MEMBERS]:
        await ledger.join(room.id, person, NOW)
    await ledger.close()
    with sqlite3.connect(folder / SQLITE_FILE) as file:  # sessions end by this machine's clock
        file.execute("UPDATE auth_sessions SET expires_at = ?", (2**52,))
    file.close()
    return Image(folder / SQLITE_FILE, room.id, room.slug, tuple(people))
