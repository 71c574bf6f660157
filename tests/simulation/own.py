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
