"""Codes that people copy by hand: Crockford's base32, in which no two signs look alike, 5 bits each."""

import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_READ_AS = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None})
GROUP = 4


def new(length: int) -> str:
    """So many random signs."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def grouped(code: str) -> str:
    """For reading: in fours, with a dash between."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def plain(typed: str) -> str:
    """A code as it was made, of one as somebody typed it: in capitals, with or without dashes, an O for a 0."""
    return "".join(typed.lower().split()).translate(_READ_AS)
