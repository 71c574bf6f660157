"""A writer's goals: what is done of each in the period that runs, and how the past ones went."""

from collections.abc import Sequence
from datetime import date

from protocol import projects as shapes
from server.aside import aside
from server.core import goals as rules
from server.core.goals import Goal, Progress
from server.core.instants import instant, iso, unix_ms
from server.core.streak import Settings, closes_at, rules_on, today_at
from server.core.written import Summed
from server.web.call import Call
from server.web.ports import Services
from server.web.problems import not_found
from server.web.streak import begun_by


async def read(services: Services, call: Call, said: None) -> shapes.Goals:
    goals = await services.ledger.goals.of(call.writer.id)
    settings = await services.ledger.streak_settings(call.writer.id)
    today, week_start = _today(settings, call)
    closes = iso(unix_ms(closes_at(settings, instant(call.now))))
    if not goals:
        return shapes.Goals([], today.isoformat(), closes)
    written = await services.ledger.history.written(call.writer.id, begun_by(call))
    history = await aside(len(written.days), lambda: Summed(written))

    def done(first: date, last: date) -> tuple[int, int]:
        sums = history.between(first, last)
        return sums.added, sums.millis

    found = [(period, rules.progress(period, goals, done, today, week_start)) for period in rules.PERIODS]
    return shapes.Goals([_goal(period, each) for period, each in found if each[-1].target], today.isoformat(), closes)


async def put(services: Services, call: Call, said: shapes.SetGoal) -> shapes.Goals:
    return await _set(services, call, said.unit, said.target)


async def delete(services: Services, call: Call, said: None) -> shapes.Goals:
    return await _set(services, call, "words", None)


async def _set(services: Services, call: Call, unit: str, target: int | None) -> shapes.Goals:
    """From the first day of the period that runs. What is so already is not said once more."""
    period = call.path["period"]
    if period not in rules.PERIODS:
        raise not_found("period", f"is one of {', '.join(rules.PERIODS)}")
    today, week_start = _today(await services.ledger.streak_settings(call.writer.id), call)
    span = rules.span(period, today, week_start)
    stands = rules.held(await services.ledger.goals.of(call.writer.id), period, span.last)
    if (None if stands is None else (stands.unit, stands.target)) != (None if target is None else (unit, target)):
        await services.ledger.goals.set(call.writer.id, Goal(period, span.first, unit, target))
    return await read(services, call, None)


def _today(settings: Settings, call: Call) -> tuple[date, int]:
    """The writer's today, and the weekday on which their weeks begin."""
    today = today_at(settings, instant(call.now))
    return today, rules_on(settings, today).week_start


def _goal(period: rules.Period, progress: Sequence[Progress]) -> shapes.Goal:
    *past, now = progress
    assert now.target is not None
    return shapes.Goal(
        period=period,
        unit=now.unit,  # type: ignore[arg-type]  # one of the two
        target=now.target,
        first=now.span.first.isoformat(),
        last=now.span.last.isoformat(),
        done=now.done,
        left=max(0, now.target - now.done),
        past=[_past(each) for each in past],
    )


def _past(each: Progress) -> shapes.GoalPeriod:
    return shapes.GoalPeriod(
        first=each.span.first.isoformat(),
        last=each.span.last.isoformat(),
        unit=each.unit,  # type: ignore[arg-type]  # one of the two
        target=each.target,
        done=each.done,
        met=each.met,
    )
