"""What query strings may say, declared as the bodies in protocol/http.py are."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from protocol.data import CountsRead, DateOrder


class Invited(Struct, frozen=True):
    """`invite`: what the link of a private room carries; members need none."""

    invite: Annotated[str, Meta(max_length=64)] = ""


class FirstOf(Invited, frozen=True):
    """`first`: of a board only so many, and the asker's own row with two neighbours each side. Not said: all.

    `room`: the slug, where the room is unlisted and the asker has no place in it: ids can be counted up, slugs cannot.
    """

    first: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    room: Annotated[str, Meta(max_length=64)] = ""


class Page(Invited, frozen=True):
    """The `limit` writers whose slots come next after `after`; with `name` only those whose names hold it."""

    name: Annotated[str, Meta(max_length=40)] = ""
    after: Annotated[int, Meta(ge=-1, le=2**31 - 1)] = -1
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class Days(Struct, frozen=True):
    """Local days, both included; what is not said is not bounded."""

    first: date | None = field(default=None, name="from")
    last: date | None = field(default=None, name="to")


class SessionsOf(Struct, frozen=True):
    """The `limit` sessions that follow `before`, which an answer gave as `next`; none said: the newest.

    `project`: only those of one. `q`: only those with this text in their note, intention or room. `removed`: those that
    were removed.
    """

    before: Annotated[str, Meta(max_length=80)] = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    project: UUID | None = None
    q: Annotated[str, Meta(max_length=100)] = ""
    removed: bool = False


class ReadingOf(Struct, frozen=True):
    """How a file is read. Not said: as is found from it. `project`: of the rows that name none."""

    dates: DateOrder | None = None
    counts: CountsRead | None = None
    project: Annotated[str, Meta(max_length=72)] = ""


class Importing(ReadingOf, frozen=True, kw_only=True):
    """`id` makes a repeat harmless. `name`: of the file."""

    id: UUID
    name: Annotated[str, Meta(max_length=200)] = ""


class AlsoLast(Struct, frozen=True):
    """`last`: a passkey, or an identity at a provider, is removed also where it is the last way back to a history."""

    last: bool = False
