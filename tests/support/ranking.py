"""One's own rank as a client reads it from BIG; client/src/ranked.ts has the same rule."""

from math import floor


def rank_in(n: int, top: list[tuple[int, int]], knots: list[int], words: int) -> int:
    """1 + how many have strictly more: exact where one of the top has no more, else by the knots around it."""
    above = sum(each > words for _, each in top)
    if above < len(top) or not knots:
        return above + 1
    below = next((place for place, knot in enumerate(knots) if knot <= words), len(knots))
    if below in (0, len(knots)):
        return len(top) + 1 if below == 0 else n
    upper, lower = knots[below - 1], knots[below]
    part = min(0.9, max(0.1, (upper - words) / (upper - lower)))
    return floor(len(top) + (n - len(top)) * (below - 1 + part) / (len(knots) - 1) + 0.5)
