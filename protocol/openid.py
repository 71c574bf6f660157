"""The JSON of signing in by an OpenID provider, where whoever runs the server has set one up. As http.py, which
declares the rest.

A browser is led to the provider by an address that the server makes, and comes back to the page /in/openid with what
the provider said, which that page hands on.
"""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from protocol.http import Instant, Me, Name, Zone

Onward = Annotated[
    str,
    Meta(pattern=r"^/([^/\\\s][^\\\s]*)?$", max_length=300, description="a path of this server's pages, as /history"),
]
"""Never an address elsewhere: a second slash, or a backslash, would be one."""
Said = Annotated[str, Meta(max_length=4_096)]


class OpenId(Struct, frozen=True):
    """`provider`: what it is called; None: none is set up here."""

    provider: str | None


class LeaveForOpenId(Struct, frozen=True):
    """`to`: where the writer goes on when they are back."""

    to: Onward = "/history"


class OpenIdAddress(Struct, frozen=True):
    """Where the provider asks who it is. Good for ten minutes, in this browser, once."""

    url: str


class OpenIdAnswer(Struct, frozen=True):
    """What the provider said, from the query of the page to which it led back. `error`: where it has no `code`.

    `zone`: of a writer who begins by it.
    """

    state: UUID
    code: Said = ""
    error: Said = ""
    iss: Said = ""
    zone: Zone = "UTC"


class OpenIdName(Struct, frozen=True):
    """What the writer is called, where the provider had no name that will do. `state`: as OpenIdDone told it."""

    state: UUID
    name: Name
    zone: Zone = "UTC"


class OpenIdDone(Struct, frozen=True):
    """`did`: what has come of it; nameless: the writer begins once they say a name with `state`. `me`: who is signed in
    here now, if they have just begun to be."""

    did: Literal["signed-in", "nameless", "added", "confirmed"]
    to: Onward
    me: Me | None = None
    state: str | None = None


class Identity(Struct, frozen=True):
    """Who the writer is to a provider. `issuer`: the provider's address."""

    id: str
    issuer: str
    created_at: Instant


class Identities(Struct, frozen=True):
    """`provider`, `issuer`: of the one that is set up here, which lets in whoever it knows; None: none is."""

    provider: str | None
    issuer: str | None
    identities: list[Identity]


SHAPES: tuple[type[Struct], ...] = (
    OpenId,
    LeaveForOpenId,
    OpenIdAddress,
    OpenIdAnswer,
    OpenIdName,
    OpenIdDone,
    Identity,
    Identities,
)
