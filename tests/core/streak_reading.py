"""A second, slow reading of the streak's rules, word by word and without any cleverness, to test the fast one against.

Rule 6 is read by brute force: over all windows of up to seven effective days, and over all intervals of them. For rule
10 the writer's time is walked through from the first day to the last, and each stretch of it given to the day it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from server.core.streak import Rules, Session, Settings

DAY = timedelta(days=1)
Effective = Sequence[tuple[date, bool]]
"""Days that were written (True) or missed, in order."""


@dataclass
class Reading:
    current: int
    longest: int
    since: date | None
    state: str
    today: date
    closes_at: datetime
    grace_used: int
    weekly: tuple[int, int, int, int]
    statuses: dict[date, str]


@cache
def start(day: date, zone: str, rollover: int) -> datetime:
    wall = datetime.combine(day, time(*divmod(rollover, 60), fold=0))
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


class Reader:
    def __init__(self, sessions: Iterable[Session], settings: Settings, now: datetime) -> None:
        self.settings, self.now = settings, now
        self.sessions = [session for session in sessions if session.counts]
        self.rules: dict[date, Rules] = {}
        self.today = self.day_at(now)
        session_days = [session.local_day for session in self.sessions]
        self.first, self.last = min([self.today, *session_days]), max([self.today, *session_days])
        self.hours = self.hours_as_today()
        self.written = {day for day in self.all_days() if self.is_written(day)}
        self.neutral = {day: self.neutral_by(day) for day in self.all_days()}

    def rules_on(self, day: date) -> Rules:
        if day not in self.rules:
            held = [rules for rules in self.settings.rules if rules.from_day <= day]
            earliest = min(self.settings.rules, key=lambda rules: rules.from_day)
            self.rules[day] = max(held or [earliest], key=lambda rules: rules.from_day)
        return self.rules[day]

    def zone_at(self, instant: datetime) -> str:
        """What is still to come of today is spent in the zone of now."""
        changes = sorted(self.settings.zones, key=lambda change: change.at)
        held = [change for change in changes if change.at <= min(instant, self.now)]
        return (held or changes[:1])[-1].zone

    def start(self, day: date, zone: str) -> datetime:
        return start(day, zone, self.rules_on(day).rollover)

    def day_at(self, instant: datetime) -> date:
        """Rules 1 and 2: the latest day whose start is not after the instant."""
        zone = self.zone_at(instant)
        near = [instant.date() + n * DAY for n in range(-3, 4)]
        return max(day for day in near if self.start(day, zone) <= instant)

    def hours_as_today(self) -> dict[date, timedelta]:
        """Rule 10: how long each day was today. The zone can change only where the settings say so."""
        hours: defaultdict[date, timedelta] = defaultdict(timedelta)
        begin, end = (datetime.combine(day, time(), UTC) for day in (self.first - 2 * DAY, self.last + 3 * DAY))
        changes = sorted(change.at for change in self.settings.zones if begin < change.at < end)
        for instant, until in zip([begin, *changes], [*changes, end], strict=True):
            zone, day = self.zone_at(instant), self.day_at(instant)
            while instant < until:
                tomorrow = self.start(day + DAY, zone)
                hours[day] += max(timedelta(), min(tomorrow, until) - instant)
                instant, day = max(instant, tomorrow), day + DAY
        return hours

    def is_written(self, day: date) -> bool:
        """Rule 4."""
        mine = [session for session in self.sessions if session.local_day == day]
        rules = self.rules_on(day)
        if sum(max(0, session.words_net) for session in mine) >= rules.day_words:
            return True
        return rules.day_minutes is not None and sum(session.active_minutes for session in mine) >= rules.day_minutes

    def neutral_by(self, day: date) -> str | None:
        """Rules 8, 13 and 10."""
        for rest in self.settings.rests:
            booked_before = rest.booked_at < self.start(rest.first, self.zone_at(rest.booked_at))
            if rest.first <= day <= rest.last and (rest.last - rest.first).days < 60 and booked_before:
                return "rest"
        if day.weekday() in self.rules_on(day).rest_weekdays:
            return "rest"
        if day in self.settings.amnesty:
            return "amnesty"
        return "travel" if self.hours[day] < timedelta(hours=12) else None

    def all_days(self) -> list[date]:
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)]

    def effective(self, closed_before: date) -> list[tuple[date, bool]]:
        """Rule 5."""
        return [
            (day, day in self.written)
            for day in self.all_days()
            if day in self.written or (day < closed_before and self.neutral[day] is None)
        ]

    def too_many(self, days: Effective) -> dict[int, list[int]]:
        """Rule 6: the windows that hold more misses than grace allows: before which place they end -> where they begin.

        A window is judged by the grace of its last miss.
        """
        found: defaultdict[int, list[int]] = defaultdict(list)
        for begin in range(len(days)):
            misses = 0
            for end in range(begin + 1, min(begin + 7, len(days)) + 1):
                day, is_written = days[end - 1]
                misses += not is_written
                if not is_written and misses > self.rules_on(day).grace:
                    found[end].append(begin)
        return found

    def intervals(self, days: Effective) -> Iterator[tuple[int, int]]:
        """All that hold: none of those windows lies within. Where one does not hold, no longer one does."""
        too_many = self.too_many(days)
        for begin in range(len(days) + 1):
            for end in range(begin, len(days) + 1):
                if any(begin <= first for first in too_many.get(end, ())):
                    break
                yield begin, end

    def current(self, days: Effective) -> Effective:
        """The longest interval that ends now."""
        begins = [begin for begin, end in self.intervals(days) if end == len(days)]
        return days[min(begins) :]

    def statuses(self, days: Effective) -> dict[date, str]:
        said = {day: self.neutral[day] or "missed" for day in self.all_days()}
        said.update(dict.fromkeys(self.written, "written"))
        while days:
            run = self.current(days)
            said.update(dict.fromkeys(held(run), "grace"))
            days = days[: len(days) - len(run)]
            while days and not days[-1][1]:  # a run that is over ended with its last written day
                days = days[:-1]
        return {
            day: "open" if day >= self.today and status in ("missed", "travel") else status
            for day, status in said.items()
        }

    def state(self, run: Effective, was_ever: bool) -> str:
        if self.today in self.written:
            return "done"
        if not count(run):
            return "broken" if was_ever else "none"
        if self.neutral[self.today]:
            return "resting"
        missed_today = self.current(self.effective(self.today + DAY))
        return "must_write" if count(missed_today) < count(run) else "grace_left"

    def grace_used(self, run: Effective) -> int:
        """Of the seven effective days that end with today, taken for one, those that grace holds."""
        before = [day for day, _ in self.effective(self.today) if day < self.today]
        return len({*before[-6:]} & held(run))

    def weekly(self) -> tuple[int, int, int, int]:
        """Rule 14; and of this week how many days are written and asked."""
        weeks: dict[date, list[date]] = {}
        # What comes before the first day and after the last one can only belong to weeks that decide nothing.
        for day in self.all_days():
            weeks.setdefault(self.week_of(day), []).append(day)
        current = longest = 0
        for begin, days in sorted(weeks.items()):
            asked = self.rules_on(begin).weekly_days
            if len(self.written.intersection(days)) >= asked:
                current += 1
            elif max(days) < self.today and sum(self.neutral[day] is None for day in days) >= asked:
                current = 0
            longest = max(longest, current)
        this_week = self.week_of(self.today)
        written = len(self.written.intersection(weeks[this_week]))
        return current, longest, written, self.rules_on(this_week).weekly_days

    def week_of(self, day: date) -> date:
        while day.weekday() != self.rules_on(day).week_start:
            day -= DAY
        return day

    def read(self) -> Reading:
        days = self.effective(self.today)
        run = self.current(days)
        return Reading(
            current=count(run),
            longest=max(count(days[begin:end]) for begin, end in self.intervals(days)),
            since=next((day for day, is_written in run if is_written), None),
            state=self.state(run, was_ever=count(days) > 0),
            today=self.today,
            closes_at=self.start(self.today + DAY, self.zone_at(self.now)),
            grace_used=self.grace_used(run),
            weekly=self.weekly(),
            statuses=self.statuses(days),
        )


def count(days: Effective) -> int:
    return sum(is_written for _, is_written in days)


def held(run: Effective) -> set[date]:
    """The misses of a run that come after a written day of it: those before hold nothing."""
    return {day for place, (day, is_written) in enumerate(run) if not is_written and count(run[:place])}


def read(sessions: Iterable[Session], settings: Settings, now: datetime) -> Reading:
    return Reader(sessions, settings, now).read()
