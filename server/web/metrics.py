"""Numbers for Prometheus in its text format: counters and histograms that are added to, gauges that are read."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate

Labels = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Counter:
    """Only ever rises. Labels must come from small sets: each set of values is a line of its own for ever."""

    name: str
    help: str
    values: dict[Labels, float] = field(default_factory=dict)

    def add(self, n: float = 1, **labels: str) -> None:
        key = tuple(sorted(labels.items()))
        self.values[key] = self.values.get(key, 0) + n


DURATIONS_S = 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0


class Histogram:
    """How often a duration in s was at most each of DURATIONS_S."""

    def __init__(self, name: str, help: str) -> None:
        self.name, self.help = name, help
        self._counts = [0] * (len(DURATIONS_S) + 1)
        self._sum = 0.0

    def saw(self, seconds: float) -> None:
        self._counts[bisect_left(DURATIONS_S, seconds)] += 1
        self._sum += seconds

    def render(self) -> list[str]:
        *below, every = accumulate(self._counts)
        bounds = [f"{each:g}" for each in DURATIONS_S]
        lines = [_line(f"{self.name}_bucket", (("le", le),), n) for le, n in zip(bounds, below, strict=True)]
        lines.append(_line(f"{self.name}_bucket", (("le", "+Inf"),), every))
        return [*lines, _line(f"{self.name}_sum", (), self._sum), _line(f"{self.name}_count", (), every)]


class Metrics:
    """What one process counts. Handed to whoever counts something."""

    def __init__(self) -> None:
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}
        self._histograms: dict[str, Histogram] = {}

    def counter(self, name: str, help: str) -> Counter:
        """The counter of this name, made at the first call."""
        return self._counters.setdefault(name, Counter(name, help))

    def gauge(self, name: str, help: str, read: Callable[[], float]) -> None:
        """A number that is read at each scrape."""
        self._gauges[name] = (help, read)

    def histogram(self, name: str, help: str) -> Histogram:
        """The histogram of this name, made at the first call."""
        return self._histograms.setdefault(name, Histogram(name, help))

    def render(self) -> str:
        lines: list[str] = []
        for counter in self._counters.values():
            lines += _head(counter.name, counter.help, "counter")
            lines += [_line(counter.name, key, value) for key, value in sorted(counter.values.items())]
        for name, (help, read) in self._gauges.items():
            lines += [*_head(name, help, "gauge"), _line(name, (), read())]
        for histogram in self._histograms.values():
            lines += [*_head(histogram.name, histogram.help, "histogram"), *histogram.render()]
        return "\n".join(lines) + "\n"


def _head(name: str, help: str, kind: str) -> list[str]:
    return [f"# HELP {name} {help}", f"# TYPE {name} {kind}"]


def _line(name: str, labels: Labels, value: float) -> str:
    inside = ",".join(f'{key}="{_escaped(each)}"' for key, each in labels)
    return f"{name}{{{inside}}} {value:.15g}" if inside else f"{name} {value:.15g}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
