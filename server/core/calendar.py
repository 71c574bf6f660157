"""What a writer's settings say about days: which one it is, the rules it has, and whether it asks for anything.

The rules are numbered as in docs/streaks.md.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from server.core.days import ZoneFrom, day_by, day_start, short_days, zone_at

MOST_REST_DAYS = 60

Neutral = Literal["rest", "travel", "amnesty"]


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


RulesSpan = tuple[Rules, int, int]
"""Rules, and the offsets from and before which they hold; an offset is days since the first day looked at."""


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


def rest_allowed(first: date, last: date, booked_at: datetime, zone: str, rollover: int) -> bool:
    """Whether days of rest, both ends included, may be booked: at most 60, before the first has begun (rule 8)."""
    return timedelta() <= last - first < timedelta(days=MOST_REST_DAYS) and booked_at < day_start(first, zone, rollover)


def today_at(settings: Settings, now: datetime) -> date:
    """The writing day of an instant, by the zone and the rollover that held."""
    return Calendar(settings, now).today


def closes_at(settings: Settings, now: datetime) -> datetime:
    """When that day ends: the instant (UTC) at which the next one begins."""
    return Calendar(settings, now).closes_at()


def rest_days(settings: Settings, now: datetime, first: date, last: date) -> set[date]:
    """The days of rest from `first` to `last`, by weekday or booked, as far as they are known at `now` (rule 8)."""
    reasons = Calendar(settings, now).neutral(first, max(0, (last - first).days + 1))
    return {first + timedelta(days=offset) for offset, reason in enumerate(reasons) if reason == "rest"}


def rules_on(settings: Settings, day: date) -> Rules:
    """The rules that hold on a day."""
    return _held_on(sorted(settings.rules, key=lambda rules: rules.from_day), day)


class Calendar:
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

    def rules_by_offset(self, first: date, span: int) -> list[RulesSpan]:
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
