"""Which writing day an instant belongs to. Days follow the writer's wall clock, never a fixed UTC offset."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
FULL_DAY = timedelta(hours=12)
"""After a change of zone, a day that was today for less than this asks nothing of the writer (rule 10)."""
ALWAYS = datetime.min.replace(tzinfo=UTC)

RolloverOf = Callable[[date], int]
"""The rollover that holds on a day, in minutes after local midnight."""


@dataclass(frozen=True, slots=True)
class ZoneFrom:
    """The writer's IANA zone from an instant on. What stands first also holds for all time before."""

    at: datetime
    zone: str


def day_start(day: date, zone: str, rollover: int) -> datetime:
    """The instant (UTC) at which `day` starts: the wall clock in `zone` reaches `rollover` minutes (rule 2).

    Of two such instants the first. Where clocks jump over it, what it would have been without the jump.
    """
    return datetime.combine(day, time(*divmod(rollover, 60)), ZoneInfo(zone)).astimezone(UTC)


def day_of(instant: datetime, zone: str, rollover: int) -> date:
    """The writing day of an aware instant: the latest whose start is not after it (rule 2)."""
    return day_by(instant, zone, lambda _: rollover)


def day_by(instant: datetime, zone: str, rollover_of: RolloverOf) -> date:
    """The same where the rollover is dated: each day starts by the one that holds on it."""
    # From tomorrow's date down: where clocks go back over the rollover, a day has begun before its date shows again.
    day = instant.astimezone(ZoneInfo(zone)).date() + DAY
    while day_start(day, zone, rollover_of(day)) > instant:
        day -= DAY
    return day


def zone_at(zones: Sequence[ZoneFrom], instant: datetime) -> str:
    """The zone that held at an instant. `zones` is sorted by `at` and not empty."""
    return zones[max(0, bisect_right(zones, instant, key=lambda change: change.at) - 1)].zone


def short_days(zones: Sequence[ZoneFrom], rollover_of: RolloverOf, first: date, last: date) -> set[date]:
    """Days from `first` to `last` that were today for fewer than 12 real hours, because the zone changed (rule 10).

    Also those that a zone left out when it moved across the date line, as Samoa did with 2011-12-30.
    """
    suspects = {day for one, next_one in pairwise(zones) for day in _around(one, next_one, rollover_of)}
    suspects.update(day for year in range(first.year, last.year + 1) for day in _skipped(zones, year))
    return {day for day in suspects if first <= day <= last and _time_as_today(day, zones, rollover_of) < FULL_DAY}


def _around(one: ZoneFrom, next_one: ZoneFrom, rollover_of: RolloverOf) -> Iterator[date]:
    """The days that a change of zone cuts short, leaves out or repeats: from the one it left to the one it came to."""
    left, came = (day_by(next_one.at, zone, rollover_of) for zone in (one.zone, next_one.zone))
    # A change on the very start of a day left the day before.
    day = min(left - DAY, came)
    while day <= max(left, came):
        yield day
        day += DAY


def _skipped(zones: Sequence[ZoneFrom], year: int) -> set[date]:
    return set().union(*(_dates_left_out(zone, year) for zone in {change.zone for change in zones}))


@lru_cache(maxsize=4096)
def _dates_left_out(zone: str, year: int) -> frozenset[date]:
    """The dates that never were in `zone`. Looks closer only at months whose ends lie half a day apart in offset."""
    found: set[date] = set()
    for month in range(1, 13):
        begin = date(year, month, 1)
        end = date(year + month // 12, month % 12 + 1, 1)
        if abs(_offset(end, zone) - _offset(begin, zone)) >= FULL_DAY:
            days = (begin + n * DAY for n in range((end - begin).days))
            found.update(day for day in days if day_start(day, zone, 0) == day_start(day + DAY, zone, 0))
    return frozenset(found)


def _offset(day: date, zone: str) -> timedelta:
    return datetime.combine(day, time(), ZoneInfo(zone)).utcoffset() or timedelta()


def _time_as_today(day: date, zones: Sequence[ZoneFrom], rollover_of: RolloverOf) -> timedelta:
    """How long `day` was today, in real time, over all the zones that the writer was in."""
    noon = datetime.combine(day, time(12), UTC)
    # In no zone does any part of a day lie two days from its noon in UTC.
    begin = max(0, bisect_right(zones, noon - 2 * DAY, key=lambda change: change.at) - 1)
    total = timedelta()
    for index in range(begin, len(zones)):
        held_from = zones[index].at if index else ALWAYS
        if held_from > noon + 2 * DAY:
            break
        zone = zones[index].zone
        starts = day_start(day, zone, rollover_of(day))
        ends = day_start(day + DAY, zone, rollover_of(day + DAY))
        if index + 1 < len(zones):
            ends = min(ends, zones[index + 1].at)
        total += max(timedelta(), ends - max(starts, held_from))
    return total
