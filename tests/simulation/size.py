"""How much happens in a world. Most are small: few bugs need many people or many faults, and more of them are looked at
in the same time.
"""

from dataclasses import dataclass
from random import Random

from server.core.sprint import Limits
from tests.simulation.image import MEMBERS

LARGE = 1 / 40
"""How many worlds are."""
SPRINT_S, SMALL_SPRINT_S = (3, 5), (2, 3)
SMALL_PACE = 0.5
FAULT_S, SMALL_FAULT_S = 4.0, 3.0
"""How long a fault lasts, at most. The product's own patience (a second without Redis, three until results are final)
does not shrink with a world."""
REPORTING_MS = 4_000


@dataclass(frozen=True, slots=True)
class Size:
    """`pace`: what the times are multiplied by at which people do things and faults begin."""

    processes: int
    writers: int
    faults: int
    durations_s: tuple[int, int]
    fault_s: float
    pace: float

    @property
    def limits(self) -> Limits:
        """Those of the processes."""
        return Limits(min_sprint_s=min(SMALL_SPRINT_S), reporting_ms=int(REPORTING_MS * self.pace))


def drawn(random: Random) -> Size:
    if random.random() < LARGE:
        processes, writers, faults = random.choice((2, 2, 2, 3)), random.randint(3, MEMBERS - 1), random.randint(2, 5)
        return Size(processes, writers, faults, SPRINT_S, FAULT_S, 1.0)
    processes, writers, faults = random.choice((2, 2, 2, 2, 2, 2, 2, 3)), random.randint(2, 3), random.randint(1, 3)
    return Size(processes, writers, faults, SMALL_SPRINT_S, SMALL_FAULT_S, SMALL_PACE)
