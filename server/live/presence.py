"""Who is there: the writers with a socket in this process, and what other processes say of theirs."""

from collections import Counter
from collections.abc import Iterable


class Presence:
    """By slot. Only told to people ("away"), never a reason to drop a count."""

    def __init__(self) -> None:
        self._sockets: Counter[int] = Counter()
        self._elsewhere: dict[int, tuple[int, bool]] = {}

    def came(self, slot: int) -> bool:
        """A socket of this writer opened here; whether it is the first one."""
        self._sockets[slot] += 1
        return self._sockets[slot] == 1

    def went(self, slot: int) -> bool:
        """A socket of this writer closed; whether it was the last one here."""
        self._sockets[slot] -= 1
        if self._sockets[slot] > 0:
            return False
        del self._sockets[slot]
        return True

    def heard(self, slots: Iterable[int], here: bool, at: int) -> list[int]:
        """Another process said who came or went at `at`, Unix ms; the slots for which that is the latest news."""
        news = [slot for slot in slots if (at, here) > self._elsewhere.get(slot, (0, False))]
        for slot in news:
            self._elsewhere[slot] = (at, here)
        return news

    def local(self) -> list[int]:
        return list(self._sockets)

    def known_elsewhere(self) -> list[int]:
        """Who has no socket here, and of whom some process has said that they came to it or went."""
        return [slot for slot in self._elsewhere if slot not in self._sockets]

    def is_local(self, slot: int) -> bool:
        return slot in self._sockets

    def is_away(self, slot: int) -> bool:
        return slot not in self._sockets and not self._elsewhere.get(slot, (0, False))[1]
