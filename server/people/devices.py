"""What a device is called in the list of where somebody is signed in: as its browser names itself."""

import re

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
"""In this order: most browsers name those before them, too, whose pages they can show."""
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_PROGRAM = re.compile(r"([A-Za-z][A-Za-z0-9._-]{0,39})(?:/|$)")
UNKNOWN = "A device"


def device_name(user_agent: str) -> str:
    """Of a User-Agent header: "Firefox on Linux", a program's own name, or UNKNOWN. At most 40 plain characters."""
    if not user_agent.startswith("Mozilla/"):
        program = _PROGRAM.match(user_agent)
        return UNKNOWN if program is None else program.group(1)
    browser, system = _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)
    if browser is None:
        return UNKNOWN if system is None else f"A browser on {system}"
    return browser if system is None else f"{browser} on {system}"


def _first(known: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for sign, name in known if sign in user_agent), None)
