"""What one call of the API is: a line of the table from which the routes and their description are made."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from msgspec import Struct

from protocol.codes import ErrorCode
from protocol.tokens import Scope
from server.web.call import Answer, Call, Stream
from server.web.ports import Services

MAX_KEY = 128
JSON = "application/json"
JSON_LINES = "application/x-ndjson"
Handler = Callable[[Services, Call, Any], Awaitable[Struct | Answer | Stream]]


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
    """`request`: the Struct of the body, or of the query string where the method is GET or the body is a file; None:
    there is none. `response`: of the answer, or of each of its lines; None: it is no JSON.
    """

    method: str
    path: str
    summary: str
    handler: Handler
    response: type[Struct] | None
    request: type[Struct] | None = None
    auth: Auth = Auth.REQUIRED
    scope: Scope | None = None
    """What a personal token needs for it; None: none may, as this is about what keeps an account, or gives it away."""
    status: int = 200
    also: tuple[int, ...] = ()
    """Further statuses with the same shape."""
    errors: tuple[ErrorCode, ...] = ()
    """Beyond those that follow from the rest of the line."""
    repeat: Repeat = Repeat.SAFE
    cached: bool = False
    """Whether its answers carry an ETag."""
    file: bool = False
    """Whether the body is a file, of whatever type, which the handler reads itself."""
    media: str = JSON
    """The type of the answer."""
    fresh: bool = False
    """Whether it asks for a sign-in within the last ten minutes, of a writer who has a way to sign in at all."""
    min_key: int = 1
    """Characters of an Idempotency-Key."""

    @property
    def unsafe(self) -> bool:
        return self.method not in ("GET", "HEAD")

    @property
    def by_query(self) -> bool:
        """Whether what is asked stands in the address."""
        return self.file or self.method in ("GET", "HEAD", "DELETE")
