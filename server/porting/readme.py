"""Which files an archive of everything holds, and what it says of them."""

from collections.abc import Mapping

from msgspec import Struct

from protocol import data as shapes

README, EVERYTHING, SESSIONS = "README.txt", "everything.json", "sessions"
TABLES: Mapping[str, type[Struct]] = {
    "projects": shapes.ExportProject,
    "goals": shapes.ExportGoal,
    "rests": shapes.ExportRest,
    "settings": shapes.ExportSettings,
    "zones": shapes.ExportZone,
    "imports": shapes.Import,
    "rooms": shapes.ExportRoom,
    "sprints": shapes.ExportSprint,
    "devices": shapes.ExportDevice,
    "passkeys": shapes.ExportPasskey,
    "identities": shapes.ExportIdentity,
    "recovery_codes": shapes.ExportCode,
    "tokens": shapes.ExportToken,
    "links": shapes.ExportLink,
    "calendars": shapes.ExportCalendar,
    "merges": shapes.ExportMerge,
    "audit": shapes.ExportAudit,
    "removed_sessions": shapes.ExportSession,
}
"""Fields of Export that are lists, but for the sessions, each with the shape of its rows."""
_SAYS: Mapping[str, str] = {
    SESSIONS: "every session you wrote, newest first; Wordtide can import this file again",
    "projects": "your projects, with their targets and deadlines",
    "goals": "your goals, each from a day on",
    "rests": "days of rest that you booked",
    "settings": "what your days were judged by, each from a day on",
    "zones": "the time zones your days were counted in",
    "imports": "files that you imported",
    "rooms": "rooms that you are or were in",
    "sprints": "sprints that you wrote in, with your own result in each and what you said of it",
    "devices": "browsers in which you are signed in",
    "passkeys": "your passkeys, by their names",
    "identities": "who you are to other places that sign you in",
    "recovery_codes": "when your recovery codes were made and used",
    "tokens": "your personal tokens, by their names",
    "links": "links to sign in with that nobody has used yet",
    "calendars": "since when your calendar has an address",
    "merges": "other histories that became part of this one",
    "audit": "what was done with your account, and when",
    "removed_sessions": "sessions that you removed from your history, where you can bring them back",
}


def readme(name: str, exported_at: str) -> bytes:
    """With lines that every system's editor shows as such."""
    wide = max(map(len, _SAYS)) + len(".csv")
    lines = [
        # U+2068 to U+2069, as <bdi> on a page: a name may run from right to left.
        f"Everything that Wordtide keeps of \u2068{name}\u2069, as of {exported_at}.",
        "",
        EVERYTHING,
        "    All of it in one file, for programs.",
        "",
        "Tables, for spreadsheets (CSV in UTF-8, the first line names the columns):",
        "",
        *(f"    {f'{table}.csv':{wide}}  {says}" for table, says in _SAYS.items()),
        "",
        "Instants are in UTC; a session's local_day is the day it counts for, in the zone beside it.",
        "Text that a spreadsheet would run as a formula has an apostrophe before it.",
        "",
        "What you wrote is not here: your drafts never left the devices on which you wrote them.",
        "Nor are secrets (passkeys, tokens, codes): of those only what proves them is kept.",
        "Of other people there is nothing but the names of the rooms you shared with them.",
    ]
    return "".join(f"{line}\r\n" for line in lines).encode()
