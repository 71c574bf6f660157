"""Writers and their settings."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.codes import ErrorCode
from server.core import streak
from server.core.days import RolloverOf, day_by
from server.core.instants import instant
from server.core.records import Person, Profile, Stamp
from server.core.sprint import RuleError
from server.ledger import handles
from server.ledger.answers import Json
from server.ledger.devices import begin_session
from server.ledger.engine import Database
from server.ledger.stamps import DATED, Held, held_by, settings_of, settings_parts, settings_row, stamp_of
from server.ledger.tables import writer_settings, writer_zones, writers
from server.ledger.writer import WRITERS, GroupCommit, Single

ZONES_A_DAY = 20
"""So often a zone may be chosen within 24 h, more than anybody's travels need."""
_AT_ONCE = frozenset({"name", "streak_hidden"})


@cache
def _settings(json: Json) -> Select[Any]:
    """One statement: each more would cost as much again, and all are to see the same instant."""
    return select(*settings_parts(json))


class People:
    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer

    async def new_guest(self, name: str, zone: str, token: str, now: int, device: str = "") -> Person:
        async def write(connection: AsyncConnection) -> Person:
            writer = await begin_writer(connection, name, zone, now)
            await begin_session(connection, writer, token, device, now)
            return Person(writer, name)

        return await self._writer.submit(WRITERS, Single(0, write))

    async def profile(self, writer: int) -> Profile | None:
        async with self._database.reading() as connection:
            return await _profile(connection, writer)

    async def change_profile(
        self, writer: int, changes: Mapping[str, Any], now: int, device: str, issuer: str | None
    ) -> Profile:
        unknown = set(changes) - {*DATED} - _AT_ONCE - {"zone", "handle"}
        if unknown:
            raise KeyError(f"not among a writer's settings: {', '.join(sorted(unknown))}")

        async def write(connection: AsyncConnection) -> Profile:
            await self._change(connection, writer, changes, now)
            if "handle" in changes:
                await handles.change(self._database, connection, writer, changes["handle"], now, device, issuer)
            changed = await _profile(connection, writer)
            assert changed is not None, "the writer's row is locked"
            return changed

        return await self._writer.submit(WRITERS, Single(writer, write))

    async def _change(self, connection: AsyncConnection, writer: int, changes: Mapping[str, Any], now: int) -> None:
        at_once = {name: value for name, value in changes.items() if name in _AT_ONCE}
        held = await locked(connection, writer)
        if at_once:
            await connection.execute(update(writers).where(writers.c.id == writer).values(**at_once))
        await self._change_settings(connection, writer, held, changes, now)
        if changes.get("zone", held.zone) != held.zone:
            _check_changes_of_zone(held, now)
            stored = self._database.insert(writer_zones).values(writer=writer, held_from=now, zone=changes["zone"])
            again = stored.on_conflict_do_update(index_elements=["writer", "held_from"], set_={"zone": changes["zone"]})
            await connection.execute(again)

    async def _change_settings(
        self, connection: AsyncConnection, writer: int, held: Held, changes: Mapping[str, Any], now: int
    ) -> None:
        chosen = {name: value for name, value in changes.items() if name in DATED}
        newest = held.rules[-1]
        wanted = replace(newest, **chosen)
        if wanted == newest:
            return
        zones = {held.zone, changes.get("zone", held.zone)}
        # A day that has begun by the new rollover is not tomorrow any more: today would be over at once.
        rollovers: tuple[RolloverOf, ...] = held.rollover_on, lambda _: wanted.rollover
        begun = max(day_by(instant(now), zone, rollover_of) for zone in zones for rollover_of in rollovers)
        tomorrow = begun + timedelta(days=1)
        values = settings_row(wanted)
        stored = self._database.insert(writer_settings).values(
            writer=writer, from_day=max(tomorrow, newest.from_day), **values
        )
        await connection.execute(stored.on_conflict_do_update(index_elements=["writer", "from_day"], set_=values))

    async def streak_settings(self, writer: int) -> streak.Settings:
        """KeyError: no such writer."""
        async with self._database.asking() as connection:
            found = await connection.execute(_settings(self._database.json), {"writer": writer})
            return settings_of(found.one())

    async def stamp(self, writer: int, started_at: int) -> Stamp:
        async with self._database.reading() as connection:
            return stamp_of((await held_by(connection, [writer]))[writer], started_at)


def _check_changes_of_zone(held: Held, now: int) -> None:
    """All that a writer ever chose are read with the first count of each sprint, while others wait for their commit: a
    script must not pile them up.
    """
    if sum(each.at > instant(now) - timedelta(days=1) for each in held.zones) >= ZONES_A_DAY:
        rule = f"was chosen {ZONES_A_DAY} times within a day: change it again tomorrow"
        raise RuleError(ErrorCode.CONFLICT, "zone", rule)


async def begin_writer(connection: AsyncConnection, name: str, zone: str, now: int) -> int:
    """The id of a new one."""
    made = insert(writers).values(name=name, streak_hidden=False, created_at=now).returning(writers.c.id)
    writer: int = (await connection.execute(made)).scalar_one()
    await connection.execute(insert(writer_zones).values(writer=writer, held_from=now, zone=zone))
    return writer


async def locked(connection: AsyncConnection, writer: int) -> Held:
    """What the writer chose, with the writer's row locked, so that nobody changes it meanwhile. KeyError: no writer."""
    row = select(writers.c.id).where(writers.c.id == writer).with_for_update(key_share=True)
    if await connection.scalar(row) is None:
        raise KeyError(f"no writer {writer}")
    return (await held_by(connection, [writer]))[writer]


async def _profile(connection: AsyncConnection, writer: int) -> Profile | None:
    row = (await connection.execute(select(writers).where(writers.c.id == writer))).one_or_none()
    if row is None:
        return None
    held = (await held_by(connection, [writer]))[writer]
    return Profile(
        id=writer,
        name=row.name,
        zone=held.zone,
        streak_hidden=row.streak_hidden,
        created_at=row.created_at,
        handle=row.handle,
        **{name: getattr(held.rules[-1], name) for name in DATED},
    )
