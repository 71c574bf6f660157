"""The migrated schema is the one that the tables declare, on both databases."""

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, PrimaryKeyConstraint, UniqueConstraint, inspect, text
from sqlalchemy.exc import IntegrityError

from server.ledger.engine import connect
from server.ledger.ledger import SqlLedger
from server.ledger.migrations import migrate
from server.ledger.tables import commands, metadata, sprints
from server.live import ports
from server.web import ports as web_ports
from tests.support.ledgers import NOW, Place, group


def satisfies_both_callers(ledger: SqlLedger) -> tuple[ports.Ledger, web_ports.Ledger]:
    """For the type checker: what the live plane and HTTP ask for is what there is."""
    return ledger, ledger


async def test_the_migrations_make_what_the_tables_declare(database: Place) -> None:
    opened = connect(database.url, database.data)
    await migrate(opened)
    try:
        async with opened.reading() as connection:
            assert await connection.run_sync(_differences) == []
            assert await connection.run_sync(_checks) == {
                str(check.name)
                for table in metadata.tables.values()
                for check in table.constraints
                if isinstance(check, CheckConstraint)
            }
    finally:
        await opened.close()


OF_0001 = (
    "id, writer, source, started_at, zone, rollover, local_day, seq, words, flags, active_ms, start_total, counts, "
    "stored_at"
)


async def test_sessions_from_before_are_stamped_with_the_hour_they_began(empty: Place) -> None:
    opened = connect(empty.url, empty.data)
    try:
        await migrate(opened, to="0001")
        async with opened.writing() as connection:
            await connection.execute(text(f"INSERT INTO writers VALUES (1, 'Ann', false, {NOW})"))
            for n, zone in enumerate(["Asia/Kolkata", "America/New_York"]):
                values = f"'s{n}', 1, 'solo', {NOW}, '{zone}', 180, '2026-06-10', {NOW}, 300, 0, 0, 0, true, {NOW}"
                await connection.execute(text(f"INSERT INTO writing_sessions ({OF_0001}) VALUES ({values})"))
        await migrate(opened)
        async with opened.reading() as connection:
            found = await connection.execute(text("SELECT local_hour, words, note FROM writing_sessions ORDER BY id"))
            assert list(found) == [(17, 300, ""), (8, 300, "")]
    finally:
        await opened.close()


async def test_counts_from_before_stand_at_their_writers_places(empty: Place) -> None:
    opened = connect(empty.url, empty.data)
    try:
        await migrate(opened, to="0002")
        async with opened.writing() as connection:
            for n, name in enumerate(["Ann", "Ben"], 1):
                await connection.execute(text(f"INSERT INTO writers VALUES ({n}, '{name}', false, {NOW})"))
            room = f"1, 'tuesday', 'Tuesday', 'public', '', 1, 2, 1, NULL, {NOW}, {NOW}"
            await connection.execute(text(f"INSERT INTO rooms VALUES ({room})"))
            for slot, writer in ((0, 2), (1, 1)):
                member = f"1, {slot}, {writer}, 'Somebody', 1, {NOW}, 1, false, false"
                await connection.execute(text(f"INSERT INTO members VALUES ({member})"))
            sprint = f"1, 1, 1, {NOW}, {NOW}, {NOW}, NULL, NULL, NULL, 1, {NOW}"
            await connection.execute(text(f"INSERT INTO sprints VALUES ({sprint})"))
            for writer, sprint_id, source in ((1, "1", "sprint"), (2, "1", "sprint"), (2, "NULL", "manual")):
                key = f"'{writer} {source}', {writer}, {sprint_id}, '{source}'"
                values = f"{key}, {NOW}, 'UTC', 180, '2026-06-10', 12, {NOW}, 300, 0, 0, 0, true, {NOW}"
                of_0002 = OF_0001.replace("writer,", "writer, sprint,").replace("local_day,", "local_day, local_hour,")
                await connection.execute(text(f"INSERT INTO writing_sessions ({of_0002}) VALUES ({values})"))
        await migrate(opened)
        async with opened.reading() as connection:
            found = await connection.execute(text("SELECT id, slot, aside FROM writing_sessions ORDER BY id"))
            assert [tuple(row) for row in found] == [("1 sprint", 1, 0), ("2 manual", None, 0), ("2 sprint", 0, 0)]
    finally:
        await opened.close()


def _differences(connection: Connection) -> list[Any]:
    return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))


def _checks(connection: Connection) -> set[str]:
    inspector = inspect(connection)
    return {str(check["name"]) for table in metadata.tables for check in inspector.get_check_constraints(table)}


def test_what_names_a_row_is_found_by_it_without_reading_its_whole_table() -> None:
    """Else each deletion of a writer would, and the check that nothing names them. Commands are gone in two days."""
    for table in metadata.tables.values():
        keys = [each for each in table.constraints if isinstance(each, PrimaryKeyConstraint | UniqueConstraint)]
        found_by = {next(iter(each.columns)).name for each in (*keys, *table.indexes)}
        lacking = {each.parent.name for each in table.foreign_keys} - found_by
        assert lacking == ({"writer"} if table is commands else set()), table.name


async def test_a_room_cannot_have_two_unfinished_sprints_whatever_the_code_does(database: Place) -> None:
    ledger = await database.open()
    room = await group(ledger, 1)
    sprint = await room.start()
    await ledger.close()
    opened = connect(database.url, database.data)
    second = {"room": room.room.id, "round": sprint.round + 1, "starts": NOW, "ends": NOW, "reporting_ends": NOW}
    try:
        with pytest.raises(IntegrityError):
            async with opened.writing() as connection:
                await connection.execute(sprints.insert().values(**second, started_by=room.host.id, created_at=NOW))
    finally:
        await opened.close()
