"""Text in the cells of a CSV that a spreadsheet opens: nothing in it may be run as a formula."""

import re

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A cell that begins so may be run by spreadsheets: what OWASP lists under "CSV Injection", the wide signs included."""
_SIGNS = f"[{re.escape(''.join(FORMULA))}]"
_NEUTRAL = re.compile(f"'*{_SIGNS}")
_NEUTRALISED = re.compile(f"'+{_SIGNS}")


def neutral(text: str) -> str:
    """With an apostrophe before what would be run. Only for text: -400 is a number."""
    return f"'{text}" if _NEUTRAL.match(text) else text


def as_was(cell: str) -> str:
    """The text that `neutral` made the cell of."""
    return cell[1:] if _NEUTRALISED.match(cell) else cell
