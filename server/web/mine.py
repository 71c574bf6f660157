"""What a sprint was for whoever asks, and for nobody else: the session, and the bests that it has beaten."""

from protocol import overview as shapes
from server.core import streak as rules
from server.core.records import SessionRecord
from server.core.written import Written, beaten
from server.web import streak
from server.web.call import Call
from server.web.history import session
from server.web.instants import instant
from server.web.ports import Services
from server.web.sprints import find


async def read(services: Services, call: Call, said: None) -> shapes.Mine:
    sprint, _, _ = await find(services, call, invite="")
    written = await services.ledger.history.of_sprint(call.writer.id, sprint.id)
    if written is None:
        return shapes.Mine(None, [])
    return shapes.Mine(session(written), await _bests(services, call, written))


async def _bests(services: Services, call: Call, of: SessionRecord) -> list[shapes.NewBest]:
    settings = await services.ledger.streak_settings(call.writer.id)
    written = await services.ledger.history.written(call.writer.id, streak.begun_by(call))
    place = _place(written, of)
    if place is None:
        return []
    week_start = rules.rules_on(settings, rules.today_at(settings, instant(call.now))).week_start
    return [
        shapes.NewBest(each.kind, round(each.value, 1), round(each.before, 1))
        for each in beaten(written, place, week_start)
    ]


def _place(written: Written, of: SessionRecord) -> int | None:
    """Where it stands in the columns, or one that is its equal."""
    wanted = (of.local_day.isoformat(), of.words, of.millis)
    rows = zip(written.days, written.words, written.millis, strict=True)
    return next((place for place, row in enumerate(rows) if row == wanted), None)
