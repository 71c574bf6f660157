"""What a writer has written: sessions, days, totals; and sessions added by hand."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from protocol import history as shapes
from protocol.codes import ErrorCode
from server.core import streak as rules
from server.core.board import wpm
from server.core.records import SessionRecord, TakenError
from server.core.sprint import RuleError
from server.web.call import Answer, Call
from server.web.instants import instant, iso, unix_ms
from server.web.ports import Services
from server.web.problems import ProblemError
from server.web.queries import Days
from server.web.streak import begun_by, evaluated

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


async def read(services: Services, call: Call, said: Days) -> shapes.History:
    """Sessions of the days asked for; a day's words are those added, as the streak counts them (rule 4)."""
    if said.first is not None and said.last is not None and said.first > said.last:
        raise RuleError(ErrorCode.BAD_REQUEST, "from", "is not after to")
    found = await services.ledger.sessions(call.writer.id, said.first, said.last, begun_by(call))
    status = {each.day: each.status for each in (await evaluated(services, call)).days}
    return shapes.History([_session(each) for each in found], _days(found, status), _totals(found))


async def add(services: Services, call: Call, said: shapes.ManualSession) -> Answer:
    """201 for a new one, 200 where its id is stored: what stands is answered (docs/streaks.md, rules 11 and 12)."""
    now = instant(call.now)
    if said.started_at < _EARLIEST:
        raise RuleError(ErrorCode.BAD_REQUEST, "started_at", "is in 1970 or later")
    if rules.starts_in_future(said.started_at, now):
        raise RuleError(ErrorCode.BAD_REQUEST, "started_at", "lies in the future: add a session once it has begun")
    started_at = unix_ms(said.started_at)
    stamp = await services.ledger.stamp(call.writer.id, started_at)
    counts = rules.counts_for_streak("manual", said.started_at, now, stamp.zone, stamp.rollover)
    try:
        new = await services.ledger.add_manual(
            call.writer.id, said.id, started_at, said.minutes, said.words, counts, stamp, call.now
        )
    except TakenError:
        raise ProblemError(ErrorCode.CONFLICT, "id", "is taken: give this session another UUID") from None
    stored = await services.ledger.sessions(call.writer.id)
    return Answer(_session(next(each for each in stored if each.id == str(said.id))), status=201 if new else 200)


def _session(each: SessionRecord) -> shapes.HistorySession:
    return shapes.HistorySession(
        id=each.id,
        sprint=each.sprint,
        room=each.room,
        room_title=each.room_title,
        local_day=each.local_day.isoformat(),
        started_at=iso(each.started_at),
        zone=each.zone,
        minutes=round(each.minutes, 1),
        words_net=each.words,
        words_added=_added(each),
        wpm=wpm(each.words, each.minutes),
        source=each.source,  # type: ignore[arg-type]  # one of the four
        late=each.late,
        counts=each.counts,
    )


def _added(each: SessionRecord) -> int:
    return max(0, each.words)


def _days(found: Sequence[SessionRecord], status: Mapping[date, shapes.DayStatus]) -> list[shapes.HistoryDay]:
    by_day: dict[date, list[SessionRecord]] = defaultdict(list)
    for each in found:
        by_day[each.local_day].append(each)
    return [
        shapes.HistoryDay(
            day=day.isoformat(),
            words=sum(_added(each) for each in of_day),
            minutes=round(sum(each.minutes for each in of_day), 1),
            sessions=len(of_day),
            status=status.get(day),
        )
        for day, of_day in sorted(by_day.items())
    ]


def _totals(found: Sequence[SessionRecord]) -> shapes.Totals:
    return shapes.Totals(
        words=sum(_added(each) for each in found),
        minutes=round(sum(each.minutes for each in found), 1),
        sessions=len(found),
        days=len({each.local_day for each in found}),
    )
