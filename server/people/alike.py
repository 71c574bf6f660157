"""Which names look the same to a reader: by the skeletons of Unicode's technical standard 39, whatever their case."""

import json
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_EITHER_CASE = str.maketrans("i", "l")
"""A capital i looks like a small L, and case is not told apart: so all of them are one."""
_SIDE_BY_SIDE = ("vv", "w")
"""The table knows rn and m, but not these."""


@lru_cache(maxsize=20_000)
def key(text: str) -> str:
    """The same for all texts that look alike. Of letters and digits alone: no dot, space or accent makes another name.

    Empty where there are none. The table is read from disk once (it takes some 60 ms).
    """
    folded = _skeleton(_skeleton(text).casefold()).translate(_EITHER_CASE).replace(*_SIDE_BY_SIDE)
    return "".join(each for each in folded if unicodedata.category(each)[0] in "LN")


def likeness(text: str) -> str:
    """The key, also of names of signs alone: those have to be the same."""
    return key(text) or text


def alike(one: str, other: str) -> bool:
    """Whether a reader may take one name for the other."""
    return likeness(one) == likeness(other)


def _skeleton(text: str) -> str:
    prototypes = _prototypes()
    apart = "".join(prototypes.get(each, each) for each in unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFD", apart)


@cache
def _prototypes() -> dict[str, str]:
    """Of each character that looks like others, what stands for all of them.

    The table tells only what looks alike, both ways round. What stands for more than one is a prototype, and so is what
    takes several characters; of two that know only each other the first will do.
    """
    table = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_text("utf-8"))
    known = {each: [_bare(other["c"]) for other in others] for each, others in table.items() if len(each) == 1}
    return {each: _prototype(each, others, known) for each, others in known.items()}


def _prototype(each: str, others: list[str], known: dict[str, list[str]]) -> str:
    if len(others) > 1:
        return each
    (other,) = others
    return min(each, other) if len(other) == 1 and known.get(other) == [each] else other


def _bare(shown: str) -> str:
    """Letters that are written from right to left are listed between marks of direction."""
    return shown.strip("\u200e")
