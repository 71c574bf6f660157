"""The schema's history, and how a database is brought to its latest step.

Alembic is imported only where there is something to do: almost every start of a server finds its schema as it left it,
and would wait a fifth longer.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from server.ledger.engine import Database

_LOCK = 0x776F726474696465  # "wordtide": any number that no other program locks in this database
_FOLDER = Path(__file__).parent


class UnknownSchema(RuntimeError):
    """A newer Wordtide has changed the database."""


async def migrate(database: Database, to: str = "") -> None:
    """Bring the schema to a step, the latest unless told. Processes that start together wait for the first.

    Raises UnknownSchema.
    """
    async with database.upgrading() as connection:
        if not database.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        await connection.run_sync(_upgrade, to or max(versions()))


async def is_at_latest(database: Database) -> bool:
    """Whether the schema is the one that this Wordtide would bring it to."""
    async with database.asking() as connection:
        return await connection.run_sync(_found) == max(versions())


def versions() -> set[str]:
    """Of the schema, all that this Wordtide knows: the step of versions/v0001_first_schema.py is 0001."""
    return {path.name[1:5] for path in (_FOLDER / "versions").glob("v*.py")}


def _upgrade(connection: Connection, to: str) -> None:
    found = _found(connection)
    if found == to:
        return
    if found is not None and found not in versions():
        raise UnknownSchema(f"schema {found}")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def _found(connection: Connection) -> str | None:
    """None where there is no schema yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found
