"""What Wordtide's processes say of themselves at /metrics."""

import math
import re
import urllib.request
from collections import Counter
from collections.abc import Iterable

from server.lag import LATENESS, WORK

Lag = Counter[float]
"""How many slices took at most so many seconds (and more than the next lower key): all, or those of a while."""
_BUCKET = re.compile(r'(\w+)_bucket\{le="([^"]+)"\} (\d+)')
_SOCKETS = re.compile(r"^wordtide_sockets (\d+)", re.MULTILINE)


def lateness(urls: Iterable[str]) -> Lag:
    """How late timers were, in all of these processes together."""
    return _histogram(urls, LATENESS)


def held(urls: Iterable[str]) -> Lag:
    """How much of it was the processes' own work; the rest is time that the machine did not give them."""
    return _histogram(urls, WORK)


def worst_ms(lag: Lag) -> float:
    """No slice took longer than this bound, in ms."""
    return max((bound for bound, count in lag.items() if count), default=0.0) * 1_000


def share_above(lag: Lag, seconds: float) -> float:
    """Of all slices, those that took longer. `seconds`: one of the histogram's bounds."""
    return sum(count for bound, count in lag.items() if bound > seconds) / max(1, lag.total())


def sockets(urls: Iterable[str]) -> int:
    """How many are open, in all of these processes together."""
    return sum(int(found) for url in urls for found in _SOCKETS.findall(_text(url)))


def _histogram(urls: Iterable[str], name: str) -> Lag:
    found: Lag = Counter()
    for url in urls:
        below = 0
        for _, bound, count in (line for line in _BUCKET.findall(_text(url)) if line[0] == name):
            found[math.inf if bound == "+Inf" else float(bound)] += int(count) - below
            below = int(count)
    return found


def _text(url: str) -> str:
    with urllib.request.urlopen(f"{url}/metrics", timeout=30) as answer:
        said: bytes = answer.read()
    return said.decode()
