"""A board and a roster as they are kept for many who ask: of a big room both are dear to make."""

from dataclasses import dataclass
from typing import NamedTuple
from unicodedata import normalize

from protocol.http import ListedWriter
from server.core.board import Register

BOARD_S = 1.0
ROSTER_S = 2
"""So long, in s, one that was made is answered again."""
NEIGHBOURS = 2
"""So many each side of who asks are told with the first of a board."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A writer's count in the sprint. `started_at`: its start, or their joining if that was later; Unix ms."""

    slot: int
    name: str
    register: Register
    started_at: int


class Ranking(NamedTuple):
    """A board, most words first, equal counts by slot. `ranks`: by words; equal counts share one."""

    entries: list[Entry]
    ranks: dict[int, int]

    @property
    def words(self) -> list[int]:
        return [each.register.words for each in self.entries]

    def places(self, first: int, slot: int | None) -> list[int]:
        """Of the first so many, and of this writer with their neighbours."""
        n = len(self.entries)
        mine = next((place for place, each in enumerate(self.entries) if each.slot == slot), None)
        around = () if mine is None else range(max(0, mine - NEIGHBOURS), min(n, mine + NEIGHBOURS + 1))
        return sorted({*range(min(n, first)), *around})


class Roster(NamedTuple):
    """Everybody in a room, by slot. `etag` is another one where anything in it is."""

    writers: list[ListedWriter]
    etag: str

    def named(self, name: str) -> list[ListedWriter]:
        """Those whose names hold this, in whatever case."""
        wanted = normalize("NFKC", name).casefold()
        return [each for each in self.writers if wanted in each.name.casefold()]
