"""What a handler is given besides the services, and what it may answer besides a plain Struct."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec import UNSET, Struct

from server.core.records import Person, SignedIn
from server.people.devices import device_name


@dataclass(frozen=True, slots=True)
class Incoming:
    """A body that is a file: its parts as they come, and how many bytes it says it has."""

    parts: AsyncIterator[bytes]
    length: int | None


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who asks and when (Unix ms), the parts of its path, the address under which it reached us."""

    signed: SignedIn | None
    now: int
    base_url: str
    path: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    """The Idempotency-Key, checked."""
    address: str = ""
    """Of whoever asks, as the connection or a trusted proxy has it."""
    body: Incoming | None = None
    """Of a route whose body is a file."""
    user_agent: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict)
    """By name, as they were sent."""

    @property
    def person(self) -> Person | None:
        return None if self.signed is None else self.signed.person

    @property
    def device(self) -> str:
        return device_name(self.user_agent)

    @property
    def session(self) -> str:
        """By which session or token they ask, where the route asks for someone."""
        assert self.signed is not None, "the route says auth=REQUIRED"
        return self.signed.session

    @property
    def file(self) -> Incoming:
        assert self.body is not None, "the route says file=True"
        return self.body

    @property
    def writer(self) -> Person:
        """Who asks, where the route asks for someone."""
        assert self.person is not None, "the route says auth=REQUIRED"
        return self.person


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with a header or a status of its own."""

    body: Struct | bytes
    """Bytes: as they are, in the type that the route says."""
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None


async def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer in parts, that are sent as they are made. `done` is awaited when it is sent, or nobody is left to
    read it: whichever way it ends."""

    parts: AsyncIterator[bytes]
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None
    done: Callable[[], Awaitable[None]] = _nothing


def told(said: Struct) -> dict[str, Any]:
    """By name what was said, of a Struct that leaves UNSET what was not."""
    fields = {name: getattr(said, name) for name in said.__struct_fields__}
    return {name: value for name, value in fields.items() if value is not UNSET}
