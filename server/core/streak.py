"""A writer's streak: a pure function of what was written, the settings of each day, and now.

The rules are numbered as in docs/streaks.md.
Nothing here is stored or counted up: the same ledger gives the same streak (rule 15). A day is judged by the settings
that held on it, a session by the day that was stamped when it began.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate, compress, count, islice, pairwise
from operator import not_
from typing import Literal, NamedTuple, overload

from server.core.calendar import (
    Calendar,
    Neutral,
    Rest,
    Rules,
    RulesSpan,
    Settings,
    closes_at,
    rest_allowed,
    rest_days,
    rules_on,
    today_at,
)
from server.core.days import ALWAYS, ZoneFrom, day_of, day_start
from server.core.grace import Misses, Runs

__all__ = [
    "ALWAYS",
    "Counted",
    "Day",
    "Days",
    "Rest",
    "Rules",
    "Session",
    "Settings",
    "Streak",
    "Weekly",
    "ZoneFrom",
    "closes_at",
    "counts_by_hand",
    "counts_offline",
    "day_of",
    "day_start",
    "evaluate",
    "evaluate_counted",
    "rest_allowed",
    "rest_days",
    "rules_on",
    "starts_in_future",
    "today_at",
]

MOST_AHEAD = timedelta(minutes=5)
"""A start further in the future than this is refused; clocks may differ by this much (rule 11)."""
MOST_LATE = timedelta(days=7)

Status = Literal["written", "open", "missed", "grace", "rest", "travel", "amnesty"]
State = Literal["done", "must_write", "grace_left", "resting", "broken", "none"]


@dataclass(frozen=True, slots=True)
class Session:
    """What a session adds. `local_day`: stamped at its start. `counts`: see counts_offline and counts_by_hand."""

    local_day: date
    words_net: int
    active_minutes: float
    counts: bool = True


class Counted(NamedTuple):
    """The same of sessions that count, in columns and any order: thousands are read quicker so than one by one.

    Days are ordinals (as date.toordinal gives) and may be there several times; words are those added, never below 0.
    """

    days: Sequence[int]
    words: Sequence[int]
    millis: Sequence[int]


class Day(NamedTuple):
    day: date
    status: Status
    words: int
    minutes: float


class Days(Sequence[Day]):
    """The days, oldest first, each made when it is asked for: there are thousands, and most callers want the last."""

    def __init__(self, first: date, statuses: list[Status], words: list[int], millis: list[int]) -> None:
        self._first = first.toordinal()
        self._statuses, self._words, self._millis = statuses, words, millis

    def __len__(self) -> int:
        return len(self._statuses)

    @overload
    def __getitem__(self, index: int) -> Day: ...
    @overload
    def __getitem__(self, index: slice) -> list[Day]: ...
    def __getitem__(self, index: int | slice) -> Day | list[Day]:
        if not isinstance(index, slice):
            offset = range(len(self))[index]
            return self[offset : offset + 1][0]
        days = map(date.fromordinal, range(self._first, self._first + len(self))[index])
        minutes = [ms / 60_000 for ms in self._millis[index]]
        return list(map(Day, days, self._statuses[index], self._words[index], minutes))

    def __iter__(self) -> Iterator[Day]:
        return iter(self[:])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Days) and self[:] == other[:]

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Weekly:
    """`days`: written in the week that today is in; `asked`: how many make that week count."""

    current: int
    longest: int
    days: int
    asked: int


@dataclass(frozen=True, slots=True)
class Streak:
    """`since`: the first written day of the current streak. `days`: from the first session that counts to today.

    After a flight west they go on to a day that was written where it had already begun. `closes_at`: when today ends.
    `grace`: how many misses it allows today; `grace_used`: how many of them the window that ends with today holds.
    """

    current: int
    longest: int
    since: date | None
    state: State
    today: date
    closes_at: datetime
    grace: int
    grace_used: int
    weekly: Weekly
    days: Days


# What comes in ----------------------------------------------------------------------------------------------------


def starts_in_future(started_at: datetime, now: datetime) -> bool:
    """Whether a session claims to have begun later than clocks may differ: it is refused (rule 11)."""
    return started_at > now + MOST_AHEAD


def counts_offline(started_at: datetime, received_at: datetime) -> bool:
    """Whether a sprint's result counts, or adds to totals only: it came within 7 days (rule 11)."""
    return received_at - started_at <= MOST_LATE


def counts_by_hand(local_day: date, today: date) -> bool:
    """Whether a session that is entered by hand counts: for the writer's own today and yesterday (rule 12).

    Imports never do.
    """
    return today - local_day <= timedelta(days=1)


# The streak -------------------------------------------------------------------------------------------------------


def evaluate(sessions: Iterable[Session], settings: Settings, now: datetime) -> Streak:
    """The streak at `now`, an aware instant. Linear in the days since the first session that counts."""
    return evaluate_counted(_counted(sessions), settings, now)


