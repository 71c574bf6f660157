"""A second, slow reading of the streak's rules, word by word and without any cleverness, to test the fast one against.

It counts hours in steps of half an hour, so instants, rollovers and offsets of zones must be multiples of that.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from server.core.streak import Rules, Session, Settings

DAY = timedelta(days=1)
STEP = timedelta(minutes=30)
Effective = list[tuple[date, bool]]


@dataclass
class Reading:
    current: int
    longest: int
    since: date | None
    state: str
    today: date
    weekly: tuple[int, int]
    statuses: dict[date, str]


class Reader:
    def __init__(self, sessions: Iterable[Session], settings: Settings, now: datetime) -> None:
        self.settings, self.now = settings, now
        self.sessions = [session for session in sessions if session.counts]
        self.starts: dict[tuple[date, str], datetime] = {}
        self.today = self.day_at(now)
        session_days = [session.local_day for session in self.sessions]
        self.first, self.last = min([self.today, *session_days]), max([self.today, *session_days])
        self.hours = self.hours_as_today()

    def rules_on(self, day: date) -> Rules:
        held = [rules for rules in self.settings.rules if rules.from_day <= day]
        return max(held or [min(self.settings.rules, key=lambda r: r.from_day)], key=lambda r: r.from_day)

    def zone_at(self, instant: datetime) -> str:
        changes = sorted(self.settings.zones, key=lambda change: change.at)
        held = [change for change in changes if change.at <= min(instant, self.now)]
        return (held or changes[:1])[-1].zone

    def start(self, day: date, zone: str) -> datetime:
        if (day, zone) not in self.starts:
            hour, minute = divmod(self.rules_on(day).rollover, 60)
            wall = datetime.combine(day, time(hour, minute, fold=0))
            self.starts[day, zone] = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        return self.starts[day, zone]

    def day_at(self, instant: datetime) -> date:
        """Rules 1 and 2: the latest day whose start is not after the instant."""
        zone = self.zone_at(instant)
        near = [instant.date() + n * DAY for n in range(-3, 4)]
        return max(day for day in near if self.start(day, zone) <= instant)

    def hours_as_today(self) -> Counter[date]:
        """Rule 10, counted in steps. What is still to come of today is spent in the zone of now."""
        steps: Counter[date] = Counter()
        instant = datetime.combine(self.first - 2 * DAY, time(), UTC)
        while instant < datetime.combine(self.last + 3 * DAY, time(), UTC):
            steps[self.day_at(instant)] += 1
            instant += STEP
        return steps

    @cache  # noqa: B019 - lives as long as the test
    def written(self, day: date) -> bool:
        """Rule 4."""
        mine = [session for session in self.sessions if session.local_day == day]
        rules = self.rules_on(day)
        if sum(max(0, session.words_net) for session in mine) >= rules.day_words:
            return True
        return rules.day_minutes is not None and sum(session.active_minutes for session in mine) >= rules.day_minutes

    @cache  # noqa: B019
    def neutral(self, day: date) -> str | None:
        """Rules 8, 13 and 10."""
        for rest in self.settings.rests:
            booked_before = rest.booked_at < self.start(rest.first, self.zone_at(rest.booked_at))
            if rest.first <= day <= rest.last and (rest.last - rest.first).days < 60 and booked_before:
                return "rest"
        if day.weekday() in self.rules_on(day).rest_weekdays:
            return "rest"
        if day in self.settings.amnesty:
            return "amnesty"
        return "travel" if self.hours[day] * STEP < timedelta(hours=12) else None

    def all_days(self) -> list[date]:
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)]

    def effective(self, closed_before: date) -> Effective:
        """Rule 5."""
        return [
            (day, self.written(day))
            for day in self.all_days()
            if self.written(day) or (day < closed_before and self.neutral(day) is None)
        ]

    def breaks(self, days: Effective) -> list[tuple[int, int]]:
        """Rule 6: the windows (from, before) that hold too many misses. A window is judged by its last miss's grace."""
        found = []
        for begin in range(len(days)):
            for end in range(begin + 1, min(begin + 7, len(days)) + 1):
                misses = [day for day, is_written in days[begin:end] if not is_written]
                if misses and len(misses) > self.rules_on(misses[-1]).grace:
                    found.append((begin, end))
        return found

    def longest(self, days: Effective) -> int:
        breaks = self.breaks(days)
        intervals = ((begin, end) for begin in range(len(days)) for end in range(begin + 1, len(days) + 1))
        held = (i for i in intervals if not any(i[0] <= begin and end <= i[1] for begin, end in breaks))
        return max((count(days[begin:end]) for begin, end in held), default=0)

    def run_at_end(self, days: Effective) -> int:
        """Where the longest interval begins that ends with the last day and holds."""
        breaks = self.breaks(days)
        return next(start for start in range(len(days) + 1) if not any(start <= begin for begin, _ in breaks))

    def statuses(self) -> dict[date, str]:
        said = {day: self.neutral(day) or "missed" for day in self.all_days()}
        days = self.effective(self.today)
        said.update({day: "written" for day, is_written in days if is_written})
        while days:
            begin = self.run_at_end(days)
            run = days[begin:]
            said.update({day: "grace" for i, (day, is_written) in enumerate(run) if not is_written and count(run[:i])})
            days = days[:begin]
            while days and not days[-1][1]:  # a run that is over ended with its last written day
                days.pop()
        return {
            day: "open" if day >= self.today and status in ("missed", "travel") else status
            for day, status in said.items()
        }

    def state(self, current: int, was_ever: bool) -> str:
        if self.written(self.today):
            return "done"
        if not current:
            return "broken" if was_ever else "none"
        if self.neutral(self.today):
            return "resting"
        return "must_write" if count(self.run_of(self.today + DAY)) < current else "grace_left"

    def run_of(self, closed_before: date) -> Effective:
        days = self.effective(closed_before)
        return days[self.run_at_end(days) :]

    def weekly(self) -> tuple[int, int]:
        """Rule 14."""
        weeks: dict[date, list[date]] = {}
        # What comes before the first day and after the last one can only belong to weeks that decide nothing.
        for day in self.all_days():
            start = day
            while start.weekday() != self.rules_on(start).week_start:
                start -= DAY
            weeks.setdefault(start, []).append(day)
        current = longest = 0
        for start, days in sorted(weeks.items()):
            asked = self.rules_on(start).weekly_days
            if sum(map(self.written, days)) >= asked:
                current += 1
            elif max(days) < self.today and sum(self.neutral(day) is None for day in days) >= asked:
                current = 0
            longest = max(longest, current)
        return current, longest

    def read(self) -> Reading:
        run, days = self.run_of(self.today), self.effective(self.today)
        current = count(run)
        return Reading(
            current=current,
            longest=self.longest(days),
            since=next((day for day, is_written in run if is_written), None),
            state=self.state(current, was_ever=count(days) > 0),
            today=self.today,
            weekly=self.weekly(),
            statuses=self.statuses(),
        )


def count(days: Sequence[tuple[date, bool]]) -> int:
    return sum(is_written for _, is_written in days)


def read(sessions: Iterable[Session], settings: Settings, now: datetime) -> Reading:
    return Reader(sessions, settings, now).read()
