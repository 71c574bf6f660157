"""Two in one room whose names a reader may take for one another, told apart by the number of their place."""

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Names are kept in NFKC, which knows none of these: so nobody can write a mark into a name."""

Likeness = Callable[[str], str]
"""The same for all names that a reader may take for one another."""


def marked(name: str, slot: int) -> str:
    return f"{name} {str(slot).translate(_RAISED)}"


class Namesakes:
    """The names of one room by their likeness. Whoever came first has the name bare, all others with their mark: so
    nobody's mark changes when another comes, and what one more costs does not grow with the room.
    """

    def __init__(self, likeness: Likeness) -> None:
        self._likeness = likeness
        self._key_of: dict[int, str] = {}
        self._slots: defaultdict[str, list[int]] = defaultdict(list)
        """In their order, the lowest first."""
        self._hosts: dict[int, str] = {}
        """Slot -> likeness."""

    def take(self, slot: int, name: str, is_host: bool) -> set[int]:
        """A name has come or changed. Other slots that are shown with a mark now, or without it any more."""
        key, before = self._likeness(name), self._key_of.get(slot)
        if is_host:
            self._hosts[slot] = key
        else:
            self._hosts.pop(slot, None)
        if key == before:
            return set()
        changed = self._change(key, lambda slots: insort(slots, slot))
        if before is not None:
            changed |= self._change(before, lambda slots: slots.remove(slot))
        self._key_of[slot] = key
        return changed - {slot}

    def _change(self, key: str, change: Callable[[list[int]], None]) -> set[int]:
        slots = self._slots[key]
        first = slots[:1]
        change(slots)
        if not slots:
            del self._slots[key]
        return {*first, *slots[:1]} if slots[:1] != first else set()

    def is_a_host_s(self, name: str) -> bool:
        """Whether it may be taken for the name of somebody with a say."""
        return bool(self._hosts) and self._likeness(name) in self._hosts.values()

    def shown(self, slot: int, name: str) -> str:
        """The name as it is told, of a slot that was taken."""
        return name if self._slots[self._key_of[slot]][0] == slot else marked(name, slot)


def told_apart(names: Iterable[tuple[int, str]], likeness: Likeness) -> Iterator[str]:
    """The same of all at once: (slot, name) in the order of their slots -> each name as it is told."""
    taken: set[str] = set()
    for slot, name in names:
        key = likeness(name)
        yield marked(name, slot) if key in taken else name
        taken.add(key)
