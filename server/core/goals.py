"""Goals: so many words or minutes in a day, a week, a month or a year, judged by the goal that held then.

Pure functions of the goals, of what was written from day to day, and of today. Days are writing days, by the writer's
zone and rollover.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

from server.core.days import DAY
from server.core.written import week_of

Period = Literal["day", "week", "month", "year"]
PERIODS: tuple[Period, ...] = ("day", "week", "month", "year")
PAST = 12
"""So many periods before the current one are told."""

WrittenBetween = Callable[[date, date], tuple[int, int]]
"""What was written from a day to a day, both included: words added, and ms."""


class Span(NamedTuple):
    """Both ends included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Goal:
    """Holds for the period in which `from_day` is and for those after it. `target` None: from then on there is none."""

    period: str
    from_day: date
    unit: str
    """words or minutes"""
    target: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """One period. `target` None: it had no goal. `done` in the goal's unit; minutes are whole ones."""

    span: Span
    unit: str
    target: int | None
    done: int

    @property
    def met(self) -> bool:
        return self.target is not None and self.done >= self.target


def span(period: str, day: date, week_start: int) -> Span:
    """The period that a day is in. `week_start`: 0 is Monday."""
    match period:
        case "day":
            return Span(day, day)
        case "week":
            first = week_of(day, week_start)
            return Span(first, first + timedelta(days=6))
        case "month":
            following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
            return Span(day.replace(day=1), following - DAY)
        case "year":
            return Span(date(day.year, 1, 1), date(day.year, 12, 31))
    raise ValueError(f"not a period: {period}")


def held(goals: Iterable[Goal], period: str, last: date) -> Goal | None:
    """The goal that holds for the period which ends with `last`.

    By its last day: where the week begins may have changed since the goal was set.
    """
    before = [goal for goal in goals if goal.period == period and goal.from_day <= last]
    goal = max(before, key=lambda goal: goal.from_day, default=None)
    return None if goal is None or goal.target is None else goal


def progress(
    period: str, goals: Iterable[Goal], written: WrittenBetween, today: date, week_start: int
) -> list[Progress]:
    """Of the current period and the PAST ones before it, oldest first."""
    goals, at = list(goals), span(period, today, week_start)
    found: list[Progress] = []
    while len(found) <= PAST:
        goal = held(goals, period, at.last)
        unit, target = ("words", None) if goal is None else (goal.unit, goal.target)
        words, ms = written(*at)
        found.append(Progress(at, unit, target, words if unit == "words" else ms // 60_000))
        at = span(period, at.first - DAY, week_start)
    return found[::-1]
