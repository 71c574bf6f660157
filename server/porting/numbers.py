"""Counts as people and programs write them: 1667, 1,667, 1.667, 1 667, 1667.0, −12."""

import re

_SIGNS = str.maketrans({"−": "-", "–": "-"})
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,'’ \u00a0\u202f])\d{3})(?:\1\d{3})*")
_WHOLE = re.compile(r"[+-]?\d{1,18}(?:[.,]0{1,6})?")
_AT_THE_BEGINNING = re.compile(r"[+-]?\d[\d.,'’\u00a0\u202f]*")
_DECIMAL = re.compile(r"\d{1,9}(?:[.,]\d{1,9})?")
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)(?::([0-5]\d))?")


def so_many(n: int, what: str) -> str:
    """As "1 word" or "1,667 words"."""
    return f"{n:,} {what}" if n == 1 else f"{n:,} {what}s"


def whole(cell: str) -> int | None:
    """A whole number, with or without marks between thousands. None: it is none."""
    if cell.isascii() and cell.isdecimal() and len(cell) <= 18:  # as nearly all of them are
        return int(cell)
    text = cell.strip().translate(_SIGNS)
    if not text.isascii() and any(each.isdigit() and not each.isascii() for each in text):
        return None
    if _WHOLE.fullmatch(text):
        return int(re.split(r"[.,]", text)[0])
    if _GROUPED.fullmatch(text) and len(text) < 30:
        return int(re.sub(r"[^\d+-]", "", text))
    return None


def whole_at_the_beginning(cell: str) -> int | None:
    """The same where a browser copied what stands on a button along with the count."""
    found = _AT_THE_BEGINNING.match(cell.strip().translate(_SIGNS))
    return None if found is None else whole(found.group().rstrip(".,"))


def minutes(cell: str) -> float | None:
    """Minutes, as 25, 25.5 or 25,5, or as hours and minutes, 1:05. None: it is neither."""
    text = cell.strip()
    if not text.isascii():
        return None
    if _DECIMAL.fullmatch(text):
        return float(text.replace(",", "."))
    clock = _CLOCK.fullmatch(text)
    if clock is None:
        return None
    hours, minute, second = (int(part or 0) for part in clock.groups())
    return hours * 60 + minute + second / 60
