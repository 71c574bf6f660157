"""Text without its case: one rule, the same in Python, on SQLite and on PostgreSQL, in every script that has cases."""

import unicodedata
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, collate, func

Fold = Callable[[ColumnElement[Any]], ColumnElement[Any]]

FOLDED = "wordtide_folded"
"""What a connection to SQLite calls `folded`: its own lower() knows ASCII alone."""
COLLATIONS = ("pg_unicode_fast", "und-x-icu")
"""PostgreSQL's own since version 18, and ICU's in almost all builds before it; the first that is there is taken. Under
the database's own collation lower() may know ASCII alone."""
_ALSO = (("ς", "σ"), ("ß", "ss"))
"""A sigma at a word's end may be in the middle of what is looked for; the capital ß has no other capital."""


def folded(text: str) -> str:
    """Composed, and what casefold() makes of it, but by steps that a database can do as well."""
    if text.isascii():
        return text.lower()
    lower = unicodedata.normalize("NFC", text).upper().lower()
    for each, other in _ALSO:
        lower = lower.replace(each, other)
    return lower


def folded_or_null(text: str | None) -> str | None:
    """For SQLite: a session of no sprint has no room, and so no title."""
    return None if text is None else folded(text)


def fold_on_sqlite(column: ColumnElement[Any]) -> ColumnElement[Any]:
    fold: Fold = getattr(func, FOLDED)
    return fold(column)


def fold_on_postgresql(collation: str | None) -> Fold:
    """None: this PostgreSQL has none of the collations, and folds as its database's own does."""
    return partial(_fold, collation)


def _fold(collation: str | None, column: ColumnElement[Any]) -> ColumnElement[Any]:
    composed: ColumnElement[Any] = func.normalize(column)
    lower: ColumnElement[Any] = func.lower(func.upper(composed if collation is None else collate(composed, collation)))
    for each, other in _ALSO:
        lower = func.replace(lower, each, other)
    return lower
