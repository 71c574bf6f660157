"""Imports as they are kept."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class NewProject(NamedTuple):
    """A project that an import makes. `unit`: what its total counts."""

    id: str
    title: str
    unit: str
    first_day: date


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """`sessions` and `words` (those added): what it brought. Instants are Unix ms; `done_at` None: it never ended."""

    id: str
    kind: str
    file_name: str
    sessions: int
    words: int
    started_at: int
    done_at: int | None


class SupersededError(Exception):
    """Another import of the same writer began meanwhile, and took this one's place."""
