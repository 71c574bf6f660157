"""A writer's streak: a pure function of what was written, the settings of each day, and now.

The rules are numbered as in docs/streaks.md.
Nothing here is stored or counted up: the same ledger gives the same streak (rule 15). A day is judged by the settings
that held on it, a session by the day that was stamped when it began.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import compress, count, islice, pairwise
from typing import Literal, NamedTuple, overload

from server.core.days import ALWAYS, ZoneFrom, day_by, day_of, day_start, short_days, zone_at
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
    "counts_by_hand",
    "counts_offline",
    "day_of",
    "day_start",
    "evaluate",
    "evaluate_counted",
    "rest_allowed",
    "rules_on",
    "starts_in_future",
    "today_at",
]

MOST_REST_DAYS = 60
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


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings that hold from a day on; the earliest ones also hold before it."""

    from_day: date = date.min
    rollover: int = 180
    """Minutes after local midnight, 0 to 360."""
    day_words: int = 50
    day_minutes: int | None = 10
    """None: minutes do not make a day count."""
    grace: int = 1
    rest_weekdays: frozenset[int] = frozenset()
    """0 is Monday."""
    weekly_days: int = 3
    week_start: int = 0


@dataclass(frozen=True, slots=True)
class Rest:
    """A booked range, both ends included. One that rest_allowed refuses has no effect."""

    first: date
    last: date
    booked_at: datetime


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that decides beside the sessions, in any order. `zones` and `rules` are not empty."""

    zones: Sequence[ZoneFrom]
    rules: Sequence[Rules] = (Rules(),)
    rests: Sequence[Rest] = ()
    amnesty: frozenset[date] = frozenset()
    """Days that the operator declared neutral for everybody (rule 13)."""


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
        if isinstance(index, slice):
            return [self[offset] for offset in range(*index.indices(len(self)))]
        offset = range(len(self))[index]
        day, minutes = date.fromordinal(self._first + offset), self._millis[offset] / 60_000
        return Day(day, self._statuses[offset], self._words[offset], minutes)

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


def rest_allowed(first: date, last: date, booked_at: datetime, zone: str, rollover: int) -> bool:
    """Whether days of rest, both ends included, may be booked: at most 60, before the first has begun (rule 8)."""
    return timedelta() <= last - first < timedelta(days=MOST_REST_DAYS) and booked_at < day_start(first, zone, rollover)


def today_at(settings: Settings, now: datetime) -> date:
    """The writing day of an instant, by the zone and the rollover that held."""
    return _Calendar(settings, now).today


def rest_days(settings: Settings, now: datetime, first: date, last: date) -> set[date]:
    """The days of rest from `first` to `last`, by weekday or booked, as far as they are known at `now` (rule 8)."""
    reasons = _Calendar(settings, now).neutral(first, max(0, (last - first).days + 1))
    return {first + timedelta(days=offset) for offset, reason in enumerate(reasons) if reason == "rest"}


def rules_on(settings: Settings, day: date) -> Rules:
    """The rules that hold on a day."""
    return _held_on(sorted(settings.rules, key=lambda rules: rules.from_day), day)


# The streak -------------------------------------------------------------------------------------------------------


def evaluate(sessions: Iterable[Session], settings: Settings, now: datetime) -> Streak:
    """The streak at `now`, an aware instant. Linear in the days since the first session that counts."""
    return evaluate_counted(_counted(sessions), settings, now)


def evaluate_counted(counted: Counted, settings: Settings, now: datetime) -> Streak:
    calendar = _Calendar(settings, now)
    first, span = _looked_at(counted.days, calendar.today)
    at = (calendar.today - first).days

    rules = calendar.rules_by_offset(first, span)
    words, millis = _sums(counted, first, span)
    written = _written(words, millis, rules)
    neutral = calendar.neutral(first, span)
    misses = _misses(written, neutral, rules, closed=at + 1)
    asked_today = misses.pop_if(at)
    runs = Runs(misses, sum(written))
    grace, place = calendar.rules_on(calendar.today).grace, len(misses.offsets) + sum(written[:at])

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
        days=Days(first, _statuses(written, neutral, runs, at), words, millis),
    )


Neutral = Literal["rest", "travel", "amnesty"]
Span = tuple[Rules, int, int]
"""Rules, and the offsets from and before which they hold; an offset is days since the first day looked at."""


class _Calendar:
    """What the settings say about days, as far as it is known at `now`."""

    def __init__(self, settings: Settings, now: datetime) -> None:
        zones = sorted(settings.zones, key=lambda change: change.at)
        self._zones = [change for change in zones if change.at <= now] or zones[:1]
        self._rules = sorted(settings.rules, key=lambda rules: rules.from_day)
        self._rests, self._amnesty = settings.rests, settings.amnesty
        self.today = day_by(now, self._zones[-1].zone, self._rollover)

    def rules_on(self, day: date) -> Rules:
        return _held_on(self._rules, day)

    def closes_at(self) -> datetime:
        tomorrow = self.today + timedelta(days=1)
        return day_start(tomorrow, self._zones[-1].zone, self._rollover(tomorrow))

    def _rollover(self, day: date) -> int:
        return self.rules_on(day).rollover

    def rules_by_offset(self, first: date, span: int) -> list[Span]:
        begins = [0] + [min(span, max(0, (rules.from_day - first).days)) for rules in self._rules[1:]]
        ends = [*begins[1:], span]
        return [held for held in zip(self._rules, begins, ends, strict=True) if held[1] < held[2]]

    def weeks(self, first: date, span: int) -> list[tuple[int, int]]:
        """Where weeks start, by offset, and how many written days each asks for.

        A week starts on each day that is the start of the week by the rules of that day, and asks what those ask. The
        first one is cut at the first day.
        """
        start = first
        while start.weekday() != self.rules_on(start).week_start:
            start -= timedelta(days=1)
        weeks = [(0, self.rules_on(start).weekly_days)]
        for rules, begin, end in self.rules_by_offset(first, span):
            starts = range(_next(rules.week_start, first, max(1, begin)), end, 7)
            weeks += [(offset, rules.weekly_days) for offset in starts]
        return weeks

    def neutral(self, first: date, span: int) -> list[Neutral | None]:
        """Why a day asks nothing of the writer, if it does not; by offset."""
        last = first + timedelta(days=span - 1)
        reasons: list[Neutral | None] = [None] * span
        for day in short_days(self._zones, self._rollover, first, last):
            reasons[(day - first).days] = "travel"
        for day in self._amnesty:
            if first <= day <= last:
                reasons[(day - first).days] = "amnesty"
        for rest in self._rests:
            zone, rollover = zone_at(self._zones, rest.booked_at), self._rollover(rest.first)
            if rest_allowed(rest.first, rest.last, rest.booked_at, zone, rollover):
                begin, end = (rest.first - first).days, (rest.last - first).days + 1
                reasons[max(0, begin) : max(0, end)] = ["rest"] * (min(span, end) - max(0, begin))
        for rules, begin, end in self.rules_by_offset(first, span):
            for weekday in rules.rest_weekdays:
                off = range(_next(weekday, first, begin), end, 7)
                reasons[off.start : off.stop : 7] = ["rest"] * len(off)
        return reasons


def _held_on(rules: Sequence[Rules], day: date) -> Rules:
    """`rules`: sorted by their first day."""
    return rules[max(0, bisect_right(rules, day, key=lambda each: each.from_day) - 1)]


def _next(weekday: int, first: date, offset: int) -> int:
    """The first offset not before `offset` that falls on a weekday."""
    return offset + (weekday - first.weekday() - offset) % 7


def _nth_true(flags: Sequence[bool], n: int) -> int:
    return next(islice(compress(count(), flags), n, None))


def _counted(sessions: Iterable[Session]) -> Counted:
    """What a session took away does not count against its day (rule 4). Whole ms add up the same in any order."""
    counting = [session for session in sessions if session.counts]
    return Counted(
        [session.local_day.toordinal() for session in counting],
        [max(0, session.words_net) for session in counting],
        [round(session.active_minutes * 60_000) for session in counting],
    )


def _looked_at(days: Sequence[int], today: date) -> tuple[date, int]:
    """The first day, and how many. Who flew west may have written on a day that is still to come there."""
    known = [today.toordinal(), *days]
    return date.fromordinal(min(known)), max(known) - min(known) + 1


def _sums(counted: Counted, first: date, span: int) -> tuple[list[int], list[int]]:
    """Words and active ms of each day."""
    words, millis = [0] * span, [0] * span
    start = first.toordinal()
    for day, added, active in zip(counted.days, counted.words, counted.millis, strict=True):
        words[day - start] += added
        millis[day - start] += active
    return words, millis


def _written(words: list[int], millis: list[int], rules: list[Span]) -> list[bool]:
    """Rule 4."""
    written: list[bool] = []
    for rule, begin, end in rules:
        enough = rule.day_minutes * 60_000 if rule.day_minutes is not None else max(millis) + 1
        days = zip(words[begin:end], millis[begin:end], strict=True)
        written += [added >= rule.day_words or active >= enough for added, active in days]
    return written


def _misses(written: list[bool], neutral: list[Neutral | None], rules: list[Span], closed: int) -> Misses:
    """Rule 5. `closed`: how many days are taken as closed; later ones are effective only if written."""
    misses, skipped = Misses(), 0
    for rule, begin, end in rules:
        for offset in range(begin, end):
            if written[offset]:
                continue
            if offset >= closed or neutral[offset]:
                skipped += 1
            else:
                misses.offsets.append(offset)
                misses.positions.append(offset - skipped)
                misses.graces.append(rule.grace)
    return misses


def _statuses(written: list[bool], neutral: list[Neutral | None], runs: Runs, at: int) -> list[Status]:
    by_day = zip(written, neutral, strict=True)
    statuses: list[Status] = ["written" if is_written else why or "missed" for is_written, why in by_day]
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
    for (start, asked), (end, _) in pairwise([*weeks, (len(written), 0)]):
        days = sum(written[start:end])
        if start <= at < end:
            this_week = (days, asked)
        if days >= asked:
            current += 1
            longest = max(longest, current)
        elif end <= at and neutral[start:end].count(None) >= asked:
            current = 0
    return Weekly(current, longest, *this_week)
