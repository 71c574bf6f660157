"""Rows answered as JSON in one row: thousands of them so cost Python a fraction of what it takes one by one."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, cast, func


class Json(NamedTuple):
    """How a database makes JSON: of a column's values, of one row's, and of one row's with their names."""

    column: Callable[..., ColumnElement[Any]]
    row: Callable[..., ColumnElement[Any]]
    named: Callable[..., ColumnElement[Any]]

    def all_of(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """The text of a list."""
        return func.coalesce(cast(self.column(column), Text), "[]")

    def object(self, fields: Mapping[str, Any]) -> ColumnElement[Any]:
        return self.named(*(part for name, column in fields.items() for part in (name, column)))


OF_SQLITE = Json(func.json_group_array, func.json_array, func.json_object)
OF_POSTGRESQL = Json(func.json_agg, func.json_build_array, func.json_build_object)
