"""Imports: the dry run, the import itself told as it goes, and its undoing. Figures and rows come from one plan."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from protocol import data as shapes
from protocol.codes import ErrorCode
from server.core.imports import ImportRecord, SupersededError
from server.core.instants import instant, iso
from server.core.records import TakenError
from server.core.streak import Settings, rules_on
from server.porting.plan import Ground, Plan, Project
from server.porting.problem import FileError
from server.porting.reading import Choices, Reading
from server.porting.reading import read as read_file
from server.porting.text import one_line
from server.web.call import Call, Stream
from server.web.ports import Services
from server.web.problems import ProblemError, not_found, problem
from server.web.queries import Importing, ReadingOf

log = logging.getLogger("wordtide.web")

P = ParamSpec("P")
T = TypeVar("T")


async def preview(services: Services, call: Call, said: ReadingOf) -> shapes.ImportPreview:
    """What an import would do; nothing is kept."""
    async with services.uploads.of(call.writer.id) as upload:
        data = await upload.read(call.file)
        async with services.uploads.turn():
            plan = await _planned(services, call, said, data)
            return await asyncio.to_thread(_preview, plan)


async def run(services: Services, call: Call, said: Importing) -> Stream:
    """201 and its progress, line by line; 200 and the last line alone where it is done, or there is nothing new."""
    stack = AsyncExitStack()
    try:
        return await _begun(services, call, said, stack)
    except BaseException:
        await stack.aclose()
        raise


async def _begun(services: Services, call: Call, said: Importing, stack: AsyncExitStack) -> Stream:
    """`stack`: the writer's place and the turn, which last until the answer is sent."""
    upload = await stack.enter_async_context(services.uploads.of(call.writer.id))
    data = await upload.read(call.file)
    await stack.enter_async_context(services.uploads.turn())
    try:
        done = await services.ledger.imports.done(said.id, call.writer.id)
    except TakenError:
        raise ProblemError(ErrorCode.CONFLICT, "id", "is taken: give this import another UUID") from None
    if done is not None:
        return Stream(_one_line(_shape(done)), status=200, done=stack.aclose)
    plan = await _planned(services, call, said, data)
    if plan.reading.asks is not None:
        rule = f'says which comes first in "{plan.reading.asks}", the day (dmy) or the month (mdy)'
        raise ProblemError(ErrorCode.BAD_REQUEST, "dates", rule)
    if not plan.entries:
        return Stream(_one_line(None), status=200, done=stack.aclose)
    return Stream(_Import(services, call, said, plan).lines(), done=stack.aclose)


async def listing(services: Services, call: Call, said: None) -> shapes.Imports:
    return shapes.Imports([_shape(each) for each in await services.ledger.imports.of(call.writer.id)])


async def undo(services: Services, call: Call, said: None) -> shapes.Imports:
    """All that an import brought is gone. Answers those that are left."""
    if not await services.ledger.imports.undo(call.path["import_id"], call.writer.id):
        raise not_found("import_id", "is an import of yours")
    return await listing(services, call, None)


async def _planned(services: Services, call: Call, said: ReadingOf, data: bytes) -> Plan:
    """RuleError (CONFLICT): it would be more than a writer may keep, and nothing of it is stored."""
    settings = await services.ledger.streak_settings(call.writer.id)
    zone = settings.zones[-1].zone
    today = instant(call.now).astimezone(ZoneInfo(zone)).date()
    choices = Choices(said.dates, said.counts, said.project)
    reading = await _reading(read_file, data, choices, today)
    ground = await _ground(services, call, settings, reading)
    plan = await _reading(Plan, reading, ground)
    await services.ledger.bounds.check(call.writer.id, sessions=len(plan.entries), projects=len(plan.to_make))
    return plan


async def _reading(work: Callable[P, T], *args: P.args, **more: P.kwargs) -> T:
    """What work on a file answers, in a thread; that the file cannot be taken is a problem."""
    try:
        return await asyncio.to_thread(work, *args, **more)
    except FileError as error:
        raise ProblemError(ErrorCode.BAD_REQUEST, "file", error.rule) from None


