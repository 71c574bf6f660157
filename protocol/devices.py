"""The JSON of where a writer is signed in, and of the way to another device; see http.py."""

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
    """Those used last first. `kept`: beside them a passkey, a recovery code or a provider leads back to the history.
    `most`: so many there are at most; one more signs out the one that was used longest ago."""

    devices: list[Device]
    kept: bool
    most: int


class QrCode(Struct, frozen=True):
    """`path`: an SVG path of the dark squares, each 1 by 1, in a field of `size` by `size` without its quiet zone."""

    size: int
    path: str


class DeviceLink(Struct, frozen=True):
    """Shown this once. `code`: to be typed at `/in` on the other device; `url`: leads there, and `qr` shows it.
    `lasts_s`: how long from now, for a page whose clock may be wrong."""

    code: str
    url: str
    expires_at: Instant
    lasts_s: int
    qr: QrCode


SHAPES: tuple[type[Struct], ...] = (Device, Devices, QrCode, DeviceLink)
"""All of them, in the order in which the generated TypeScript declares them."""
