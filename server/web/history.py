"""What a writer has written: sessions, days, totals; sessions added by hand, mended, removed."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from protocol import history as shapes
from protocol.codes import ErrorCode
from server.aside import aside
from server.core import streak as rules
from server.core.board import wpm
from server.core.instants import instant, iso, unix_ms
from server.core.records import Cursor, Entry, SessionRecord, TakenError
from server.core.sprint import RuleError
from server.core.written import MINUTE_MS, Summed, Sums
from server.people import names
from server.web.call import Answer, Call, Stream, told
from server.web.ports import Services
from server.web.problems import ProblemError, not_found
from server.web.queries import Days, SessionsOf
from server.web.streak import begun_by

PAGE = 300
"""Sessions that are read, and written, at once: about 5 ms of the event loop."""
_CURSOR = re.compile(r"([1-9][0-9]{0,5})\.([0-9]{1,15})\.([0-9a-f-]{36})")
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)


async def read(services: Services, call: Call, said: Days) -> Stream:
    """Sessions of the days asked for, as they are read; a day's words are those added, as the streak counts them
    (rule 4).
    """
    if said.first is not None and said.last is not None and said.first > said.last:
        raise RuleError(ErrorCode.BAD_REQUEST, "from", "is not after to")
    settings = await services.ledger.streak_settings(call.writer.id)
    written = await services.ledger.history.written(call.writer.id, begun_by(call))

    def reckoned() -> shapes.History:
        summed = Summed(written)
        streak = rules.evaluate_counted(summed.counted(), settings, instant(call.now))
        status = {each.day.isoformat(): each.status for each in streak.days}
        stretch = said.first or date.min, said.last or date.max
        return shapes.History(days(summed, *stretch, status), totals(summed.between(*stretch)), [])

    found = pages(services, call, begun_by=begun_by(call), first=said.first, last=said.last)
    return Stream(with_sessions(await aside(len(written.days), reckoned), session, found))


async def pages(
    services: Services,
    call: Call,
    begun_by: int | None = None,
    first: date | None = None,
    last: date | None = None,
    *,
    removed: bool = False,
) -> AsyncIterator[list[SessionRecord]]:
    """All that the ledger's `page` has for this, PAGE at a time, none of them empty."""
    before: Cursor | None = None
    while found := await services.ledger.history.page(
        call.writer.id, PAGE, before=before, begun_by=begun_by, first=first, last=last, removed=removed
    ):
        end = found[-1]
        before = Cursor(end.local_day, end.started_at, end.id)
        yield found


async def with_sessions(
    beside: Struct, shape: Callable[[SessionRecord], Struct], found: AsyncIterator[list[SessionRecord]]
) -> AsyncIterator[bytes]:
    """`beside` as JSON, with what is found as its sessions: the last of its fields, and empty."""
    begun = msgspec.json.encode(beside)
    assert begun.endswith(b'"sessions":[]}'), "they are the last of its fields"
    yield begun[:-2]
    comma = b""
    async for page in found:
        yield comma + b",".join(msgspec.json.encode(shape(each)) for each in page)
        comma = b","
    yield b"]}"


async def add(services: Services, call: Call, said: shapes.ManualSession) -> Answer:
    """201 for a new one, 200 where its id is stored: what stands is answered (docs/streaks.md, rules 11 and 12)."""
    now = instant(call.now)
    if said.started_at < _EARLIEST:
        raise RuleError(ErrorCode.BAD_REQUEST, "started_at", "is in 1970 or later")
    if rules.starts_in_future(said.started_at, now):
        raise RuleError(ErrorCode.BAD_REQUEST, "started_at", "lies in the future: add a session once it has begun")
    started_at = unix_ms(said.started_at)
    stamp = await services.ledger.stamp(call.writer.id, started_at)
    if said.source == "solo":
        counts = rules.counts_offline(said.started_at, now)
    else:
        today = (await services.ledger.stamp(call.writer.id, call.now)).local_day
        counts = rules.counts_by_hand(stamp.local_day, today)
    entry = Entry(
        id=said.id,
        started_at=started_at,
        minutes=said.minutes,
        words=said.words,
        counts=counts,
        stamp=stamp,
        project=_id(said.project),
        amount=said.amount,
        note=names.note(said.note, "note"),
        source=said.source,
    )
    try:
        new = await services.ledger.add_manual(call.writer.id, entry, call.now)
    except TakenError:
        raise ProblemError(ErrorCode.CONFLICT, "id", "is taken: give this session another UUID") from None
    stored = await services.ledger.history.session(call.writer.id, str(said.id))
    assert stored is not None, "it was stored"
    return Answer(session(stored), status=201 if new else 200)


