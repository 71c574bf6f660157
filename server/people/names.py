"""What a name (or a title) may be: one visible line of text that cannot hide, overlap or pass for nothing, and a name
for nobody with a say. Of what only its writer sees less is asked.
"""

import re
import unicodedata
from functools import cache

import regex

from protocol.codes import ErrorCode
from server.core.sprint import RuleError
from server.people import alike

MAX_NAME = 40
MAX_TITLE = 80
"""Characters as a reader counts them: Unicode's extended grapheme clusters."""
MOST_CODE_POINTS_EACH = 2
"""For each character that is allowed, on average: some take one, some four. In UTF-8 each has four bytes at most."""
MAX_MARKS = 2
"""More combining marks in a row than this climb over the lines above and below."""

RESERVED = (
    *("host", "cohost", "moderator", "admin", "administrator", "operator", "owner", "root"),
    *("staff", "support", "system", "server", "wordtide", "a writer", "nobody", "deleted writer"),
)
"""Names of those with a say, and of nobody: no writer has one, nor one that looks like it."""
_CHARACTER = regex.compile(r"\X")
_HANDLE = re.compile(r"[a-z0-9_-]{3,30}")

_REFUSED = {
    "Cc": "control characters",
    "Cf": "invisible formatting characters",
    "Cs": "halves of characters",
    "Co": "private characters",
    "Cn": "characters that do not exist",
    "Zl": "line breaks",
    "Zp": "line breaks",
}
_BLANK = frozenset("\u3164\uffa0\u115f\u1160\u2800")
"""Letters and signs that are drawn as nothing."""


def clean(text: str, field: str, limit: int) -> str:
    """The text in NFKC, trimmed, its runs of spaces folded to one. Raises RuleError that names the field and rule."""
    composed = unicodedata.normalize("NFKC", text)
    _check_characters(field, composed)
    folded = " ".join(composed.split())
    if not 1 <= characters(folded) <= limit:
        raise _refusal(field, f"has 1 to {limit} characters, after spaces at its ends are taken off")
    if len(folded) > MOST_CODE_POINTS_EACH * limit:
        raise _refusal(field, "has too many accents, signs or emoji that are put together of several: leave some out")
    _check_shape(field, folded)
    return folded


def characters(text: str) -> int:
    """How many a reader counts: a letter with its accents, a flag and an emoji with its tone are one each."""
    return len(_CHARACTER.findall(text))


def name(text: str, field: str = "name") -> str:
    """A writer's name, cleaned. Raises RuleError."""
    cleaned = clean(text, field, MAX_NAME)
    if alike.key(cleaned) in _reserved():
        raise _refusal(field, "looks like that of somebody with a say here: choose another one")
    return cleaned


def handle(text: str) -> str:
    """A handle in lower case. Raises RuleError."""
    lower = text.strip().lower()
    if not _HANDLE.fullmatch(lower) or not alike.key(lower):
        raise _refusal("handle", "is 3 to 30 of a-z, 0-9, _ and -, a letter or digit among them")
    return name(lower, "handle")


def title(text: str) -> str:
    """A room's title or a project's, cleaned. Raises RuleError."""
    return clean(text, "title", MAX_TITLE)


def note(text: str, field: str) -> str:
    """Lines that only their writer reads, trimmed: all is allowed that can be stored. Raises RuleError."""
    for each in text:
        if unicodedata.category(each) == "Cc" and each not in "\n\r\t":
            raise _refusal(field, f"has no control characters in it (here U+{ord(each):04X})")
    return text.strip()


@cache
def _reserved() -> frozenset[str]:
    return frozenset(map(alike.key, RESERVED))


def _check_characters(field: str, text: str) -> None:
    for each in text:
        kind = unicodedata.category(each)
        if kind in _REFUSED:
            raise _refusal(field, f"has no {_REFUSED[kind]} in it (here U+{ord(each):04X})")
        if each in _BLANK:
            raise _refusal(field, f"has no blank characters that look like nothing in it (here U+{ord(each):04X})")


def _check_shape(field: str, text: str) -> None:
    marks = 0
    for each in text:
        marks = marks + 1 if unicodedata.category(each).startswith("M") else 0
        if marks > MAX_MARKS:
            raise _refusal(field, f"has at most {MAX_MARKS} combining marks in a row")
    if not any(unicodedata.category(each)[0] in "LNPS" for each in text):
        raise _refusal(field, "has at least one letter, digit or sign")


def _refusal(field: str, rule: str) -> RuleError:
    return RuleError(ErrorCode.BAD_REQUEST, field, rule)
