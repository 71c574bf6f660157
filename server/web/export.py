"""All of a history, to be taken along: as CSV, as JSON with everything beside the sessions, and as a zip of both. Sent
as it is read."""

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from protocol import data as shapes
from protocol.messages import Role
from protocol.tokens import Scope
from server.core.instants import instant, iso, iso_or_none, unix_ms
from server.core.records import SessionRecord
from server.core.streak import Rules
from server.porting import export as csv
from server.porting.packing import File, packed
from server.porting.readme import EVERYTHING, README, SESSIONS, TABLES, readme
from server.web.call import Call, Stream
from server.web.history import pages, with_sessions
from server.web.imports import listing
from server.web.me import clock
from server.web.me import read as read_me
from server.web.ports import Services

_KEPT: Mapping[str, Callable[..., Any]] = {
    "projects": shapes.ExportProject,
    "goals": shapes.ExportGoal,
    "rooms": shapes.ExportRoom,
    "sprints": shapes.ExportSprint,
    "devices": shapes.ExportDevice,
    "passkeys": shapes.ExportPasskey,
    "identities": shapes.ExportIdentity,
    "recovery_codes": shapes.ExportCode,
    "tokens": shapes.ExportToken,
    "links": shapes.ExportLink,
    "calendars": shapes.ExportCalendar,
    "merges": shapes.ExportMerge,
    "audit": shapes.ExportAudit,
}
"""What the ledger answers as it is kept, by field, each with the shape of its rows."""
_READ_BY: Mapping[str, Scope] = {
    "projects": "history:read",
    "goals": "history:read",
    "rooms": "rooms:read",
    "sprints": "history:read",
}
"""Of _KEPT, what a token reads, and by which scope. The others keep the account: no token reads them."""
_INSTANTS = frozenset({"at", "starts", "ends"})


async def as_csv(services: Services, call: Call, said: None) -> Stream:
    """The newest first."""
    return Stream(_csv(services, call), await _headers(services, call, "csv"))


async def as_json(services: Services, call: Call, said: None) -> Stream:
    """Everything but the sessions first, then those."""
    beside = await _taken(services, call)
    return Stream(_json(services, call, beside), await _headers(services, call, "json"))


async def as_zip(services: Services, call: Call, said: None) -> Stream:
    """The JSON, and a table for each kind of thing in it."""
    beside = await _taken(services, call)
    here = await _here(services, call)
    return Stream(packed(_files(services, call, beside), here), await _headers(services, call, "zip"))


async def _files(services: Services, call: Call, beside: shapes.Export) -> AsyncIterator[File]:
    yield README, _all_at_once(readme(beside.writer.name, beside.exported_at))
    yield EVERYTHING, _json(services, call, beside)
    yield f"{SESSIONS}.csv", _csv(services, call)
    for name, shape in TABLES.items():
        yield f"{name}.csv", _all_at_once(csv.header(shape) + csv.lines(getattr(beside, name)))


async def _all_at_once(whole: bytes) -> AsyncIterator[bytes]:
    yield whole


async def _csv(services: Services, call: Call) -> AsyncIterator[bytes]:
    shape = await _shape(services, call)
    yield csv.header()
    async for page in pages(services, call):
        yield csv.lines(map(shape, page))


async def _json(services: Services, call: Call, beside: shapes.Export) -> AsyncIterator[bytes]:
    shape = await _shape(services, call)
    async for part in with_sessions(beside, shape, pages(services, call)):
        yield part


async def _headers(services: Services, call: Call, suffix: str) -> dict[str, str]:
    today = (await _here(services, call)).date()
    return {"Content-Disposition": f'attachment; filename="wordtide-{today}.{suffix}"'}


async def _here(services: Services, call: Call) -> datetime:
    """What the writer's clock shows."""
    settings = await services.ledger.streak_settings(call.writer.id)
    return instant(call.now).astimezone(ZoneInfo(settings.zones[-1].zone))


async def _shape(services: Services, call: Call) -> Callable[[SessionRecord], shapes.ExportSession]:
    """Of a session, with its project by name."""
    projects = {id: (title, unit) for id, title, unit in await services.ledger.imports.projects(call.writer.id)}
    return lambda each: _session(each, projects)


def _session(each: SessionRecord, projects: Mapping[str, tuple[str, str]]) -> shapes.ExportSession:
    title, unit = projects.get(each.project or "", (None, None))
    return shapes.ExportSession(
        session_id=each.id,
        local_day=each.local_day.isoformat(),
        started_at=iso(each.started_at),
        zone=each.zone,
        minutes=float(each.minutes),
        words_added=max(0, each.words),
        words_net=each.words,
        project=title,
        source=each.source,  # type: ignore[arg-type]  # one of the four
        unit=unit,
        amount=each.amount,
        counts=each.counts,
        room=each.room_title,
        intention=each.intention,
        outcome=each.outcome,
        note=each.note,
        original_id=each.original_id,
    )


async def _taken(services: Services, call: Call) -> shapes.Export:
    """It leaves a line for its writer to see, which comes after what is taken; not where a token takes it: one may do
    so daily, and of each the page says when it was used."""
    beside = await _beside(services, call)
    if call.signed is not None and call.signed.scopes is None:
        await services.ledger.exports.taken(call.writer.id, call.device, call.now)
    return beside


async def _beside(services: Services, call: Call) -> shapes.Export:
    writer, shape = call.writer.id, await _shape(services, call)
    removed = [shape(each) async for page in pages(services, call, removed=True) for each in page]
    kept, settings = await services.ledger.exports.of(writer), await services.ledger.streak_settings(writer)
    return shapes.Export(
        exported_at=iso(call.now),
        writer=await read_me(services, call, None),
        zones=[shapes.ExportZone(iso(unix_ms(each.at)), each.zone) for each in settings.zones],
        settings=[_settings(each) for each in settings.rules],
        rests=[shapes.ExportRest(**_told(each._asdict())) for each in await services.ledger.rests.of(writer)],
        imports=(await listing(services, call, None)).imports,
        **{
            field: [made(**_told(row)) for row in kept[field]] if _may_read(call, field) else []
            for field, made in _KEPT.items()
        },
        removed_sessions=removed,
        sessions=[],
    )


def _may_read(call: Call, field: str) -> bool:
    scopes = None if call.signed is None else call.signed.scopes
    return scopes is None or _READ_BY.get(field) in scopes


def _settings(rules: Rules) -> shapes.ExportSettings:
    return shapes.ExportSettings(
        from_day=None if rules.from_day == date.min else rules.from_day.isoformat(),
        rollover=clock(rules.rollover),
        day_words=rules.day_words,
        day_minutes=rules.day_minutes,
        grace=rules.grace,
        rest_weekdays=sorted(rules.rest_weekdays),
        weekly_days=rules.weekly_days,
        week_start=rules.week_start,
    )


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON has it: days and instants as ISO 8601, a role by its name."""
    return {name: _one(name, value) for name, value in row.items()}


def _one(name: str, value: Any) -> Any:
    if name.endswith("_at") or name in _INSTANTS:
        return iso_or_none(value)
    if name == "role":
        return Role(value).name.lower()
    return value.isoformat() if isinstance(value, date) else value