async def _ground(services: Services, call: Call, settings: Settings, reading: Reading) -> Ground:
    imports = services.ledger.imports
    known = await imports.known(call.writer.id)
    # An export of the writer's own has sessions that never were imported.
    own = await imports.session_ids(call.writer.id) if reading.kind == "wordtide" else frozenset[str]()
    projects = [Project(*each) for each in await imports.projects(call.writer.id)]
    return Ground(settings.zones[-1].zone, lambda day: rules_on(settings, day).rollover, known, own, projects)


class _Import:
    """One import, as it goes. Given up half-way, what it stored stays unseen until the next one or the pruning."""

    def __init__(self, services: Services, call: Call, said: Importing, plan: Plan) -> None:
        self._services, self._call, self._said, self._plan = services, call, said, plan
        self._stored = 0

    async def lines(self) -> AsyncIterator[bytes]:
        try:
            async for record in self._run():
                yield self._line(result=None if record is None else _shape(record))
        except Exception as error:
            yield self._line(problem=problem(self._refusal(error)))

    async def _run(self) -> AsyncIterator[ImportRecord | None]:
        """None for each step; the record at its end."""
        imports, writer, id = self._services.ledger.imports, self._call.writer.id, self._said.id
        now = self._call.now
        yield None
        await imports.begin(id, writer, self._plan.reading.kind, one_line(self._said.name), now)
        chunks = self._plan.chunks(now)
        chunk = await asyncio.to_thread(next, chunks, None)
        while chunk is not None:
            storing = imports.store(id, writer, self._plan.zone, chunk, now)
            # The next one is made ready meanwhile.
            new, chunk = await asyncio.gather(storing, asyncio.to_thread(next, chunks, None))
            self._stored += new
            yield None
        yield await imports.finish(id, writer, self._plan.to_make, self._services.clock.now())

    def _line(self, **more: object) -> bytes:
        return _encoded(shapes.ImportProgress(self._stored, len(self._plan.entries), **more))  # type: ignore[arg-type]

    def _refusal(self, error: Exception) -> ProblemError:
        if isinstance(error, SupersededError):
            return ProblemError(ErrorCode.CONFLICT, "file", "gave way to another import of yours, which began later")
        if self._services.passes(error):
            log.warning("an import failed for now: %s", error)
            return ProblemError(ErrorCode.INTERNAL, status=503)
        log.error("an import failed", exc_info=error)
        return ProblemError(ErrorCode.INTERNAL)


async def _one_line(result: shapes.Import | None) -> AsyncIterator[bytes]:
    n = 0 if result is None else result.sessions
    yield _encoded(shapes.ImportProgress(n, n, result))


def _encoded(progress: shapes.ImportProgress) -> bytes:
    return msgspec.json.encode(progress) + b"\n"


def _shape(record: ImportRecord) -> shapes.Import:
    assert record.done_at is not None, "only those that are done are shown"
    return shapes.Import(
        id=record.id,
        kind=record.kind,  # type: ignore[arg-type]  # one of the four
        file_name=record.file_name,
        sessions=record.sessions,
        words=record.words,
        done_at=iso(record.done_at),
    )


def _preview(plan: Plan) -> shapes.ImportPreview:
    reading = plan.reading
    return shapes.ImportPreview(
        kind=reading.kind,
        asks=reading.asks,
        counts=reading.counts,
        can_choose_counts=reading.can_choose_counts,
        sessions=len(plan.entries),
        already=plan.already,
        days=plan.days,
        first_day=None if plan.first_day is None else plan.first_day.isoformat(),
        last_day=None if plan.last_day is None else plan.last_day.isoformat(),
        words_added=plan.words_added,
        words_removed=plan.words_removed,
        minutes=round(plan.minutes, 1),
        years=[shapes.ImportYear(*each) for each in plan.years],
        projects=[shapes.ImportProject(*each) for each in plan.projects],
        odd=[shapes.ImportOddity(*each) for each in plan.odd],
        sample=[_row(plan, place) for place in range(len(plan.sample))],
    )


def _row(plan: Plan, place: int) -> shapes.ImportRow:
    row, day, words, minutes, amount, unit, project, note, _ = plan.sample[place]
    return shapes.ImportRow(row, day.isoformat(), words, minutes, amount, unit, project, note)
