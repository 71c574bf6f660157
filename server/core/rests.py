"""Rest booked ahead (rule 8 in docs/streaks.md): what may be booked, and what calling it off leaves."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from protocol.codes import ErrorCode
from server.core.calendar import MOST_REST_DAYS
from server.core.sprint import RuleError

MOST_AHEAD_DAYS = 366
"""Further ahead a first day is more likely a slip than a plan."""


class Booked(NamedTuple):
    """A stretch of rest of one writer, both ends included. `id`: a UUID that the client chose."""

    id: str
    first: date
    last: date


def check(first: date, last: date, today: date, booked: Iterable[Booked]) -> None:
    """Raises RuleError where a stretch may not be booked on `today`, the writer's own writing day.

    Stretches may follow each other, but not overlap: which of the two holds a day would be anybody's guess once one of
    them is called off.
    """
    if first <= today:
        raise RuleError(ErrorCode.BAD_REQUEST, "first", "is tomorrow or later: rest is booked before it begins")
    if first > today + timedelta(days=MOST_AHEAD_DAYS):
        raise RuleError(ErrorCode.BAD_REQUEST, "first", f"is at most {MOST_AHEAD_DAYS} days from today")
    if last < first:
        raise RuleError(ErrorCode.BAD_REQUEST, "last", "is the first day or later")
    if last - first >= timedelta(days=MOST_REST_DAYS):
        rule = f"makes at most {MOST_REST_DAYS} days of rest, with the first and the last one"
        raise RuleError(ErrorCode.BAD_REQUEST, "last", rule)
    for rest in booked:
        if rest.first <= last and first <= rest.last:
            rule = f"is outside the rest that is booked from {rest.first} to {rest.last}: cancel that one first"
            raise RuleError(ErrorCode.CONFLICT, "first", rule)


def called_off(rest: Booked, today: date) -> Booked | None:
    """What is left of it; None: nothing. Days that have begun stay as they are. Raises RuleError where all have."""
    if today < rest.first:
        return None
    if today <= rest.last:
        return rest._replace(last=today)
    raise RuleError(ErrorCode.CONFLICT, "rest", "is over: what it held stays as it is")
