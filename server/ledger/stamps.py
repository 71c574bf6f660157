"""What a writer's days go by, as they chose it over time; and the stamp that a session gets from it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.days import ZoneFrom, day_by, zone_at
from server.core.records import Stamp
from server.core.streak import Rules
from server.ledger.rows import among, padded
from server.ledger.tables import writer_settings, writer_zones

DATED = ("rollover", "day_words", "day_minutes", "grace", "rest_weekdays", "weekly_days", "week_start")
"""The settings that hold from a day on."""


class Held(NamedTuple):
    """All that a writer ever chose, oldest first. Neither is empty: the first rules are the defaults."""

    zones: list[ZoneFrom]
    rules: list[Rules]

    @property
    def zone(self) -> str:
        return self.zones[-1].zone

    def rollover_on(self, day: date) -> int:
        return next(each.rollover for each in reversed(self.rules) if each.from_day <= day)


_ZONES = select(writer_zones).where(writer_zones.c.writer.in_(among("writers"))).order_by(writer_zones.c.held_from)
_SETTINGS = (
    select(writer_settings).where(writer_settings.c.writer.in_(among("writers"))).order_by(writer_settings.c.from_day)
)


async def held_by(connection: AsyncConnection, writers: Sequence[int]) -> dict[int, Held]:
    """Writers that do not exist are left out."""
    held: dict[int, Held] = {}
    theirs = {"writers": padded(writers)}
    for row in await connection.execute(_ZONES, theirs):
        held.setdefault(row.writer, Held([], [Rules()])).zones.append(ZoneFrom(instant(row.held_from), row.zone))
    for row in await connection.execute(_SETTINGS, theirs):
        held[row.writer].rules.append(rules_of(row._mapping))
    return held


def rules_of(row: Mapping[Any, Any]) -> Rules:
    """Of a row of writer_settings."""
    bits = row["rest_weekdays"]
    off = frozenset(weekday for weekday in range(7) if bits >> weekday & 1)
    return Rules(row["from_day"], **{name: row[name] for name in DATED} | {"rest_weekdays": off})


def settings_row(rules: Rules) -> dict[str, Any]:
    """The columns of writer_settings beside its key."""
    bits = sum(1 << weekday for weekday in rules.rest_weekdays)
    return {name: getattr(rules, name) for name in DATED} | {"rest_weekdays": bits}


def stamp_of(held: Held, started_at: int) -> Stamp:
    """By the zone that held then; each day starts by the rollover that holds on it."""
    at = instant(started_at)
    zone = zone_at(held.zones, at)
    day = day_by(at, zone, held.rollover_on)
    return Stamp(day, at.astimezone(ZoneInfo(zone)).hour, zone, held.rollover_on(day))


def instant(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1_000, UTC)
