"""What an import would do, and does: the figures of the dry run and the rows that are stored come from one place."""

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec

from server.core.imports import NewProject
from server.core.records import OF_EXPORT
from server.porting.oddities import Oddity
from server.porting.problem import FileError
from server.porting.reading import OF_DAY, Entry, Reading, Unit

CHUNK = 2_000
"""Sessions in one transaction: some 60 ms of SQLite's one writer."""
SAMPLE = 20
MOST_PROJECTS = 200
NOON = time(12)


class Project(NamedTuple):
    """`unit`: what its total counts."""

    id: str
    title: str
    unit: str


class Planned(NamedTuple):
    """A project in the dry run. `new`: it would be made."""

    title: str
    unit: str
    sessions: int
    new: bool


class Year(NamedTuple):
    """`words`: those added."""

    year: int
    sessions: int
    words: int


@dataclass(frozen=True, slots=True)
class Ground:
    """What the writer has so far. `known`: the keys of what was imported before. `own`: ids of all their sessions, for
    an export of their own. `rollover_on`: minutes, by day.
    """

    zone: str
    rollover_on: Callable[[date], int]
    known: Set[str]
    own: Set[str]
    projects: Sequence[Project]


class Plan:
    """Made of a reading on a ground. Its figures are of what is new; `already` is what is there.

    Raises FileError where it would make more projects than anybody has.
    """

    def __init__(self, reading: Reading, ground: Ground) -> None:
        self.reading = reading
        self._ground = ground
        self.entries = [each for each in reading.entries if not self._is_known(each.key)]
        self.already = len(reading.entries) - len(self.entries)
        self.words_added = sum(max(0, each.words) for each in self.entries)
        self.words_removed = sum(max(0, -each.words) for each in self.entries)
        self.minutes = sum(each.minutes or 0 for each in self.entries)
        days = {each.day for each in self.entries}
        self.days = len(days)
        self.first_day, self.last_day = min(days, default=None), max(days, default=None)
        for each in self._grown():
            reading.odd.add("grown", each.row)
        self.odd: Sequence[Oddity] = list(reading.odd.all())
        if len(self.to_make) > MOST_PROJECTS:
            raise FileError(
                f"names {len(self.to_make):,} projects that are not there yet, and at most {MOST_PROJECTS} are made: "
                "is that the right column?"
            )

    def _is_known(self, key: str) -> bool:
        return key in self._ground.known or key.removeprefix(OF_EXPORT) in self._ground.own

    def _grown(self) -> Iterator[Entry]:
        """New ones of a day of which an earlier import said what this file does not: what grew since counts twice."""
        gone = self._ground.known - {each.key for each in self.reading.entries}
        days = {key.split(":")[1] for key in gone if key.startswith(OF_DAY)}
        return (each for each in self.entries if each.key.startswith(OF_DAY) and each.day.isoformat() in days)

    @property
    def zone(self) -> str:
        """In which its days are stamped."""
        return self._ground.zone

    @property
    def sample(self) -> Sequence[Entry]:
        return self.entries[:SAMPLE]

    @cached_property
    def years(self) -> Sequence[Year]:
        sessions, words = Counter[int](), Counter[int]()
        for each in self.entries:
            sessions[each.day.year] += 1
            words[each.day.year] += max(0, each.words)
        return [Year(year, sessions[year], words[year]) for year in sorted(sessions)]

    @cached_property
    def projects(self) -> Sequence[Planned]:
        """By the number of their sessions."""
        n = Counter(self._slots[each.project, each.unit] for each in self.entries if each.project)
        known = self._by_title
        return [Planned(slot.title, slot.unit, count, slot not in known) for slot, count in n.most_common()]

    @cached_property
    def to_make(self) -> Sequence[NewProject]:
        """What `chunks` gives sessions to that is not there yet."""
        first: dict[_Slot, date] = {}
        for each in self.entries:
            if each.project:
                slot = self._slots[each.project, each.unit]
                first[slot] = min(each.day, first.get(slot, each.day))
        return [
            NewProject(self._ids[slot], slot.title, slot.unit, day)
            for slot, day in first.items()
            if slot not in self._by_title
        ]

    def chunks(self, now: int) -> Iterator[str]:
        """The sessions as rows of JSON, CHUNK at a time: [id, started_at, local_day, rollover, words, minutes, project,
        amount, note, key]. Ids and days rise, so that indexes grow at their ends."""
        ids = rising_ids(now)
        projects = {place: self._ids[slot] for place, slot in self._slots.items() if place[0]}
        stamps = {day: self._stamp(day, now) for day in {each.day for each in self.entries}}
        ordered = list(_by_day(self.entries))
        for begin in range(0, len(ordered), CHUNK):
            rows = [
                (next(ids), *stamps[day], words, minutes, projects.get((project, unit)), amount, note, key)
                for _, day, words, minutes, amount, unit, project, note, key in ordered[begin : begin + CHUNK]
            ]
            yield msgspec.json.encode(rows).decode()

    def _stamp(self, day: date, now: int) -> tuple[int, str, int]:
        """Noon of its date as the writer's clocks show it: started_at (Unix ms), local_day, rollover.

        Of today not later than `now`: what has not begun is in no history.
        """
        noon = datetime.combine(day, NOON, ZoneInfo(self._ground.zone)).astimezone(UTC)
        return min(round(noon.timestamp() * 1_000), now), day.isoformat(), self._ground.rollover_on(day)

    @cached_property
    def _by_title(self) -> "Mapping[_Slot, str]":
        return {_Slot(each.title, each.unit): each.id for each in reversed(self._ground.projects)}

    @cached_property
    def _ids(self) -> "Mapping[_Slot, str]":
        return {slot: self._by_title.get(slot) or str(uuid4()) for slot in set(self._slots.values())}

    @cached_property
    def _slots(self) -> "Mapping[tuple[str, Unit], _Slot]":
        """Which project an entry goes to, by the title and the unit in the file.

        Words and minutes of one title go to one project. Pages and lines add up in a project of their own: its title
        says so where it would be another's.
        """
        places = dict.fromkeys((each.project, each.unit) for each in self.entries)
        units: dict[str, set[Unit]] = defaultdict(set)
        for title, unit in places:
            units[title.casefold()].add(unit)
        return {(title, unit): self._slot(title, unit, units[title.casefold()]) for title, unit in places}

    def _slot(self, title: str, unit: Unit, found: set[Unit]) -> "_Slot":
        if unit in ("words", "minutes"):
            theirs = [each.unit for each in self._ground.projects if each.title.casefold() == title.casefold()]
            mine = "words" if "words" in found else "minutes"
            return _Slot(title, next((each for each in theirs if each in ("words", "minutes")), mine))
        alone = len(found) == 1
        return _Slot(title if alone else f"{title} ({unit})", unit)


class _Slot:
    """A title, in whatever case, and the unit."""

    def __init__(self, title: str, unit: str) -> None:
        self.title, self.unit = title, unit
        self._key = title.casefold(), unit

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Slot) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def rising_ids(now: int) -> Iterator[str]:
    """UUIDs of version 7 (RFC 9562): 48 bits of Unix ms, 12 of a counter that runs over into them, the rest random."""
    counter = now << 12
    while True:
        counter += 1
        at, n = counter >> 12, counter & 0xFFF
        yield str(UUID(int=at << 80 | 0x7 << 76 | n << 64 | 0b10 << 62 | secrets.randbits(62)))


def _by_day(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Sorting all at once would hold the interpreter for as long as it takes."""
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for each in entries:
        by_day[each.day].append(each)
    for day in sorted(by_day):
        yield from by_day[day]
