"""WebSocket frames: as a client sends them, and what is in those of the server."""

from collections.abc import Iterator
from functools import lru_cache

from protocol.codec import decode_server
from protocol.messages import ServerMessage


def masked(opcode: int, data: bytes = b"", fin: bool = True) -> bytes:
    """A client's frame. The mask of zeros leaves the data as it is."""
    assert len(data) < 126
    return bytes([opcode | (0x80 if fin else 0), 0x80 | len(data), 0, 0, 0, 0]) + data


def frames(message: bytes, mask: bytes, pieces: int) -> Iterator[bytes]:
    """A client's binary message in so many frames."""
    size = len(message) // pieces + 1
    parts = [message[at : at + size] for at in range(0, len(message), size)] or [b""]
    for number, part in enumerate(parts):
        head = (0 if number else 2) | (0x80 if number == len(parts) - 1 else 0)
        length = bytes([0x80 | len(part)]) if len(part) < 126 else b"\xfe" + len(part).to_bytes(2)
        yield bytes([head]) + length + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(part))


@lru_cache(maxsize=64)
def messages(frames: bytes) -> tuple[ServerMessage, ...]:
    """The messages in unmasked WebSocket frames. The same bytes go to many sockets, and are read once."""
    found, at = [], 0
    while at < len(frames):
        length, header = frames[at + 1], 2
        if length >= 126:
            header = 4 if length == 126 else 10
            length = int.from_bytes(frames[at + 2 : at + header])
        at += header + length
        message = decode_server(frames[at - length : at])
        assert message is not None
        found.append(message)
    return tuple(found)
