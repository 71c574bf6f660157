"""What a handler is given besides the services, and what it may answer besides a plain Struct."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from server.core.records import Person


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who asks and when (Unix ms), the parts of its path, the address under which it reached us."""

    person: Person | None
    now: int
    base_url: str
    path: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    """The Idempotency-Key, checked."""

    @property
    def writer(self) -> Person:
        """Who asks, where the route asks for someone."""
        assert self.person is not None, "the route says auth=REQUIRED"
        return self.person


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with a header or a status of its own."""

    body: Struct
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None
