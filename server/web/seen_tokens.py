"""What one process remembers of the tokens that it was shown: which are no guesses, and who shows too many others."""

import hashlib
from typing import TypeVar

MOST = 20_000
"""Of each kind; beyond so many the oldest are forgotten. As many as a process takes sockets."""
COUNTED_MS = 60_000
Key = TypeVar("Key")
Value = TypeVar("Value")


class SeenTokens:
    """Of a token only its digest is kept. Instants are Unix ms."""

    def __init__(self) -> None:
        self._known: dict[str, None] = {}
        self._counted: dict[str, int] = {}
        self._closed: dict[str, int] = {}

    def know(self, token: str) -> None:
        """It is given out, or was found to be somebody's: it is no guess, also once it has ended."""
        _remember(self._known, digest(token), None)

    def knows(self, token: str) -> bool:
        return digest(token) in self._known

    def counted(self, token: str, now: int) -> None:
        """It is nobody's, and that has been counted: for COUNTED_MS it need not be again."""
        _remember(self._counted, digest(token), now + COUNTED_MS)

    def is_counted(self, token: str, now: int) -> bool:
        return self._counted.get(digest(token), 0) > now

    def close(self, place: str, until: int) -> None:
        """Too many wrong ones came from there."""
        _remember(self._closed, place, until)

    def closed_ms(self, place: str, now: int) -> int:
        """For how long only tokens that are known are looked up for this place; 0: it is open."""
        return max(0, self._closed.get(place, 0) - now)


def digest(token: str) -> str:
    """Half of a SHA-256: nobody can make two tokens with the same one, and it is no help in finding either."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def _remember(kept: dict[Key, Value], key: Key, value: Value) -> None:
    kept.pop(key, None)
    kept[key] = value
    if len(kept) > MOST:
        del kept[next(iter(kept))]
