"""The JSON of histories that met in one browser, and became one; see http.py."""

from msgspec import Struct

from protocol.http import Instant


class MergeDid(Struct, frozen=True):
    """What a merge did to the history it went into. `days`: those with a session now that had none before.

    `common`: sprints in which both had counted; of each the greater count stands.
    """

    sessions: int
    common: int
    days: int
    words_before: int
    words_after: int


class Merge(Struct, frozen=True):
    """Somebody signed in where a guest had been before. `writer`, `guest`: their names. `own`: whoever asks is the
    writer; else they are the guest, whose history is part of another's.

    `sessions`: how many the guest's own history has. `merged_at`, `undo_until`, `did` None: the two are apart.
    """

    id: str
    writer: str
    guest: str
    own: bool
    sessions: int
    met_at: Instant
    merged_at: Instant | None
    undo_until: Instant | None
    did: MergeDid | None


class Merges(Struct, frozen=True):
    """The last met first."""

    merges: list[Merge]


class GuestLink(Struct, frozen=True):
    """Opens the guest's own history where it is opened, once."""

    url: str
    expires_at: Instant


SHAPES: tuple[type[Struct], ...] = (MergeDid, Merge, Merges, GuestLink)
"""All of them, in the order in which the generated TypeScript declares them."""
