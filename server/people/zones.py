"""Which time zones a writer may live in: those of the IANA database that this machine knows."""

import zoneinfo
from functools import cache

from protocol.codes import ErrorCode
from server.core.sprint import RuleError

_NO_PLACES = frozenset({"Factory", "localtime", "posixrules"})
"""In the database's folder, but not zones anybody lives in."""


@cache
def known() -> frozenset[str]:
    """All names, read from disk once (it takes some 20 ms)."""
    return frozenset(zoneinfo.available_timezones() - _NO_PLACES)


def zone(text: str) -> str:
    """The name of a zone, as it was given. Raises RuleError where there is none of that name."""
    if text not in known():
        raise RuleError(ErrorCode.BAD_REQUEST, "zone", "is an IANA time zone, as Europe/London")
    return text