def evaluate_counted(counted: Counted, settings: Settings, now: datetime) -> Streak:
    calendar = Calendar(settings, now)
    first, span = _looked_at(counted.days, calendar.today)
    at = (calendar.today - first).days

    rules = calendar.rules_by_offset(first, span)
    words, millis = _sums(counted, first, span)
    written = _written(words, millis, rules)
    neutral = calendar.neutral(first, span)
    unwritten = list(compress(count(), map(not_, written)))
    misses = _misses(unwritten, neutral, rules, closed=at + 1)
    asked_today = misses.pop_if(at)
    runs = Runs(misses, span - len(unwritten))
    written_before = at - bisect_left(unwritten, at)
    grace, place = calendar.rules_on(calendar.today).grace, len(misses.offsets) + written_before

    return Streak(
        current=runs.current,
        longest=runs.longest,
        since=first + timedelta(days=_nth_true(written, runs.before)) if runs.current else None,
        state=_state(runs, written[at], asked_today, runs.falls_with(place, grace)),
        today=calendar.today,
        closes_at=calendar.closes_at(),
        grace=grace,
        grace_used=runs.held_beside(place),
        weekly=_weekly(written, neutral, calendar.weeks(first, span), at),
        days=Days(first, _statuses(len(written), unwritten, neutral, runs, at), words, millis),
    )


def _nth_true(flags: Sequence[bool], n: int) -> int:
    return next(islice(compress(count(), flags), n, None))


def _counted(sessions: Iterable[Session]) -> Counted:
    """What a session took away does not count against its day (rule 4). Whole ms add up the same in any order."""
    counting = [session for session in sessions if session.counts]
    return Counted(
        [session.local_day.toordinal() for session in counting],
        [net if (net := session.words_net) > 0 else 0 for session in counting],
        list(map(round, [session.active_minutes * 60_000 for session in counting])),
    )


def _looked_at(days: Sequence[int], today: date) -> tuple[date, int]:
    """The first day, and how many. Who flew west may have written on a day that is still to come there."""
    now = today.toordinal()
    first, last = min(now, min(days, default=now)), max(now, max(days, default=now))
    return date.fromordinal(first), last - first + 1


def _sums(counted: Counted, first: date, span: int) -> tuple[list[int], list[int]]:
    """Words and active ms of each day."""
    words, millis = [0] * span, [0] * span
    start = first.toordinal()
    for day, added, active in zip(counted.days, counted.words, counted.millis, strict=True):
        words[day - start] += added
        millis[day - start] += active
    return words, millis


def _written(words: list[int], millis: list[int], rules: list[RulesSpan]) -> list[bool]:
    """Rule 4."""
    written: list[bool] = []
    for rule, begin, end in rules:
        enough = rule.day_minutes * 60_000 if rule.day_minutes is not None else max(millis) + 1
        days = zip(words[begin:end], millis[begin:end], strict=True)
        written += [added >= rule.day_words or active >= enough for added, active in days]
    return written


def _misses(unwritten: list[int], neutral: list[Neutral | None], rules: list[RulesSpan], closed: int) -> Misses:
    """Rule 5. `closed`: how many days are taken as closed; later ones are effective only if written."""
    misses, skipped = Misses(), 0
    for rule, begin, end in rules:
        for offset in unwritten[bisect_left(unwritten, begin) : bisect_left(unwritten, end)]:
            if offset >= closed or neutral[offset]:
                skipped += 1
            else:
                misses.offsets.append(offset)
                misses.positions.append(offset - skipped)
                misses.graces.append(rule.grace)
    return misses


def _statuses(span: int, unwritten: list[int], neutral: list[Neutral | None], runs: Runs, at: int) -> list[Status]:
    statuses: list[Status] = ["written"] * span
    for offset in unwritten:
        statuses[offset] = neutral[offset] or "missed"
    for offset in runs.held():
        statuses[offset] = "grace"
    for offset in range(at, len(statuses)):
        if statuses[offset] in ("missed", "travel"):  # not known before the day has closed
            statuses[offset] = "open"
    return statuses


def _state(runs: Runs, written_today: bool, asked_today: bool, decides: bool) -> State:
    """`decides`: whether a miss today would lower the streak."""
    if written_today:
        return "done"
    if not runs.current:
        return "broken" if runs.written else "none"
    if not asked_today:
        return "resting"
    return "must_write" if decides else "grace_left"


def _weekly(written: list[bool], neutral: list[Neutral | None], weeks: list[tuple[int, int]], at: int) -> Weekly:
    """Rule 14."""
    current = longest = 0
    this_week = (0, 0)
    so_far = list(accumulate(written, initial=0))
    for (start, asked), (end, _) in pairwise([*weeks, (len(written), 0)]):
        days = so_far[end] - so_far[start]
        if start <= at < end:
            this_week = (days, asked)
        if days >= asked:
            current += 1
            if current > longest:
                longest = current
        elif end <= at and neutral[start:end].count(None) >= asked:
            current = 0
    return Weekly(current, longest, *this_week)
