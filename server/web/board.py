"""A sprint's board as JSON: what is stored, made newer by what this process holds, ranked and rated."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import attrgetter

from protocol import http
from protocol.messages import CountFlags
from server.core.board import how, ranks, wpm
from server.core.namesakes import told_apart
from server.core.records import Member, Result, SprintRecord
from server.core.sprint import Timeline
from server.people import alike
from server.web.ports import Services
from server.web.ranking import Entry, Ranking
from server.web.shared import in_slices

JOINED_LATE_MS = 5_000
"""Who starts so long after the start was not late, but slow to load."""


async def ranking(services: Services, sprint: SprintRecord) -> Ranking:
    """All counts of those that were not removed, each at its newest."""
    counted = await _newest(services, sprint, await services.ledger.results(sprint.id))
    return ranked(await _told_apart(services, sprint.room, counted))


async def shared(services: Services, sprint: SprintRecord, rev: int | None) -> Ranking:
    """The same for many who ask, as it was a moment ago at the most. `rev`: of the sprint's room; None: any will do."""
    return await services.boards.get((sprint.id, rev), lambda: ranking(services, sprint))


def ranked(counted: Iterable[Entry]) -> Ranking:
    # Two quick sorts: with a key that is a tuple, ten thousand would hold the event loop twice as long.
    ordered = sorted(sorted(counted, key=attrgetter("slot")), key=attrgetter("register.words"), reverse=True)
    return Ranking(ordered, ranks(each.register.words for each in ordered))


async def words(services: Services, sprints: Sequence[SprintRecord]) -> dict[int, list[int]]:
    """By sprint: of each writer on its board. One reading of SQL, however many boards it is."""
    stored = await services.ledger.results_by_sprint([each.id for each in sprints])
    return {
        each.id: [entry.register.words for entry in await _newest(services, each, stored[each.id])] for each in sprints
    }


async def _newest(services: Services, sprint: SprintRecord, stored: Iterable[Result]) -> list[Entry]:
    found = {each.slot: Entry(each.slot, each.name, each.register, each.started_at) async for each in in_slices(stored)}
    held = services.live.board(sprint.id) or {}
    async for slot, register in in_slices(held.items()):
        if slot in found and register > found[slot].register:
            found[slot] = replace(found[slot], register=register)
    unstored = held.keys() - found.keys()
    if unstored:
        state = await services.ledger.room_state(sprint.room)
        for member in state.members if state is not None else ():
            if member.slot in unstored and not member.removed:
                started_at = max(sprint.timeline.starts, member.joined_at)
                found[member.slot] = Entry(member.slot, member.name, held[member.slot], started_at)
    return [each for each in found.values() if each.register.seq]


async def _told_apart(services: Services, room: int, counted: Iterable[Entry]) -> list[Entry]:
    """By all who ever had a place in the room, as its roster tells them: the first of two may have counted nothing."""
    state = await services.ledger.room_state(room)
    names = await told_names(() if state is None else state.members)
    return [replace(each, name=names.get(each.slot, each.name)) async for each in in_slices(counted)]


async def told_names(members: Iterable[Member]) -> dict[int, str]:
    """By slot, in their order: what each of a room's members is called there."""
    in_order = sorted(members, key=attrgetter("slot"))
    names = told_apart(((each.slot, each.name) for each in in_order), alike.likeness)
    return {each.slot: name async for each, name in in_slices(zip(in_order, names, strict=True))}


async def rows(of: Ranking, places: Iterable[int], timeline: Timeline, now: int) -> list[http.BoardRow]:
    """These places of the board."""
    entries = (of.entries[place] for place in places)
    return [_row(each, of.ranks[each.register.words], timeline, now) async for each in in_slices(entries)]


def _row(each: Entry, rank: int, timeline: Timeline, now: int) -> http.BoardRow:
    _, words, flags = each.register
    minutes = _minutes(each.started_at, timeline, now)
    return http.BoardRow(
        slot=each.slot,
        name=each.name,
        words=words,
        rank=rank,
        wpm=wpm(words, minutes),
        minutes=round(minutes, 2),
        how=how(flags),  # type: ignore[arg-type]  # one of the three
        reported=bool(flags & CountFlags.IN),
        late=bool(flags & CountFlags.LATE),
        joined_late=each.started_at > timeline.starts + JOINED_LATE_MS,
    )


def _minutes(started_at: int, timeline: Timeline, now: int) -> float:
    """The writer's own time in the sprint so far."""
    until = min(now, timeline.ends, timeline.cancelled if timeline.cancelled is not None else timeline.ends)
    return max(0, until - started_at) / 60_000
