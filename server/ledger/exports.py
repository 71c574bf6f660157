"""What a writer plans, as it is kept, to be taken along."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, select

from server.ledger.engine import Database
from server.ledger.tables import goals, projects

_TABLES: Mapping[str, tuple[Table, str]] = {
    "projects": (projects, "created_at"),
    "goals": (goals, "from_day"),
}
"""By the name in the export, each with what its rows are sorted by."""


class Exports:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, writer: int) -> dict[str, list[dict[str, Any]]]:
        """Rows of `projects` and `goals`, each as its columns, the oldest first."""
        found: dict[str, list[dict[str, Any]]] = {}
        async with self._database.reading() as connection:
            for name, (table, order) in _TABLES.items():
                columns = [column for column in table.columns if column.name != "writer"]
                chosen = select(*columns).where(table.c.writer == writer).order_by(table.c[order])
                found[name] = [dict(row._mapping) for row in await connection.execute(chosen)]
        return found
