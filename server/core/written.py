"""What a writer has written, in columns: sums of days, weeks, months and years, the bests, the best hour.

Ten years of daily sessions are summed in a few milliseconds: each column is added up once, from the first session on,
so that any stretch of days is a difference of two of its entries. Days are ISO dates as text, which sort as days do.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate, chain, compress, islice
from operator import ne, sub
from typing import Literal, NamedTuple

from server.core.board import wpm
from server.core.days import DAY
from server.core.records import SessionRecord
from server.core.streak import Counted, Settings

NOT_COUNTED = -1
MINUTE_MS = 60_000
RATED_MS = 5 * MINUTE_MS
"""Sessions that are shorter say little of how fast somebody writes."""
HOURS_FROM = 10
"""With fewer sessions than these there is no best hour."""


@dataclass(frozen=True, slots=True)
class Written:
    """A writer's sessions in lists of one length, by day.

    `streak_words` and `streak_millis` say what counts for the streak where that is another number; `streak_millis` is
    NOT_COUNTED where the session does not count at all.
    """

    days: Sequence[str] = ()
    hours: Sequence[int | None] = ()
    """0 to 23, on the clock of where it was written; None: it was imported as what a day came to, and is no sprint."""
    words: Sequence[int] = ()
    """Below 0 where more was taken out than added."""
    millis: Sequence[int] = ()
    streak_words: Sequence[int | None] = ()
    streak_millis: Sequence[int | None] = ()


@dataclass(frozen=True, slots=True)
class Glance:
    """What the page of a history is made of, all of the same instant. `newest`: the newest sessions."""

    written: Written
    newest: list[SessionRecord]
    settings: Settings


class Sums(NamedTuple):
    """`added`: of the sessions that added words; `removed`: of those that took words away, as a positive number."""

    added: int = 0
    removed: int = 0
    millis: int = 0
    sessions: int = 0
    days: int = 0
    """With a session."""


class Best(NamedTuple):
    """Words added from a day to a day, both included."""

    first: date
    last: date
    words: int


class Hour(NamedTuple):
    hour: int
    words: int
    sessions: int


class Summed:
    """`written`, to be asked for any stretch of its days. Both ends of a stretch are included."""

    def __init__(self, written: Written) -> None:
        self.written = written
        self._added = _summed([net if net > 0 else 0 for net in written.words])
        self._net, self._millis = _summed(written.words), _summed(written.millis)
        self._of_sprints = written.words
        """Words, 0 where they were imported."""
        if None in written.hours:
            pairs = zip(written.words, written.hours, strict=True)
            self._of_sprints = [0 if hour is None else net for net, hour in pairs]
        self._edges = [*_begins(written.days), len(written.days)]
        """Places at which a day begins, and the end."""
        self._days = [written.days[place] for place in self._edges[:-1]]
        self._ordinals = list(map(date.toordinal, map(date.fromisoformat, self._days)))
        self._added_by_day = _parts(self._added, self._edges)

    def counted(self) -> Counted:
        """What counts for the streak, by day."""
        of, edges = self.written, self._edges
        if of.streak_millis.count(None) == len(of.streak_millis):
            return Counted(self._ordinals, self._added_by_day, _parts(self._millis, edges))
        flags = [ms != NOT_COUNTED for ms in of.streak_millis]
        words = _summed(
            max(0, net if less is None else less) if flag else 0
            for net, less, flag in zip(of.words, of.streak_words, flags, strict=True)
        )
        millis = _summed(
            (ms if less is None else less) if flag else 0
            for ms, less, flag in zip(of.millis, of.streak_millis, flags, strict=True)
        )
        counting = _parts(_summed(flags), edges)  # a day without such a session is not looked at
        columns = (self._ordinals, _parts(words, edges), _parts(millis, edges))
        return Counted(*(list(compress(column, counting)) for column in columns))

    def between(self, first: date = date.min, last: date = date.max) -> Sums:
        return self._sums(*self._of_days(first, last))

    def by_day(self, first: date, last: date) -> list[tuple[str, Sums]]:
        """Only days with a session, as 2026-11-23."""
        begin, end = self._of_days(first, last)
        return [(self._days[at], self._sums(at, at + 1)) for at in range(begin, end)]

    def by_month(self, first: date = date.min, last: date = date.max) -> list[tuple[str, Sums]]:
        """Only months with a session, as 2026-11."""
        found = []
        begin, end = self._of_days(first, last)
        while begin < end:
            month = self._days[begin][:7]
            until = bisect_left(self._days, f"{month}-99", begin, end)
            found.append((month, self._sums(begin, until)))
            begin = until
        return found

    def years(self) -> list[int]:
        """Those with a session."""
        return sorted({int(month[:4]) for month, _ in self.by_month()})

    def wpm(self, first: date = date.min, last: date = date.max) -> float | None:
        """Words a minute over all sessions of which it says something (see board.wpm); None: there are none."""
        begin, end = self._of_sessions(first, last)
        words, millis = self.written.words[begin:end], self.written.millis[begin:end]
        rated = [net > 0 and ms >= MINUTE_MS for net, ms in zip(words, millis, strict=True)]
        return wpm(sum(compress(words, rated)), sum(compress(millis, rated)) / MINUTE_MS)

    def best_session(self, first: date = date.min, last: date = date.max) -> int | None:
        """The place of the one that added most, of several the first; None: none added any."""
        begin, end = self._of_sessions(first, last)
        return _greatest(self._of_sprints[begin:end], begin)

    def best_rate(self, first: date = date.min, last: date = date.max) -> int | None:
        """The place of the one with most words a minute, of those of 5 minutes or more."""
        begin, end = self._of_sessions(first, last)
        pairs = zip(self._of_sprints[begin:end], self.written.millis[begin:end], strict=True)
        return _greatest([net / ms if ms >= RATED_MS else 0 for net, ms in pairs], begin)

    def best_day(self, first: date = date.min, last: date = date.max) -> Best | None:
        begin, end = self._of_days(first, last)
        at = _greatest(self._added_by_day[begin:end], begin)
        if at is None:
            return None
        day = date.fromordinal(self._ordinals[at])
        return Best(day, day, self._sums(at, at + 1).added)

    def best_week(self, week_start: int, first: date = date.min, last: date = date.max) -> Best | None:
        """`week_start`: 0 is Monday. A week that lies across an end of the stretch has only its days within."""
        begin, end = self._of_days(first, last)
        if begin == end:
            return None
        start = week_of(date.fromordinal(self._ordinals[begin]), week_start).toordinal()
        mondays = range(start, self._ordinals[end - 1] + 1, 7)
        edges = [*(bisect_left(self._ordinals, monday, begin, end) for monday in mondays), end]
        added = _parts(self._added, [self._edges[at] for at in edges])
        week = _greatest(added, 0)
        if week is None:
            return None
        monday = date.fromordinal(mondays[week])
        return Best(max(monday, first), min(monday + 6 * DAY, last), added[week])

    def best_hour(self, first: date = date.min, last: date = date.max) -> Hour | None:
        """The one whose sessions added most, by the clock of where each began."""
        begin, end = self._of_sessions(first, last)
        hours = self.written.hours[begin:end]
        if len(hours) - hours.count(None) < HOURS_FROM:
            return None
        words = [0] * 24
        for hour, net in zip(hours, self.written.words[begin:end], strict=True):
            if net > 0 and hour is not None:
                words[hour] += net
        best = _greatest(words, 0)
        return None if best is None else Hour(best, words[best], hours.count(best))

    def _of_days(self, first: date, last: date) -> tuple[int, int]:
        """Days with a session from the one to before the other."""
        begin = bisect_left(self._days, first.isoformat())
        return begin, max(begin, bisect_right(self._days, last.isoformat()))

    def _of_sessions(self, first: date, last: date) -> tuple[int, int]:
        begin, end = self._of_days(first, last)
        return self._edges[begin], self._edges[end]

    def _sums(self, first: int, end: int) -> Sums:
        """Of days with a session, from the one to before the other."""
        begin, until = self._edges[first], self._edges[end]
        added = self._added[until] - self._added[begin]
        removed = added - (self._net[until] - self._net[begin])
        return Sums(added, removed, self._millis[until] - self._millis[begin], until - begin, end - first)


Kind = Literal["sprint", "rate", "day", "week"]


class Beaten(NamedTuple):
    """`value`, `before`: words, or words a minute of a `rate`."""

    kind: Kind
    value: float
    before: float


def beaten(written: Written, place: int, week_start: int) -> list[Beaten]:
    """The bests that the session at `place` has beaten. What was the first of its kind has beaten nothing; a day or a
    week that was the best already without it is not beaten again, and one that has nothing else in it says no more than
    the sprint does.
    """
    day, words, millis = date.fromisoformat(written.days[place]), written.words[place], written.millis[place]
    others = Summed(_without(written, place))
    found: list[Beaten] = []
    most = others.best_session()
    if most is not None and words > others.written.words[most]:
        found.append(Beaten("sprint", words, others.written.words[most]))
    fastest = others.best_rate()
    if fastest is not None and millis >= RATED_MS:
        rate, record = words / millis, others.written.words[fastest] / others.written.millis[fastest]
        if rate > record:
            found.append(Beaten("rate", rate * MINUTE_MS, record * MINUTE_MS))
    days = (others.best_day(last=day - DAY), others.best_day(first=day + DAY))
    monday = week_of(day, week_start)
    sunday = monday + 6 * DAY
    weeks = (others.best_week(week_start, last=monday - DAY), others.best_week(week_start, first=sunday + DAY))
    sums: tuple[tuple[Kind, int, Sequence[Best | None]], ...] = (
        ("day", others.between(day, day).added, days),
        ("week", others.between(monday, sunday).added, weeks),
    )
    for kind, without, elsewhere in sums:
        before = max((each.words for each in elsewhere if each is not None), default=0)
        is_news = all(without + words != each.value for each in found)
        if is_news and 0 < before < without + words and without <= before:
            found.append(Beaten(kind, without + words, before))
    return found


def _without(written: Written, place: int) -> Written:
    columns = (getattr(written, name) for name in written.__slots__)
    return Written(*([*column[:place], *column[place + 1 :]] for column in columns))


def week_of(day: date, week_start: int) -> date:
    """The first day of the week that `day` is in; `week_start` 0 is Monday."""
    return day - timedelta(days=(day.weekday() - week_start) % 7)


# Thousands of numbers go through these: what runs in C is several times as quick as a loop.


def _summed(column: Iterable[int]) -> list[int]:
    return list(accumulate(column, initial=0))


def _begins(column: Sequence[object]) -> list[int]:
    """The places at which another value begins."""
    return list(compress(range(len(column)), map(ne, column, chain((None,), column))))


def _parts(summed: Sequence[int], edges: Sequence[int]) -> list[int]:
    """What a column that was summed comes to between its edges."""
    at = list(map(summed.__getitem__, edges))
    return list(map(sub, islice(at, 1, None), at))


def _greatest(values: Sequence[float], begin: int) -> int | None:
    """The place of the first of the greatest, counted from `begin`; None where none is above 0."""
    most = max(values, default=0)
    return begin + values.index(most) if most > 0 else None
