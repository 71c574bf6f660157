"""How BIG packs the top of a board and its knots: as short as hostile counts allow.

A row of unsigned varints (LEB128: seven bits a byte, the lowest first, the high bit says that more follow): how many
are in the top, then slot and drop for each of them, best first, then a drop for each knot. A drop is by how many words
a place lies below the one before it, the first below MAX_WORDS. Counts descend, so no drop is negative, and all of them
together are at most 2 * MAX_WORDS: of a hundred drops not more than nine need a fourth byte.
"""

from collections.abc import Iterable, Iterator, Sequence

from protocol.messages import MAX_WORDS


def pack(top: Sequence[tuple[int, int]], knots: Iterable[int]) -> bytes:
    """`top`: (slot, words), best first; `knots`: words, descending, none above the last of the top."""
    packed = bytearray()
    _put(packed, len(top))
    last = MAX_WORDS
    for slot, words in top:
        _put(packed, slot)
        _put(packed, last - words)
        last = words
    for words in knots:
        _put(packed, last - words)
        last = words
    return bytes(packed)


def unpack(packed: bytes) -> tuple[list[tuple[int, int]], list[int]]:
    """What `pack` was given."""
    values = _varints(packed)
    top: list[tuple[int, int]] = []
    last = MAX_WORDS
    for _ in range(next(values)):
        slot = next(values)
        last -= next(values)
        top.append((slot, last))
    knots = []
    for drop in values:
        last -= drop
        knots.append(last)
    return top, knots


def _put(packed: bytearray, value: int) -> None:
    while value > 127:
        packed.append(value & 127 | 128)
        value >>= 7
    packed.append(value)


def _varints(packed: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in packed:
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            yield value
            value = shift = 0
