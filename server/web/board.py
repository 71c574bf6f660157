"""A sprint's board as JSON: what is stored, made newer by what this process holds, ranked and rated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from protocol import http
from protocol.messages import CountFlags
from server.core.board import Register, how, ranks, wpm
from server.core.records import Result, SprintRecord
from server.core.sprint import Timeline
from server.web.ports import Services

JOINED_LATE_MS = 5_000
"""Who starts so long after the start was not late, but slow to load."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A writer's count in the sprint. `started_at`: its start, or their joining if that was later; Unix ms."""

    slot: int
    name: str
    register: Register
    started_at: int


async def entries(services: Services, sprint: SprintRecord) -> list[Entry]:
    """All counts of those that were not removed, each at its newest."""
    return await _newest(services, sprint, await services.ledger.results(sprint.id))


async def words(services: Services, sprints: Sequence[SprintRecord]) -> dict[int, list[int]]:
    """By sprint: of each writer on its board. One reading of SQL, however many boards it is."""
    stored = await services.ledger.results_by_sprint([each.id for each in sprints])
    return {
        each.id: [entry.register.words for entry in await _newest(services, each, stored[each.id])] for each in sprints
    }


async def _newest(services: Services, sprint: SprintRecord, stored: Iterable[Result]) -> list[Entry]:
    found = {each.slot: Entry(each.slot, each.name, each.register, each.started_at) for each in stored}
    held = services.live.board(sprint.id) or {}
    for slot, register in held.items():
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


def rows(counted: list[Entry], timeline: Timeline, now: int) -> list[http.BoardRow]:
    """The board, most words first; equal counts share a rank and stand by slot."""
    rank = ranks(each.register.words for each in counted)
    ordered = sorted(counted, key=lambda each: (-each.register.words, each.slot))
    return [_row(each, rank[each.register.words], timeline, now) for each in ordered]


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
