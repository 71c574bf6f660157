"""A room's counts in one sprint, and what is read from them: totals, ranks, rates.

A count is a last-writer-wins register (seq, words, flags): the greater tuple wins, never "more words", because
writers delete. Merging is idempotent and order-free, so a row may be lost, repeated or reordered without harm.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from protocol.messages import CLIENT_FLAGS, HOW_MASK, THERE_SEQ, CountFlags


class Register(NamedTuple):
    """`seq`: Unix ms of the change; `words`: net in the sprint; `flags`: CountFlags. Compared as a tuple."""

    seq: int
    words: int
    flags: int

    def on_time(self) -> "Register":
        """The register as its writer offered it, without the server's verdict: a repeated offer is no news."""
        return Register(self.seq, self.words, self.flags & ~CountFlags.LATE)


NOTHING = Register(0, 0, 0)


def contests(seq: int, words: int, held: Register | None) -> bool:
    """Whether it is another count with the stamp of the one that is held: two devices, one ms."""
    return held is not None and seq == held.seq and words != held.words


class Row(NamedTuple):
    """A register and whose it is."""

    slot: int
    seq: int
    words: int
    flags: int

    @property
    def register(self) -> Register:
        return Register(self.seq, self.words, self.flags)


def row(slot: int, register: Register) -> Row:
    return Row(slot, *register)


def offered(seq: int, words: int, flags: int, late: bool) -> Register:
    """A client's offer as a register: only its own bits of the flags, and the server's verdict whether it is late.

    A stamp below THERE_SEQ is raised to it: in SQL a stamp of 0 says that there is no count yet.
    """
    return Register(max(seq, THERE_SEQ), words, (flags & CLIENT_FLAGS) | (CountFlags.LATE if late else 0))


class Board:
    """The counts of one sprint by slot. Holds all rows it was told; who is shown is the roster's affair."""

    def __init__(self) -> None:
        self._registers: dict[int, Register] = {}

    def __len__(self) -> int:
        return len(self._registers)

    def __contains__(self, slot: int) -> bool:
        return slot in self._registers

    def __iter__(self) -> Iterator[Row]:
        return (row(slot, register) for slot, register in self._registers.items())

    def registers(self) -> list[tuple[int, Register]]:
        """By slot, as they stand: less work than to make a row of each."""
        return list(self._registers.items())

    def get(self, slot: int) -> Register | None:
        return self._registers.get(slot)

    def merge(self, slot: int, register: Register) -> bool:
        """Take the register if it is greater than what stands; whether it was."""
        held = self._registers.get(slot)
        if held is not None and held >= register:
            return False
        self._registers[slot] = register
        return True


def newer(mine: Iterable[tuple[int, Register]], theirs: Mapping[int, Register]) -> list[Row]:
    """Of my registers by slot, as rows, those that are newer than these, or that these lack."""
    return [row(slot, register) for slot, register in mine if slot not in theirs or register > theirs[slot]]


def ranks(words: Iterable[int]) -> dict[int, int]:
    """Words -> rank, where rank is 1 + how many have strictly more: ties are ties."""
    by_words: dict[int, int] = {}
    for place, each in enumerate(sorted(words, reverse=True), start=1):
        by_words.setdefault(each, place)
    return by_words


_HOW: dict[int, str] = {CountFlags.TYPED: "typed", CountFlags.REPORTED: "reported", CountFlags.FOLLOWED: "followed"}


def how(flags: int) -> str:
    """How a count came to be, in words."""
    return _HOW.get(flags & HOW_MASK, "reported")


def wpm(words: int, minutes: float) -> float | None:
    """Words a minute over the writer's own minutes, to one decimal; None where it would say nothing."""
    if minutes < 1 or words <= 0:
        return None
    return round(words / minutes, 1)
