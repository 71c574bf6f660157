"""Sprints: scheduled by a host, counted in from outside the socket, read with their board."""

import secrets
from collections.abc import Sequence

from protocol import http
from protocol.codes import ErrorCode
from protocol.messages import Op, Start
from server.core.instants import unix_ms
from server.core.records import Member, Person, RoomRecord, SprintRecord
from server.core.sprint import RuleError
from server.web import board
from server.web.call import Answer, Call
from server.web.ports import Services
from server.web.problems import ProblemError, of_outcome
from server.web.queries import FirstOf
from server.web.rooms import may_see, visible
from server.web.timeline import fields, shape

DEFAULT_DELAY_S = 60
MAX_ID = 2**53 - 1


async def start(services: Services, call: Call, said: http.NewSprint) -> Answer:
    room, _ = await visible(services, call.person, call.path["slug"], invite="")
    asked = schedule(said, call.now)
    key = f"h:{call.key or secrets.token_urlsafe(16)}"
    outcome = await services.live.command(room.id, call.writer, key, Op.START, asked)
    if outcome.code != ErrorCode.OK or outcome.sprint is None:
        problem = of_outcome(outcome)
        if problem.field == "minutes" and said.minutes is None:
            problem.field = "ends_at"
        raise problem
    sprint = outcome.sprint
    return Answer(shape(sprint, room.slug, services.clock.now(), ()), {"Location": f"/api/sprints/{sprint.id}"})


async def read(services: Services, call: Call, said: FirstOf) -> http.SprintWithBoard:
    """With `first`, what many ask for when the results are there: the board as it was a moment ago at the most."""
    sprint, room, member = await find(services, call, said.invite)
    if room.visibility == "unlisted" and member is None and said.room != room.slug:
        raise _unknown()
    if said.first is None:
        ranking = await board.ranking(services, sprint)
        places: Sequence[int] = range(len(ranking.entries))
    else:
        ranking = await board.shared(services, sprint, room.rev)
        places = ranking.places(said.first, None if member is None else member.slot)
    rows = await board.rows(ranking, places, sprint.timeline, call.now)
    return http.SprintWithBoard(**fields(sprint, room.slug, call.now, ranking.words), board=rows)


async def count(services: Services, call: Call, said: http.NewCount) -> http.StoredCount:
    sprint, _ = await joined(services, call)
    try:
        stands = await services.live.offer(sprint.id, call.writer, said.seq, said.words, said.flags, said.active_ms)
    except RuleError as error:
        if error.code is not ErrorCode.CLOCK_AHEAD:
            raise
        raise ProblemError(error.code, "seq", f"lies ahead of the server's clock, which says {call.now}") from None
    seq, words, flags = stands.register
    return http.StoredCount(sprint.id, seq, words, flags, stands.active_ms)


def schedule(said: http.NewSprint, now: int) -> Start:
    """What a host asked for as the command of the wire, in whole seconds. Raises RuleError where it contradicts itself.

    The bell keeps to the ms where `ends_at` was said: what rounding takes off, the start takes on.
    """
    if said.starts_at is not None and said.delay_s is not None:
        raise RuleError(ErrorCode.BAD_REQUEST, "delay_s", "goes without starts_at: say one of the two")
    if said.ends_at is not None and said.minutes is not None:
        raise RuleError(ErrorCode.BAD_REQUEST, "minutes", "goes without ends_at: say one of the two")
    delay_s = round(said.delay_s if said.delay_s is not None else DEFAULT_DELAY_S)
    starts = None if said.starts_at is None else unix_ms(said.starts_at)
    if said.ends_at is None:
        if said.minutes is None:
            raise RuleError(ErrorCode.BAD_REQUEST, "minutes", "is missing: say how many, or say ends_at")
        return Start(round(said.minutes * 60), delay_s, starts)
    ends = unix_ms(said.ends_at)
    planned = starts if starts is not None else now + delay_s * 1_000
    duration_s = round((ends - planned) / 1_000)
    if duration_s <= 0:
        raise RuleError(ErrorCode.BAD_REQUEST, "ends_at", "lies before the start")
    return Start(duration_s, delay_s, starts if starts is not None else ends - duration_s * 1_000)


async def find(services: Services, call: Call, invite: str) -> tuple[SprintRecord, RoomRecord, Member | None]:
    """The sprint of the path, its room, and the caller's place there; a hidden one is not found."""
    asked = call.path["id"]
    # isdigit() alone would let other scripts' digits through, and a number of any length.
    known = asked.isascii() and asked.isdigit() and len(asked) <= 16 and 1 <= int(asked) <= MAX_ID
    sprint = await services.ledger.sprint(int(asked)) if known else None
    room = await services.ledger.room(sprint.room) if sprint is not None else None
    if sprint is not None and room is not None:
        member = await _place(services, room, call.person)
        if may_see(room, member, invite):
            return sprint, room, member
    raise _unknown()


def _unknown() -> ProblemError:
    return ProblemError(ErrorCode.NO_SUCH_SPRINT, "id", "is no sprint's")


async def joined(services: Services, call: Call) -> tuple[SprintRecord, Member]:
    """The sprint of the path and the caller's place in its room. Raises ProblemError where they have none."""
    sprint, _, member = await find(services, call, invite="")
    if member is None or member.removed:
        raise ProblemError(ErrorCode.NOT_ALLOWED, "id", "is a sprint of a room that you have not joined")
    return sprint, member


async def _place(services: Services, room: RoomRecord, person: Person | None) -> Member | None:
    return None if person is None else await services.ledger.member(room.id, person.id)
