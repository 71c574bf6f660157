"""What a sprint is for whoever asks, and for nobody else: the session, the bests it has beaten, what they say of it."""

from msgspec import UNSET

from protocol import overview as shapes
from protocol import projects
from server.aside import aside
from server.core import streak as rules
from server.core.instants import instant
from server.core.records import SessionRecord
from server.core.written import Beaten, Written, beaten
from server.people import names
from server.web import streak
from server.web.call import Call, told
from server.web.history import session
from server.web.ports import Services
from server.web.sprints import find, joined


async def read(services: Services, call: Call, said: None) -> shapes.Mine:
    sprint, _, _ = await find(services, call, invite="")
    written = await services.ledger.history.of_sprint(call.writer.id, sprint.id)
    told_of = await _said(services, call, sprint.id)
    if written is None:
        return shapes.Mine(None, [], told_of)
    return shapes.Mine(session(written), await _bests(services, call, written), told_of)


async def say(services: Services, call: Call, said: projects.Say) -> projects.Said:
    """Also of a sprint in which the writer has no count yet. Of one that has not ended the project is chosen, too."""
    sprint, member = await joined(services, call)
    changes = told(said)
    for name in changes.keys() & {"note", "intention"}:
        changes[name] = names.note(changes[name], name)
    if said.project is not UNSET:
        changes["project"] = None if said.project is None else str(said.project)
        if call.now < sprint.timeline.ends:
            await services.ledger.projects.choose(call.writer.id, changes["project"], call.now)
    if changes:
        await services.ledger.mine.say(sprint.id, member, changes, call.now)
    return await _said(services, call, sprint.id)


async def _said(services: Services, call: Call, sprint: int) -> projects.Said:
    said = await services.ledger.mine.of(sprint, call.writer.id)
    return projects.Said(said.project, said.intention, said.outcome, said.note)  # type: ignore[arg-type]  # one of three


async def _bests(services: Services, call: Call, of: SessionRecord) -> list[shapes.NewBest]:
    settings = await services.ledger.streak_settings(call.writer.id)
    written = await services.ledger.history.written(call.writer.id, streak.begun_by(call))
    week_start = rules.rules_on(settings, rules.today_at(settings, instant(call.now))).week_start

    def reckoned() -> list[Beaten]:
        place = _place(written, of)
        return [] if place is None else beaten(written, place, week_start)

    return [
        shapes.NewBest(each.kind, round(each.value, 1), round(each.before, 1))
        for each in await aside(len(written.days), reckoned)
    ]


def _place(written: Written, of: SessionRecord) -> int | None:
    """Where it stands in the columns, or one that is its equal."""
    wanted = (of.local_day.isoformat(), of.words, of.millis)
    rows = zip(written.days, written.words, written.millis, strict=True)
    return next((place for place, row in enumerate(rows) if row == wanted), None)
