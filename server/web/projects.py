"""A writer's projects: begun, changed, archived; each with what today asks and how far it has come."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from protocol import projects as shapes
from protocol.codes import ErrorCode
from server.core import streak
from server.core.instants import instant, iso, unix_ms
from server.core.plan import DayDone, Plan, Project, plan
from server.core.records import TakenError
from server.people import names
from server.web.call import Answer, Call, told
from server.web.ports import Services
from server.web.problems import ProblemError, not_found
from server.web.streak import begun_by


@dataclass(frozen=True, slots=True)
class _Calendar:
    """What a writer's own days say to plans: which one is today, and which are days of rest."""

    today: date
    closes_at: datetime
    rests: Collection[date]

    @classmethod
    async def of(cls, services: Services, call: Call, projects: Iterable[Project] = ()) -> Self:
        """`rests`: at least those between the first days and the deadlines of these projects."""
        settings = await services.ledger.streak_settings(call.writer.id)
        now = instant(call.now)
        today, closes_at = streak.today_at(settings, now), streak.closes_at(settings, now)
        planned = [(each.first_day, each.deadline) for each in projects if each.deadline is not None]
        if not planned:
            return cls(today, closes_at, ())
        first, last = min(first for first, _ in planned), max(last for _, last in planned)
        return cls(today, closes_at, streak.rest_days(settings, now, first, last))


async def listing(services: Services, call: Call, said: None) -> shapes.Projects:
    found = await services.ledger.projects.of(call.writer.id)
    done = await services.ledger.projects.done(call.writer.id, begun_by(call))
    calendar = await _Calendar.of(services, call, (each for each in found if not each.archived))
    return shapes.Projects([_project(each, done.get(each.id, {}), calendar) for each in found])


async def read(services: Services, call: Call, said: None) -> shapes.ProjectInFull:
    return await _in_full(services, call, _id(call))


async def add(services: Services, call: Call, said: shapes.NewProject) -> Answer:
    """201 for a new one, 200 where its id is stored: what stands is answered."""
    project = Project(
        id=str(said.id),
        title=names.title(said.title),
        unit=said.unit,
        start_total=said.start_total,
        target=said.target,
        first_day=said.first_day or (await _Calendar.of(services, call)).today,
        deadline=said.deadline,
        weights=said.weights,
        chosen=said.chosen,
        archived=False,
        created_at=call.now,
    )
    try:
        new = await services.ledger.projects.add(call.writer.id, project)
    except TakenError:
        raise ProblemError(ErrorCode.CONFLICT, "id", "is taken: give this project another UUID") from None
    return Answer((await _in_full(services, call, project.id)).project, status=201 if new else 200)


async def change(services: Services, call: Call, said: shapes.ChangeProject) -> shapes.Project:
    changes = told(said)
    if "title" in changes:
        changes["title"] = names.title(changes["title"])
    id = _id(call)
    if not await services.ledger.projects.change(call.writer.id, id, changes, call.now):
        raise _none_of_yours()
    return (await _in_full(services, call, id)).project


async def _in_full(services: Services, call: Call, id: str) -> shapes.ProjectInFull:
    project = next((each for each in await services.ledger.projects.of(call.writer.id) if each.id == id), None)
    if project is None:
        raise _none_of_yours()
    done = (await services.ledger.projects.done(call.writer.id, begun_by(call), id)).get(id, {})
    calendar = await _Calendar.of(services, call, [project])
    return shapes.ProjectInFull(
        project=_project(project, done, calendar),
        days=[shapes.ProjectDay(day.isoformat(), *each) for day, each in sorted(done.items())],
        line=list(plan(project, done, calendar.rests, calendar.today).line),
        closes_at=iso(unix_ms(calendar.closes_at)),
    )


def _id(call: Call) -> str:
    try:
        return str(UUID(call.path["project"]))
    except ValueError:
        raise _none_of_yours() from None


def _none_of_yours() -> ProblemError:
    return not_found("project", "is none of yours")


def _project(project: Project, done: Mapping[date, DayDone], calendar: _Calendar) -> shapes.Project:
    stands = plan(project, done, calendar.rests, calendar.today)
    return shapes.Project(
        id=project.id,
        title=project.title,
        unit=project.unit,  # type: ignore[arg-type]  # one of the four
        start_total=project.start_total,
        target=project.target,
        first_day=project.first_day.isoformat(),
        deadline=None if project.deadline is None else project.deadline.isoformat(),
        weights=project.weights,
        chosen=project.chosen,
        archived=project.archived,
        created_at=iso(project.created_at),
        total=stands.total,
        sessions=sum(day.sessions for day in done.values()),
        plan=_plan(stands, calendar.today),
    )


def _plan(stands: Plan, today: date) -> shapes.Plan:
    return shapes.Plan(
        state=stands.state,
        today=today.isoformat(),
        done_today=stands.today,
        need=stands.need,
        remaining=stands.remaining,
        ahead=stands.ahead,
        ahead_days=stands.ahead_days,
        ends=None if stands.ends is None else stands.ends.isoformat(),
    )
