"""What the streak's cases are told with: days of June in London, and who wrote on them."""

from datetime import UTC, date, datetime

from server.core.streak import ALWAYS, Rest, Rules, Session, Settings, Streak, ZoneFrom

WEEKENDS_OFF = frozenset({5, 6})


def june(day: int) -> date:
    return date(2026, 6, day)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def wrote(*days: int | date, words: int = 500, minutes: float = 0) -> list[Session]:
    dates = (june(day) if isinstance(day, int) else day for day in days)
    return [Session(day, words, minutes) for day in dates]


def london(
    *rules: Rules, rests: tuple[Rest, ...] = (), amnesty: frozenset[date] = frozenset(), zone: str = "Europe/London"
) -> Settings:
    return Settings((ZoneFrom(ALWAYS, zone),), rules or (Rules(),), rests, amnesty)


def on(day: int | date, hour: str = "23:00") -> datetime:
    """In London, summer time."""
    return at(f"{june(day) if isinstance(day, int) else day}T{hour}+01:00")


def lines(streak: Streak) -> dict[int, str]:
    return {line.day.day: line.status for line in streak.days}
