"""What a calendar is told of a history: counts of days, and nothing else."""

from datetime import date
from typing import NamedTuple


class WrittenDay(NamedTuple):
    """`words`: those added. `sprints`: sessions in rooms or alone by the clock."""

    day: date
    words: int
    minutes: float
    sprints: int
