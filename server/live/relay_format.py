"""What the relay writes into Redis: the names of its keys and channels, packed rows, and its two messages."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from server.core.board import Row

EPOCH, VERSION = b"e", b"v"
"""The two fields of a sprint's hash that are no slots."""


def hash_key(room: int, sprint: int) -> str:
    """All of a room carries the same tag, so that a cluster keeps it on one node."""
    return f"wt:{{{room}}}:{sprint}"


def room_channel(room: int) -> str:
    return f"wt:{{{room}}}"


def room_of(channel: bytes) -> int:
    return int(channel[4:-1])


def beat_channel(process: str) -> str:
    return f"wt:beat:{process}"


def pack_rows(rows: Iterable[Row]) -> str:
    """The rows as relay.lua takes them: "slot seq words flags slot seq words flags ..."."""
    return " ".join(f"{slot} {seq} {words} {flags}" for slot, seq, words, flags in rows)


def unpack_row(slot: bytes, register: bytes) -> Row:
    """A field of a sprint's hash as a row."""
    return Row(int(slot), *map(int, register.split()))


class RowsMessage(NamedTuple):
    """Rows that changed a sprint's hash, which has this version since, in an epoch that ends when the hash is lost."""

    sender: str
    epoch: bytes
    version: int
    sprint: int
    rows: Sequence[Row]


class NoticeMessage(NamedTuple):
    sender: str
    notice: bytes


def pack_notice(sender: str, notice: bytes) -> bytes:
    return b"N %s %s" % (sender.encode(), notice)


def read_message(data: bytes, reader: str = "") -> RowsMessage | NoticeMessage | None:
    """A message of a room's channel; None for one that a newer version of the program may understand.

    Rows that the reading process itself has sent are left out: it had them when it sent them.
    """
    kind, _, rest = data.partition(b" ")
    if kind == b"N":
        sender, _, notice = rest.partition(b" ")
        return NoticeMessage(sender.decode(), notice)
    if kind == b"R":
        return _read_rows(rest, reader)
    return None


def _read_rows(data: bytes, reader: str) -> RowsMessage | None:
    try:
        name, epoch, version, sprint, packed = data.split(b" ", 4)
        sender = name.decode()
        flat = [] if sender == reader else list(map(int, packed.split(b" ")))
        rows = [Row(*each) for each in zip(flat[::4], flat[1::4], flat[2::4], flat[3::4], strict=True)]
        return RowsMessage(sender, epoch, int(version), int(sprint), rows)
    except (ValueError, TypeError):
        return None
