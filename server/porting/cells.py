"""Text in the cells of a CSV that a spreadsheet opens: nothing in it may be run as a formula."""

import re

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run by spreadsheets."""
_NEUTRAL = re.compile(r"'*[=+\-@\t\r]")
_NEUTRALISED = re.compile(r"'+[=+\-@\t\r]")


def neutral(text: str) -> str:
    """With an apostrophe before what would be run. Only for text: -400 is a number."""
    return f"'{text}" if _NEUTRAL.match(text) else text


def as_was(cell: str) -> str:
    """The text that `neutral` made the cell of."""
    return cell[1:] if _NEUTRALISED.match(cell) else cell
