"""The schema's history, and how a database is brought to its latest step."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from server.ledger.engine import Database

_LOCK = 0x776F726474696465  # "wordtide": any number that no other program locks in this database


async def migrate(database: Database, to: str = "head") -> None:
    """Bring the schema to a step, the latest unless told. Processes that start together wait for the first."""
    async with database.upgrading() as connection:
        if not database.is_sqlite:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        await connection.run_sync(_upgrade, to)


async def is_at_latest(database: Database) -> bool:
    """Whether the schema is the one that this Wordtide would bring it to."""
    async with database.asking() as connection:
        stands = await connection.run_sync(lambda opened: MigrationContext.configure(opened).get_current_revision())
    return stands == ScriptDirectory.from_config(_config()).get_current_head()


def versions() -> set[str]:
    """Of the schema, all that this Wordtide knows."""
    return {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def _upgrade(connection: Connection, to: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, to)
