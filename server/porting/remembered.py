"""Answers about cells, kept for the next time: in a long table the same ones come again and again."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

LONGEST = 100
"""Characters. A cell may have a thousand times as many, and some thousand such ones would stay in memory for good."""


def remembered(n: int) -> Callable[[Callable[Concatenate[str, P], T]], Callable[Concatenate[str, P], T]]:
    """As lru_cache(n), but for work on a text, and of short ones alone."""

    def decorate(work: Callable[Concatenate[str, P], T]) -> Callable[Concatenate[str, P], T]:
        kept = lru_cache(n)(work)

        @wraps(work)
        def answer(text: str, /, *args: P.args, **more: P.kwargs) -> T:
            if len(text) > LONGEST:
                return work(text, *args, **more)
            return kept(text, *args, **more)  # type: ignore[arg-type]  # an order, which is hashable

        return answer

    return decorate
