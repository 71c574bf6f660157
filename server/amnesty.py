"""`wordtide amnesty`: days that ask nothing of anybody, because the house itself was away."""

import argparse
from datetime import date, timedelta

from server.app import beside
from server.config import SettingError, Settings
from server.core.instants import instant
from server.ledger.amnesty import MOST_NOTE, Amnesty, Neutral

MOST_AHEAD = timedelta(days=366)


def describe(parser: argparse.ArgumentParser) -> None:
    """The arguments, of which exactly one says what to do."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("day", nargs="?", type=_day, metavar="DAY", help="a day to declare neutral, as 2026-11-23")
    what.add_argument("--list", action="store_true", help="show the days that are declared")
    what.add_argument("--withdraw", type=_day, metavar="DAY", help="let a day count again")
    parser.add_argument("--note", help="why, for --list", metavar="TEXT")


async def run(settings: Settings, arguments: argparse.Namespace) -> int:
    """Raises SettingError for what cannot be, DatabaseError where the database is away or of another version."""
    if arguments.note is not None and arguments.day is None:
        raise SettingError("--note says why a DAY is declared: give it with one.")
    async with beside(settings) as database:
        amnesty = Amnesty(database)
        if arguments.list:
            return await _list(amnesty)
        if arguments.withdraw is not None:
            return await _withdraw(amnesty, arguments.withdraw)
        return await _declare(amnesty, arguments.day, arguments.note or "", await database.now_ms())


async def _list(amnesty: Amnesty) -> int:
    days = await amnesty.days()
    for each in days:
        print(f"{each.day}  {each.note}".rstrip())
    if not days:
        print("No day is declared neutral.")
    return 0


async def _withdraw(amnesty: Amnesty, day: date) -> int:
    if await amnesty.withdraw(day):
        print(f"{day} counts again as any other day.")
        return 0
    print(f"{day} was not declared neutral. `wordtide amnesty --list` shows the days that are.")
    return 1


async def _declare(amnesty: Amnesty, day: date, note: str, now: int) -> int:
    latest = instant(now).date() + MOST_AHEAD
    if day > latest:
        raise SettingError(f"{day} is more than {MOST_AHEAD.days} days ahead: declare it nearer the time.")
    if len(note) > MOST_NOTE:
        raise SettingError(f"The note has {len(note)} characters: say it in {MOST_NOTE} at most.")
    new = await amnesty.declare(Neutral(day, note, now))
    print(f"{day} asks nothing of anybody{'' if new else ', as before. Its note is the new one'}.")
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-11-23") from None
