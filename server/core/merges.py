"""Two writers who met in one browser, and what became of their histories."""

from dataclasses import dataclass

from server.core.records import Person

UNDO_MS = 86_400_000
"""So long after a merge the two can be parted again."""


@dataclass(frozen=True, slots=True)
class Did:
    """What a merge did to the writer's history. `days`: those with a session now that had none.

    `common`: sprints in which both had counted; of each the greater count stands.
    """

    sessions: int
    common: int
    days: int
    words_before: int
    words_after: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """`writer` signed in where `other`, a guest, was before. Instants are Unix ms.

    `merged_at`, `did`: since when the guest's history is part of the writer's; None: they are apart.
    `sessions`: how many the guest's own history has.
    """

    id: str
    writer: Person
    other: Person
    met_at: int
    sessions: int
    merged_at: int | None = None
    did: Did | None = None

    @property
    def undo_until(self) -> int | None:
        return None if self.merged_at is None else self.merged_at + UNDO_MS
