"""A history at a glance, and a year in review: each from one reading of all that the writer wrote."""

import asyncio
from collections.abc import Iterable
from datetime import date, timedelta
from operator import itemgetter
from typing import NamedTuple

from protocol import overview as shapes
from protocol.history import HistorySession, Totals
from protocol.projects import Unit
from server.aside import aside
from server.core import streak as rules
from server.core.instants import instant
from server.core.records import SessionRecord
from server.core.written import Best, Hour, Summed, Written, week_of
from server.web import streak
from server.web.call import Call
from server.web.history import days, follow, minutes, session, totals
from server.web.ports import Services
from server.web.problems import not_found

NEWEST = 30
WEEKS = 53


async def read(services: Services, call: Call, said: None) -> shapes.Overview:
    glance = await services.ledger.history.glance(call.writer.id, NEWEST + 1, streak.begun_by(call))
    settings, newest = glance.settings, glance.newest

    def reckoned() -> tuple[rules.Streak, _Figures]:
        history = Summed(glance.written)
        found = rules.evaluate_counted(history.counted(), settings, instant(call.now))
        return found, _figures(history, rules.rules_on(settings, found.today).week_start)

    found, of = await aside(len(glance.written.days), reckoned)
    history, week_start = of.history, of.week_start
    first = week_of(found.today, week_start) - timedelta(weeks=WEEKS - 1)
    told = streak.shape(found, settings)
    status = {each.day: each.status for each in told.days}
    return shapes.Overview(
        streak=told,
        sums=_sums(history, found.today, week_start),
        days=days(history, first, date.max, status),
        months=_months(history),
        bests=await _bests(services, call, of),
        wpm=of.wpm,
        hour=_hour(of.hour),
        sessions=[session(each) for each in newest[:NEWEST]],
        next=follow(newest[NEWEST - 1]) if len(newest) > NEWEST else None,
    )


async def year(services: Services, call: Call, said: None) -> shapes.Year:
    """Of a year without a session, too: it says which years have some."""
    asked = _year(call.path["year"])
    first, last = date(asked, 1, 1), date(asked, 12, 31)
    settings, written = await asyncio.gather(
        services.ledger.streak_settings(call.writer.id),
        services.ledger.history.written(call.writer.id, streak.begun_by(call)),
    )
    today = rules.today_at(settings, instant(call.now))
    week_start = rules.rules_on(settings, min(last, today)).week_start

    def reckoned() -> tuple[int, _Figures]:
        history = Summed(written)
        return _longest(history, settings, call, first, last), _figures(history, week_start, first, last)

    longest, of = await aside(len(written.days), reckoned)
    history = of.history
    return shapes.Year(
        year=asked,
        years=history.years(),
        totals=totals(history.between(first, last)),
        longest=longest,
        days=days(history, first, last, {}),
        months=_months(history, first, last),
        bests=await _bests(services, call, of),
        wpm=of.wpm,
        hour=_hour(of.hour),
        projects=await _projects(services, call, first, last),
    )


async def _projects(services: Services, call: Call, first: date, last: date) -> list[shapes.OfProject]:
    done = await services.ledger.projects.done(call.writer.id, streak.begun_by(call))
    found: list[tuple[int, shapes.OfProject]] = []
    for project in await services.ledger.projects.of(call.writer.id):
        days = [of_day for day, of_day in done.get(project.id, {}).items() if first <= day <= last]
        amount = sum(each.amount for each in days)
        unit: Unit = project.unit  # type: ignore[assignment]  # one of the four
        found.append((sum(each.sessions for each in days), shapes.OfProject(project.id, project.title, unit, amount)))
    return [each for sessions, each in sorted(found, key=itemgetter(0), reverse=True) if sessions]


def _year(said: str) -> int:
    if not (len(said) == 4 and said.isascii() and said.isdigit() and said > "0000"):
        raise not_found("year", "is a year, as 2026")
    return int(said)


def _longest(history: Summed, settings: rules.Settings, call: Call, first: date, last: date) -> int:
    """Of the year's days alone, judged as of its end where it is over."""
    counted = history.counted()
    within = [first.toordinal() <= day <= last.toordinal() for day in counted.days]
    of_year = rules.Counted(*([n for n, keep in zip(column, within, strict=True) if keep] for column in counted))
    return rules.evaluate_counted(of_year, settings, instant(call.now)).longest


def _sums(history: Summed, today: date, week_start: int) -> shapes.Sums:
    def since(first: date) -> Totals:
        return totals(history.between(first, today))

    return shapes.Sums(
        today=since(today),
        week=since(week_of(today, week_start)),
        month=since(today.replace(day=1)),
        year=since(today.replace(month=1, day=1)),
        all=totals(history.between()),
    )


def _months(history: Summed, first: date = date.min, last: date = date.max) -> list[shapes.Month]:
    return [
        shapes.Month(sums.added, sums.removed, minutes(sums), sums.sessions, sums.days, month)
        for month, sums in history.by_month(first, last)
    ]


def _best(best: Best | None) -> shapes.Best | None:
    return None if best is None else shapes.Best(best.first.isoformat(), best.last.isoformat(), best.words)


def _hour(best: Hour | None) -> shapes.BestHour | None:
    return None if best is None else shapes.BestHour(*best)


class _Figures(NamedTuple):
    """What goes through all sessions of a stretch to be found. `sprint`, `rate`: places of the best in its columns."""

    history: Summed
    week_start: int
    sprint: int | None
    rate: int | None
    day: Best | None
    week: Best | None
    wpm: float | None
    hour: Hour | None


def _figures(history: Summed, week_start: int, first: date = date.min, last: date = date.max) -> _Figures:
    return _Figures(
        history,
        week_start,
        sprint=history.best_session(first, last),
        rate=history.best_rate(first, last),
        day=history.best_day(first, last),
        week=history.best_week(week_start, first, last),
        wpm=history.wpm(first, last),
        hour=history.best_hour(first, last),
    )


async def _bests(services: Services, call: Call, of: _Figures) -> shapes.Bests:
    written, places = of.history.written, (of.sprint, of.rate)
    of_best = {date.fromisoformat(written.days[place]) for place in places if place is not None}
    sessions = await services.ledger.history.on_days(call.writer.id, of_best)
    sprint, rate = (_at(written, place, sessions) for place in places)
    return shapes.Bests(sprint=sprint, rate=rate, day=_best(of.day), week=_best(of.week))


def _at(written: Written, place: int | None, sessions: Iterable[SessionRecord]) -> HistorySession | None:
    """The session that stands at a place of the columns, which do not name it. None: it was changed a moment ago."""
    if place is None:
        return None
    wanted = (written.days[place], written.words[place], written.millis[place])
    found = (each for each in sessions if (each.local_day.isoformat(), each.words, each.millis) == wanted)
    earliest = min(found, key=lambda each: each.started_at, default=None)
    return None if earliest is None else session(earliest)
