"""A year of several writers, told in advance: who writes when, how much, and what they change. Pure and seeded.

The same seed and the same last instant tell the same story, to the word. How it comes into a database: fill.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from protocol.messages import CountFlags
from server.demo.people import GATHERINGS, WRITERS, Gathering, Stretch, Work, Writer

YEAR = 364
"""Days: fifty-two weeks."""
BREAK = timedelta(minutes=10)
"""Between the rounds of an evening: more than the window for reports."""
NOT_TWICE = 1.2
"""How much likelier a day is to be written where the one before was missed: most people mend it the next day."""


@dataclass(frozen=True, slots=True)
class Wrote:
    """What came of a sprint for one writer. `late`: they joined so long after the start."""

    writer: str
    words: int
    active: timedelta
    flags: int
    late: timedelta


@dataclass(frozen=True, slots=True)
class Room:
    """`host`: who made it."""

    title: str
    visibility: str
    host: str


@dataclass(frozen=True, slots=True)
class Round:
    """One sprint of a room, and who wrote in it."""

    at: datetime
    room: Room
    minutes: int
    wrote: tuple[Wrote, ...]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A writer's first day."""

    at: datetime
    writer: Writer


@dataclass(frozen=True, slots=True)
class Moved:
    """A writer is in another zone from now on, and said so."""

    at: datetime
    writer: str
    zone: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """Written on paper, and entered when it was done. `at`: when it began."""

    at: datetime
    writer: str
    minutes: int
    words: int


@dataclass(frozen=True, slots=True)
class Began:
    """A project, to which the writer's new words go from now on."""

    at: datetime
    writer: str
    work: Work
    first_day: date
    deadline: date | None


@dataclass(frozen=True, slots=True)
class Shelved:
    """A project is put into the archive."""

    at: datetime
    writer: str
    work: Work


@dataclass(frozen=True, slots=True)
class Booked:
    """Rest from day to day, both included."""

    at: datetime
    writer: str
    first: date
    last: date


Event = Arrived | Moved | Began | Shelved | Booked | Round | ByHand


@dataclass(frozen=True, slots=True)
class Story:
    """`events` by their instants, the first first."""

    until: datetime
    events: tuple[Event, ...]


def tell(seed: int, until: datetime, days: int = YEAR) -> Story:
    """The story of so many days, 1 to YEAR, that ends at `until`, an aware instant. Nothing in it lies later."""
    teller = _Teller(Random(f"wordtide {seed}"), until.astimezone(UTC), days)
    events = sorted(teller.events(), key=lambda event: event.at)
    return Story(teller.until, tuple(events))