async def page(services: Services, call: Call, said: SessionsOf) -> shapes.Sessions:
    found = await services.ledger.history.page(
        call.writer.id,
        said.limit + 1,
        before=_cursor(said.before),
        project=_id(said.project),
        text=names.note(said.q, "q"),
        removed=said.removed,
        begun_by=begun_by(call),
    )
    shown = found[: said.limit]
    return shapes.Sessions([session(each) for each in shown], follow(shown[-1]) if len(found) > said.limit else None)


async def change(services: Services, call: Call, said: shapes.ChangeSession) -> shapes.HistorySession:
    changes = told(said)
    if "project" in changes:
        changes["project"] = _id(changes["project"])
    for name in changes.keys() & {"note", "intention"}:
        changes[name] = names.note(changes[name], name)
    id = _uuid(call.path["session"])
    changed = None if id is None else await services.ledger.change_session(call.writer.id, id, changes, call.now)
    if changed is None:
        raise not_found("session", "is none of yours")
    return session(changed)


def _id(id: UUID | None) -> str | None:
    """Of a project, as it is stored."""
    return None if id is None else str(id)


def _uuid(said: str) -> str | None:
    """Of a session, as it is stored; None for what is no UUID."""
    try:
        return str(UUID(said))
    except ValueError:
        return None


def follow(each: SessionRecord) -> str:
    """What `before` says to get those that follow this one."""
    return f"{each.local_day.toordinal()}.{each.started_at}.{each.id}"


def _cursor(said: str) -> Cursor | None:
    if not said:
        return None
    found = _CURSOR.fullmatch(said)
    if found is None:
        raise RuleError(ErrorCode.BAD_REQUEST, "before", "is what an answer gave as next")
    day, started_at, id = found.groups()
    return Cursor(date.fromordinal(int(day)), int(started_at), id)


def session(each: SessionRecord) -> shapes.HistorySession:
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
        words_removed=_removed(each),
        wpm=wpm(each.words, each.minutes),
        source=each.source,  # type: ignore[arg-type]  # one of the four
        late=each.late,
        counts=each.counts,
        project=each.project,
        amount=each.amount,
        note=each.note,
        intention=each.intention,
        outcome=each.outcome,  # type: ignore[arg-type]  # one of the three
        edited=each.edited,
        removed=each.removed,
    )


def _added(each: SessionRecord) -> int:
    return max(0, each.words)


def _removed(each: SessionRecord) -> int:
    return max(0, -each.words)


def days(summed: Summed, first: date, last: date, status: Mapping[str, shapes.DayStatus]) -> list[shapes.HistoryDay]:
    """`status`: by day, of those that the streak looks at."""
    return [
        shapes.HistoryDay(day, added, removed, round(millis / MINUTE_MS, 1), sessions, status.get(day))
        for day, (added, removed, millis, sessions, _) in summed.by_day(first, last)
    ]


def totals(sums: Sums) -> shapes.Totals:
    return shapes.Totals(sums.added, sums.removed, minutes(sums), sums.sessions, sums.days)


def minutes(sums: Sums) -> float:
    return round(sums.millis / MINUTE_MS, 1)
