"""Numbers for Prometheus in its text format: counters that are added to, gauges that are read when asked."""

from collections.abc import Callable
from dataclasses import dataclass, field

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


class Metrics:
    """What one process counts. Handed to whoever counts something."""

    def __init__(self) -> None:
        self._counters: dict[str, Counter] = {}
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}

    def counter(self, name: str, help: str) -> Counter:
        """The counter of this name, made at the first call."""
        return self._counters.setdefault(name, Counter(name, help))

    def gauge(self, name: str, help: str, read: Callable[[], float]) -> None:
        """A number that is read at each scrape."""
        self._gauges[name] = (help, read)

    def render(self) -> str:
        lines: list[str] = []
        for counter in self._counters.values():
            lines += _head(counter.name, counter.help, "counter")
            lines += [_line(counter.name, key, value) for key, value in sorted(counter.values.items())]
        for name, (help, read) in self._gauges.items():
            lines += [*_head(name, help, "gauge"), _line(name, (), read())]
        return "\n".join(lines) + "\n"


def _head(name: str, help: str, kind: str) -> list[str]:
    return [f"# HELP {name} {help}", f"# TYPE {name} {kind}"]


def _line(name: str, labels: Labels, value: float) -> str:
    inside = ",".join(f'{key}="{_escaped(each)}"' for key, each in labels)
    return f"{name}{{{inside}}} {value:.15g}" if inside else f"{name} {value:.15g}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