class _Teller:
    def __init__(self, random: Random, until: datetime, days: int) -> None:
        self._random, self.until, self._days = random, until, days
        self._missed = {writer.name: 0 for writer in WRITERS}
        """Days in a row, up to the day before the one that is told."""

    def events(self) -> Iterator[Event]:
        last = self.until.date()
        for writer in WRITERS:
            # The day before they begin, so that whatever they write comes later.
            yield Arrived(self._instant(writer, last - timedelta(days=self._since(writer)), time(0, 5)), writer)
            for journey in writer.journeys:
                if journey.ago < self._days:
                    yield Moved(self._noon(journey.ago), writer.name, journey.zone)
            yield from self._plans(writer)
        day = last - timedelta(days=self._days)
        while day <= last:
            yield from (event for event in self._day(day) if self._ends(event) < self.until)
            day += timedelta(days=1)

    def _plans(self, writer: Writer) -> Iterator[Event]:
        """What a writer sets up, each at noon in UTC; what lies before the story's first day is left out."""
        last = self.until.date()
        for work in writer.works:
            if work.begun < self._days:
                deadline = None if work.due is None else last - timedelta(days=work.due)
                first_day = last - timedelta(days=work.begun)
                yield Began(self._noon(work.begun), writer.name, work, first_day, deadline)
                if work.shelved is not None:
                    yield Shelved(self._noon(work.shelved), writer.name, work)
        for leave in writer.leaves:
            if leave.booked < self._days:
                first, end = (last - timedelta(days=ago) for ago in (leave.first, leave.last))
                yield Booked(self._noon(leave.booked), writer.name, first, end)

    def _noon(self, ago: int) -> datetime:
        return datetime.combine(self.until.date() - timedelta(days=ago), time(12), UTC)

    def _day(self, day: date) -> Iterator[Event]:
        ago = (self.until.date() - day).days
        writing = [writer for writer in WRITERS if ago < self._since(writer) and self._writes(writer, day, ago)]
        for writer in WRITERS:
            self._missed[writer.name] = 0 if writer in writing else self._missed[writer.name] + 1
        gone: set[str] = set()
        founded = {writer.name: ago < self._since(writer) for writer in WRITERS}
        for gathering in (each for each in GATHERINGS if founded[each.host]):
            come = [writer for writer in writing if self._comes(writer, gathering, day)]
            if come:
                gone.update(writer.name for writer in come)
                yield from self._evening(gathering, come, day)
        for writer in writing:
            if writer.name not in gone:
                yield from self._alone(writer, day)

    def _since(self, writer: Writer) -> int:
        return min(writer.since, self._days)

    def _writes(self, writer: Writer, day: date, ago: int) -> bool:
        likely = writer.keen * self._times(writer.stretches, ago)
        if day.month == 11 and writer.name == "Maren":
            likely = 0.95
        if day.weekday() not in writer.days:
            likely *= 0.05
        if self._missed[writer.name] == 1:
            likely *= NOT_TWICE
        return self._random.random() < likely

    @staticmethod
    def _times(stretches: Sequence[Stretch], ago: int) -> float:
        return next((each.times for each in stretches if each.first >= ago >= each.last), 1.0)

    def _comes(self, writer: Writer, gathering: Gathering, day: date) -> bool:
        if day.weekday() not in gathering.days:
            return False
        if gathering.season is not None and not gathering.season[0] <= day.month <= gathering.season[1]:
            return False
        return self._random.random() < gathering.likely.get(writer.name, 0.0)

    def _evening(self, gathering: Gathering, come: Sequence[Writer], day: date) -> Iterator[Round]:
        room = Room(gathering.title, gathering.visibility, gathering.host)
        begins = datetime.combine(day, gathering.at, ZoneInfo(gathering.zone)).astimezone(UTC)
        length = timedelta(minutes=gathering.minutes)
        for nth in range(gathering.rounds):
            # Some leave before the last round, some come late to the first.
            here = [writer for writer in come if nth == 0 or self._random.random() < 0.8]
            late = [timedelta(minutes=self._random.choice((0, 0, 0, 4)) if nth == 0 else 0) for _ in here]
            wrote = tuple(self._wrote(writer, length, after) for writer, after in zip(here, late, strict=True))
            if wrote:
                yield Round(begins + nth * (length + BREAK), room, gathering.minutes, wrote)

    def _alone(self, writer: Writer, day: date) -> Iterator[Event]:
        wall = datetime.combine(day, writer.at) + timedelta(minutes=self._random.randrange(-25, 26))
        if writer.at.hour < 3:  # a night owl's evening ends on the next date
            wall += timedelta(days=1)
        begins = self._instant(writer, wall.date(), wall.time())
        minutes = self._random.choice(writer.minutes)
        if self._random.random() < 0.06:
            words = self._wrote(writer, timedelta(minutes=minutes), timedelta()).words
            yield ByHand(begins, writer.name, minutes, max(0, words))
            return
        desk, length = Room(writer.desk, "private", writer.name), timedelta(minutes=minutes)
        for nth in range(self._random.choice((1, 1, 2))):
            wrote = self._wrote(writer, length, timedelta())
            yield Round(begins + nth * (length + BREAK), desk, minutes, (wrote,))

    def _wrote(self, writer: Writer, length: timedelta, late: timedelta) -> Wrote:
        there = length - late
        active = there * self._random.uniform(0.7, 1.0)
        words = round(writer.pace * active / timedelta(minutes=1) * self._random.lognormvariate(0, 0.28))
        if self._random.random() < writer.cuts:
            words = -round(words * self._random.uniform(0.2, 1.1))
        how = self._random.choice((CountFlags.TYPED, CountFlags.TYPED, CountFlags.TYPED, CountFlags.REPORTED))
        return Wrote(writer.name, words, active, how | CountFlags.IN, late)

    def _instant(self, writer: Writer, day: date, wall: time) -> datetime:
        """By the clock on the wall of where the writer is on that day."""
        zone = writer.zone
        for journey in (each for each in writer.journeys if each.ago < self._days):
            if self.until.date() - timedelta(days=journey.ago) < day:
                zone = journey.zone
        return datetime.combine(day, wall, ZoneInfo(zone)).astimezone(UTC)

    @staticmethod
    def _ends(event: Event) -> datetime:
        """With the window for reports."""
        minutes = event.minutes if isinstance(event, Round | ByHand) else 0
        return event.at + timedelta(minutes=minutes) + BREAK
