"""`wordtide demo`: a year of several writers in a fresh data folder, and links to be one of them."""

import asyncio
import secrets
from datetime import UTC, datetime
from pathlib import Path

from server.app import open_ledger
from server.config import SettingError, Settings
from server.demo.fill import Filler
from server.demo.story import Story, tell
from server.ledger.engine import SQLITE_FILE
from server.people.sessions import link, new_token

LINKS_MS = 86_400_000
"""So long the links serve: whoever tries the demo need not hurry, and nobody else has it."""
_BESIDE = ("", "-wal", "-shm")


def demo(settings: Settings, seed: int, until: datetime | None, days: int) -> int:
    """Raises SettingError where the folder holds a database already. Where it fails, it leaves none behind."""
    if settings.database_url is not None:
        raise SettingError("The demo goes into a SQLite database of its own: unset WORDTIDE_DATABASE_URL for it.")
    database = settings.data / SQLITE_FILE
    if database.exists():
        raise SettingError(f"There is a database in {settings.data} already: set WORDTIDE_DATA to a new folder.")
    try:
        asyncio.run(_fill(settings, tell(seed, until or datetime.now(UTC), days)))
    except BaseException:
        for suffix in _BESIDE:
            Path(f"{database}{suffix}").unlink(missing_ok=True)
        raise
    return 0


async def _fill(settings: Settings, story: Story) -> None:
    ledger = await open_ledger(settings)
    try:
        filled = await Filler(ledger, story, lambda _: new_token()).fill()
        codes = {name: secrets.token_urlsafe(24) for name in filled.people}
        now = await ledger.now_ms()
        for name, person in filled.people.items():
            await ledger.links.make(person.id, codes[name], now, now + LINKS_MS)
    finally:
        await ledger.close()
    print(
        f"{len(filled.people)} writers with {filled.sprints:,} sprints and {filled.sessions:,} sessions, up to "
        f"{story.until:%Y-%m-%d %H:%M} UTC.\n\nLook at it:\n  WORDTIDE_DATA={settings.data} wordtide serve\n\n"
        "Be one of them, each in a private window of its own (a link serves once, within a day):"
    )
    width = max(map(len, codes))
    for name, code in codes.items():
        print(f"  {name:<{width}}  {link(settings.public_url, code)}")
