"""Why a file cannot be taken as it is."""

from collections.abc import Sequence

SHOWN_ROWS = 20


class FileError(Exception):
    """`rule`: what is wrong with the file and what to do, as the end of a sentence that begins with "The file"."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def rows_named(rows: Sequence[int]) -> str:
    """As "row 3", "rows 3, 4 and 9", "rows 1, 2, … and 12 more"."""
    shown = [f"{row:,}" for row in rows[:SHOWN_ROWS]]
    if len(rows) > SHOWN_ROWS:
        return f"rows {', '.join(shown)} and {len(rows) - SHOWN_ROWS:,} more"
    return f"row {shown[0]}" if len(shown) == 1 else f"rows {', '.join(shown[:-1])} and {shown[-1]}"
