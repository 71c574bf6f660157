"""A writer's own count in one sprint, as a browser holds it."""

from dataclasses import dataclass


@dataclass(slots=True)
class Own:
    """My count in one sprint, as own.ts has it."""

    sprint: int = 0
    ends: int = 0
    seq: int = 0
    words: int = 0
    flags: int = 0
    acked: int = 0
    joined: bool = False
    mine: bool = False
    rung: bool = False

    @property
    def is_open(self) -> bool:
        return self.seq > self.acked

    def is_behind(self, seq: int, words: int) -> int:
        """Above 0: a count that is known elsewhere stands over this one, as sync.ts has it."""
        return seq - self.seq or (words - self.words if self.mine else 0)
