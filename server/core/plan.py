"""What a project asks of a day: its plan from a first day to a deadline, with more or less work by weekday.

Everything is a pure function of the project, of what was done on which day, of the days of rest and of today. Amounts
are whole numbers in the project's unit.
"""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Literal, NamedTuple

from protocol.codes import ErrorCode
from server.core.sprint import RuleError

RECENT_DAYS = 14
"""The pace is what was done in so many closed days."""
MOST_DAYS = 3_660
"""From first day to deadline, and as far as an end is foretold: ten years."""
EARLIEST, LATEST = date(1970, 1, 1), date(2099, 12, 31)
"""For a first day."""

Unit = Literal["words", "pages", "minutes", "lines"]
State = Literal["counting", "undated", "early", "asked", "done", "resting", "no_days", "over", "reached"]
"""counting: no target. undated: no deadline. early: before its first day. asked: today has a need, done: and it is met.
resting: no work on this weekday. no_days: no day of work is left before the deadline. over: the deadline has passed.
"""


@dataclass(frozen=True, slots=True)
class Project:
    """What a writer says of a project. `start_total`: what there was before its first session.

    `weights`: seven digits, Monday first: how much of the work each weekday takes. `chosen`: new words go here.
    """

    id: str
    title: str
    unit: str
    start_total: int
    target: int | None
    first_day: date
    deadline: date | None
    weights: str
    chosen: bool
    archived: bool
    created_at: int
    """Unix ms."""


class DayDone(NamedTuple):
    """What a day's sessions added to a project, in its unit; less than 0 where more was taken out."""

    amount: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How a project stands today. None: it cannot be said.

    `need`: what today asks, worked out from what was left when the day began, so that it stays while one writes.
    `ahead`: of the plan, less than 0 if behind; what today asks is not owed before the day has closed. `ahead_days`: of
    work, as many as that is. `ends`: when it will be done at the pace of the last closed days.
    """

    state: State
    total: int
    today: int
    need: int | None
    remaining: int | None
    ahead: int | None
    ahead_days: int | None
    ends: date | None
    line: tuple[int, ...]
    """What the total should be at the end of each day, from the first day to the deadline; empty where nothing is."""


def check(project: Project) -> None:
    """Raises RuleError where its days cannot be."""
    if not EARLIEST <= project.first_day <= LATEST:
        raise RuleError(ErrorCode.BAD_REQUEST, "first_day", f"lies from {EARLIEST.year} to {LATEST.year}")
    if project.deadline is None:
        return
    if project.deadline < project.first_day:
        raise RuleError(ErrorCode.BAD_REQUEST, "deadline", "is not before the first day")
    if project.deadline - project.first_day >= timedelta(days=MOST_DAYS):
        raise RuleError(ErrorCode.BAD_REQUEST, "deadline", "is at most ten years after the first day")


def plan(project: Project, days: Mapping[date, DayDone], rests: Collection[date], today: date) -> Plan:
    """`days`: all that have sessions. `rests`: the writer's days of rest, at least those from first day to deadline."""
    of_today = days[today].amount if today in days else 0
    # Who flew west may have written on a day that is still to come here: that was done before, too.
    before = project.start_total + sum(day.amount for day in days.values()) - of_today
    total = before + of_today
    week = _Weights(project, rests)
    need = _need(project, week, before, today)
    ahead, ahead_days = _ahead(week, project.start_total, total, today)
    return Plan(
        state=_state(project, week, total, of_today, need, today),
        total=total,
        today=of_today,
        need=need,
        remaining=None if project.target is None else max(0, project.target - total),
        ahead=ahead,
        ahead_days=ahead_days,
        ends=_ends(project, days, before, of_today, today),
        line=week.line,
    )


class _Weights:
    """The weight of each day from first day to deadline, and the line of the plan that follows from them."""

    def __init__(self, project: Project, rests: Collection[date]) -> None:
        first, last, target = project.first_day, project.deadline, project.target
        self.first = first
        self.days = bytearray()
        self.line: tuple[int, ...] = ()
        if last is None or target is None:
            return
        span = (last - first).days + 1
        digits = bytes(int(digit) for digit in project.weights)
        self.days += ((digits[first.weekday() :] + digits[: first.weekday()]) * (span // 7 + 1))[:span]
        for day in rests:
            if first <= day <= last:
                self.days[(day - first).days] = 0
        work, whole = target - project.start_total, sum(self.days)
        if whole and work > 0:
            self.line = tuple(project.start_total + work * part // whole for part in accumulate(self.days))

    def offset(self, day: date) -> int:
        return (day - self.first).days


def _need(project: Project, week: _Weights, before: int, today: date) -> int | None:
    """ceil(what is left x the weight of today / the weights from today on)."""
    at = week.offset(today)
    left = sum(week.days[max(0, at) :])
    if project.target is None or not left:
        return None
    remaining = max(0, project.target - before)
    return -(-remaining * week.days[at] // left) if at >= 0 else 0


def _ahead(week: _Weights, start_total: int, total: int, today: date) -> tuple[int | None, int | None]:
    line, at = week.line, week.offset(today)
    if not line:
        return None, None
    by_yesterday, by_today = (start_total if day < 0 else line[min(day, len(line) - 1)] for day in (at - 1, at))
    reached = bisect_right(line, total)
    if total > by_today:
        return total - by_today, _days_of_work(week, at + 1, reached)
    if total < by_yesterday:
        return total - by_yesterday, -_days_of_work(week, reached, at)
    return 0, 0


def _days_of_work(week: _Weights, begin: int, end: int) -> int:
    days = week.days[max(0, begin) : max(0, end)]
    return len(days) - days.count(0)


def _ends(project: Project, days: Mapping[date, DayDone], before: int, of_today: int, today: date) -> date | None:
    if project.target is None or before + of_today >= project.target:
        return None
    closed = min(RECENT_DAYS, (today - min([project.first_day, *days])).days)
    recent = sum(days[day].amount for n in range(closed) if (day := today - timedelta(days=n + 1)) in days)
    if recent <= 0:
        return None
    # Both in parts of a day of that pace. Today brings what it has brought already, or else as much as the others.
    left = (project.target - before) * closed - max(of_today * closed, recent)
    more = max(0, -(-left // recent))
    return today + timedelta(days=more) if more < MOST_DAYS else None


def _state(project: Project, week: _Weights, total: int, of_today: int, need: int | None, today: date) -> State:
    if project.target is None:
        return "counting"
    if total >= project.target:
        return "reached"
    if project.deadline is None:
        return "undated"
    if today > project.deadline:
        return "over"
    if need is None:
        return "no_days"
    if today < project.first_day:
        return "early"
    if not week.days[week.offset(today)]:
        return "resting"
    return "done" if of_today >= need else "asked"
