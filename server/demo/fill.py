"""The demo's year, played into a ledger by the calls that the server itself uses, as if it had all happened."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from protocol.codes import ErrorCode
from protocol.messages import Op, Start
from server.core.board import Register
from server.core.plan import Project
from server.core.records import CountRow, Entry, Member, Person, RoomRecord
from server.core.sprint import final_due
from server.core.streak import counts_by_hand
from server.demo.story import Arrived, Began, Booked, ByHand, Moved, Room, Round, Shelved, Story
from server.ledger.ledger import SqlLedger

NAMESPACE = uuid.UUID("8d3f6f0e-53a1-4a4e-9d0b-6f1c1f5a7c11")


@dataclass
class Filled:
    """Who is there now, by name, and how much they have."""

    people: dict[str, Person]
    sprints: int
    sessions: int


class Filler:
    def __init__(self, ledger: SqlLedger, story: Story, token_of: Callable[[str], str]) -> None:
        """`token_of`: the secret with which a writer of this name is signed in."""
        self._ledger, self._story, self._token_of = ledger, story, token_of
        self._people: dict[str, Person] = {}
        self._chosen: dict[str, str] = {}
        """By writer, the project to which their words go."""
        self._rooms: dict[Room, RoomRecord] = {}
        self._members: defaultdict[Room, dict[str, Member]] = defaultdict(dict)
        self._sprints = self._sessions = 0

    async def fill(self) -> Filled:
        """Between two turns in somebody's life the rooms go on side by side, and what waits is committed together."""
        writing: list[Round | ByHand] = []
        for event in self._story.events:
            if isinstance(event, Round | ByHand):
                writing.append(event)
            else:
                await self._write(writing)
                writing.clear()
                await self._turn(event)
        await self._write(writing)
        return Filled(self._people, self._sprints, self._sessions)

    async def _write(self, events: Sequence[Round | ByHand]) -> None:
        rounds: defaultdict[Room, list[Round]] = defaultdict(list)
        for event in events:
            if isinstance(event, Round):
                rounds[event.room].append(event)
        for room, its in rounds.items():
            await self._open(room, its[0].at)
        by_hand = (self._enter(event) for event in events if isinstance(event, ByHand))
        await asyncio.gather(*(self._sprints_of(its) for its in rounds.values()), *by_hand)

    async def _open(self, room: Room, at: datetime) -> None:
        if room not in self._rooms:
            host = self._people[room.host]
            self._rooms[room] = await self._ledger.create_room(host, room.title, room.visibility, None, ms(at))

    async def _sprints_of(self, rounds: Sequence[Round]) -> None:
        for each in rounds:
            await self._sprint(each)

    async def _turn(self, event: Arrived | Moved | Began | Shelved | Booked) -> None:
        now = ms(event.at)
        if isinstance(event, Arrived):
            await self._arrive(event)
            return
        writer = self._people[event.writer].id
        match event:
            case Moved():
                await self._ledger.change_profile(writer, {"zone": event.zone}, now)
            case Booked():
                await self._ledger.rests.book(writer, _id(event.writer, event.at), event.first, event.last, now)
            case Began(work=work):
                id = str(_id(event.writer, work.title))
                plan = (work.start_total, work.target, event.first_day, event.deadline, work.weights)
                await self._ledger.projects.add(writer, Project(id, work.title, work.unit, *plan, True, False, now))
                self._chosen[event.writer] = id
            case Shelved(work=work):
                await self._ledger.projects.change(writer, str(_id(event.writer, work.title)), {"archived": True}, now)

    async def _arrive(self, event: Arrived) -> None:
        writer = event.writer
        person = await self._ledger.new_guest(writer.name, writer.zone, self._token_of(writer.name), ms(event.at))
        self._people[writer.name] = person
        if writer.settings:
            await self._ledger.change_profile(person.id, writer.settings, ms(event.at))

    async def _enter(self, event: ByHand) -> None:
        ended = event.at + timedelta(minutes=event.minutes)
        writer = self._people[event.writer].id
        stamp = await self._ledger.stamp(writer, ms(event.at))
        counts = counts_by_hand(stamp.local_day, (await self._ledger.stamp(writer, ms(ended))).local_day)
        id, project = _id(event.writer, event.at), self._chosen.get(event.writer)
        entry = Entry(id, ms(event.at), event.minutes, event.words, counts, stamp, project)
        await self._ledger.add_manual(writer, entry, ms(ended))
        self._sessions += 1

    async def _sprint(self, event: Round) -> None:
        room = self._rooms[event.room]
        host = self._people[event.room.host]
        asked = Start(event.minutes * 60, starts_at=ms(event.at))
        before = ms(event.at) - 60_000
        started = await self._ledger.command(room.id, host.id, f"demo {event.at}", Op.START, asked, before)
        assert started.code == ErrorCode.OK, started
        assert started.sprint is not None
        rows = [await self._row(event, wrote.writer, n) for n, wrote in enumerate(event.wrote)]
        bell = started.sprint.timeline.ends
        await self._ledger.checkpoint(started.sprint.id, rows, bell)
        await self._ledger.finalise(started.sprint.id, final_due(started.sprint.timeline))
        self._sprints += 1
        self._sessions += len(rows)

    async def _row(self, event: Round, writer: str, n: int) -> CountRow:
        wrote = event.wrote[n]
        joined = ms(event.at + wrote.late)
        members = self._members[event.room]
        if writer not in members:
            members[writer] = await self._ledger.join(self._rooms[event.room].id, self._people[writer], joined)
        counted = Register(ms(event.at + timedelta(minutes=event.minutes)) - 1_000 + n, wrote.words, wrote.flags)
        active_ms = round(wrote.active / timedelta(milliseconds=1))
        return CountRow(members[writer].slot, self._people[writer].id, counted, active_ms, joined_at=joined)


def _id(writer: str, what: object) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, f"{writer} {what}")


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1_000)
