"""What a calendar is told of a history: counts of days, and nothing else."""

from datetime import date
from typing import NamedTuple


class WrittenDay(NamedTuple):
    """`words`: those added. `sprints`: sessions in rooms or alone by the clock. `changed_at`: when the last of its
    sessions was stored first, Unix ms; what is mended in them changes it not.
    """

    day: date
    words: int
    minutes: float
    sprints: int
    changed_at: int
