"""What a writer's days go by, as they chose it over time; and the stamp that a session gets from it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import ColumnElement, Table, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.days import ZoneFrom, day_by, zone_at
from server.core.instants import instant
from server.core.records import Stamp
from server.core.streak import Rest, Rules, Settings
from server.ledger.answers import Json
from server.ledger.rows import among, padded
from server.ledger.tables import amnesty_days, rests, writer_settings, writer_zones

DATED = ("rollover", "day_words", "day_minutes", "grace", "rest_weekdays", "weekly_days", "week_start")
"""The settings that hold from a day on."""
_RULES = ("from_day", *DATED)


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
    """Writers that do not exist are left out, and stand-ins, who never chose anything."""
    held: dict[int, Held] = {}
    theirs = {"writers": padded(writers)}
    for row in await connection.execute(_ZONES, theirs):
        held.setdefault(row.writer, Held([], [Rules()])).zones.append(ZoneFrom(instant(row.held_from), row.zone))
    for row in await connection.execute(_SETTINGS, theirs):
        held[row.writer].rules.append(_rules(row._mapping))
    return held


def _rules(row: Mapping[Any, Any]) -> Rules:
    bits = row["rest_weekdays"]
    off = frozenset(weekday for weekday in range(7) if bits >> weekday & 1)
    return Rules(row["from_day"], **{name: row[name] for name in DATED} | {"rest_weekdays": off})


def settings_row(rules: Rules) -> dict[str, Any]:
    """The columns of writer_settings beside its key."""
    bits = sum(1 << weekday for weekday in rules.rest_weekdays)
    return {name: getattr(rules, name) for name in DATED} | {"rest_weekdays": bits}


class _Parts(msgspec.Struct, array_like=True):
    zones: list[tuple[int, str]]
    rules: list[tuple[date, int, int, int | None, int, int, int, int]]
    rests: list[tuple[date, date, int]]
    amnesty: list[date]


def settings_parts(json: Json) -> list[Any]:
    """Columns of one row, for `settings_of`: what decides about the days of the writer that is bound as `writer`."""

    def own(table: Table, *names: str) -> ColumnElement[Any]:
        rows = select(json.all_of(json.row(*(table.c[name] for name in names))))
        return rows.where(table.c.writer == bindparam("writer")).scalar_subquery()

    return [
        own(writer_zones, "held_from", "zone"),
        own(writer_settings, *_RULES),
        own(rests, "first", "last", "booked_at"),
        select(json.all_of(amnesty_days.c.day)).scalar_subquery(),
    ]


def settings_of(parts: Iterable[str]) -> Settings:
    """With the rest that is booked and the days declared neutral for everybody. KeyError: no such writer."""
    found = msgspec.json.decode(f"[{','.join(parts)}]", type=_Parts)
    if not found.zones:
        raise KeyError("no such writer")
    return Settings(
        zones=[ZoneFrom(instant(at), zone) for at, zone in sorted(found.zones)],
        rules=[Rules(), *(_rules(dict(zip(_RULES, row, strict=True))) for row in sorted(found.rules))],
        rests=[Rest(first, last, instant(booked_at)) for first, last, booked_at in sorted(found.rests)],
        amnesty=frozenset(found.amnesty),
    )


def stamp_of(held: Held, started_at: int) -> Stamp:
    """By the zone that held then; each day starts by the rollover that holds on it."""
    at = instant(started_at)
    zone = zone_at(held.zones, at)
    day = day_by(at, zone, held.rollover_on)
    return Stamp(day, at.astimezone(ZoneInfo(zone)).hour, zone, held.rollover_on(day))
