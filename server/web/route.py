"""What one call of the API is: a line of the table from which the routes and their description are made."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from msgspec import Struct

from protocol.codes import ErrorCode
from server.web.call import Answer, Call
from server.web.ports import Services

MAX_KEY = 128
Handler = Callable[[Services, Call, Any], Awaitable[Struct | Answer]]


class Auth(Enum):
    NONE = "none"
    """Nobody is looked up."""
    OPTIONAL = "optional"
    REQUIRED = "required"
    """Without a session: 401."""


class Repeat(Enum):
    """What makes a repeated request harmless."""

    SAFE = "a read"
    NATURAL = "it says what is to be, not what to add"
    KEY = "the Idempotency-Key header"


@dataclass(frozen=True, slots=True)
class Route:
    """`request`: the Struct of the body, or of the query string where the method is GET; None: there is none."""

    method: str
    path: str
    summary: str
    handler: Handler
    response: type[Struct]
    request: type[Struct] | None = None
    auth: Auth = Auth.REQUIRED
    status: int = 200
    also: tuple[int, ...] = ()
    """Further statuses with the same shape."""
    errors: tuple[ErrorCode, ...] = ()
    """Beyond those that follow from the rest of the line."""
    repeat: Repeat = Repeat.SAFE
    cached: bool = False
    """Whether its answers carry an ETag."""
    min_key: int = 1
    """Characters of an Idempotency-Key."""

    @property
    def unsafe(self) -> bool:
        return self.method not in ("GET", "HEAD")
