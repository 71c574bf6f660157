"""The JSON of personal tokens: by which companions and scripts act for a writer, each for what its scopes say."""

from datetime import datetime
from typing import Annotated, Literal, get_args
from uuid import UUID

from msgspec import Meta, Struct

from protocol.http import Instant

Scope = Literal["history:read", "history:write", "rooms:read", "rooms:write", "profile:read", "profile:write"]
"""What a token may. To write is not to read: a token that needs both has both."""
Scopes = Annotated[
    list[Scope],
    Meta(
        min_length=1,
        max_length=len(get_args(Scope)),
        description="a list of scopes: " + ", ".join(get_args(Scope)),
    ),
]


class NewToken(Struct, frozen=True):
    """`id` makes a repeat harmless. `expires_at` None: it holds until it is revoked."""

    id: UUID
    name: Annotated[str, Meta(min_length=1, max_length=40)]
    scopes: Scopes
    expires_at: Annotated[datetime, Meta(tz=True)] | None = None


class Token(Struct, frozen=True):
    """`used_at`: to the hour; None: not yet."""

    id: str
    name: str
    scopes: Scopes
    created_at: Instant
    used_at: Instant | None
    expires_at: Instant | None


class MadeToken(Struct, frozen=True):
    """`secret` is shown this once: only its digest is kept."""

    token: Token
    secret: str


class Tokens(Struct, frozen=True):
    """The last made first; those that have expired stay until they are revoked."""

    tokens: list[Token]


SHAPES: tuple[type[Struct], ...] = (NewToken, Token, MadeToken, Tokens)
