"""Days of rest, booked before they begin."""

from datetime import date

from protocol import streak as shapes
from protocol.codes import ErrorCode
from server.core.instants import instant, iso, unix_ms
from server.core.records import TakenError
from server.core.rests import Booked
from server.core.streak import closes_at, today_at
from server.web.call import Answer, Call
from server.web.ports import Services
from server.web.problems import ProblemError, not_found


async def read(services: Services, call: Call, said: None) -> shapes.Rests:
    booked = await services.ledger.rests.of(call.writer.id)
    settings, now = await services.ledger.streak_settings(call.writer.id), instant(call.now)
    today = today_at(settings, now)
    return shapes.Rests(
        rests=[_shape(each, today) for each in booked],
        today=today.isoformat(),
        closes_at=iso(unix_ms(closes_at(settings, now))),
    )


async def book(services: Services, call: Call, said: shapes.NewRest) -> Answer:
    """201 for a new one, 200 where its id is booked: what stands is answered."""
    try:
        stands, new = await services.ledger.rests.book(call.writer.id, said.id, said.first, said.last, call.now)
    except TakenError:
        raise ProblemError(ErrorCode.CONFLICT, "id", "is taken: give this rest another UUID") from None
    return Answer(_shape(stands, await _today(services, call)), status=201 if new else 200)


async def call_off(services: Services, call: Call, said: None) -> shapes.Rests:
    """What has not begun is gone; what runs ends with today; what is over is refused. Answers what stands."""
    try:
        await services.ledger.rests.call_off(call.writer.id, call.path["rest"], call.now)
    except LookupError:
        raise not_found("rest", "is one that you booked and that stands") from None
    return await read(services, call, None)


async def _today(services: Services, call: Call) -> date:
    return (await services.ledger.stamp(call.writer.id, call.now)).local_day


def _shape(rest: Booked, today: date) -> shapes.Rest:
    state: shapes.RestState = "ahead" if today < rest.first else "running" if today <= rest.last else "over"
    return shapes.Rest(rest.id, rest.first.isoformat(), rest.last.isoformat(), state)
