"""The JSON of where a writer is signed in; see http.py."""

from msgspec import Struct

from protocol.http import Instant


class Device(Struct, frozen=True):
    """A browser or a program that is signed in. `here`: it is the one that asks; `seen_at`: to the day."""

    id: str
    name: str
    since: Instant
    seen_at: Instant
    here: bool


class Devices(Struct, frozen=True):
    devices: list[Device]
    """Those used last first."""


SHAPES: tuple[type[Struct], ...] = (Device, Devices)
"""All of them, in the order in which the generated TypeScript declares them."""
