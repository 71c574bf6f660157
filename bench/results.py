"""What a bench hands on: its numbers as JSON, and the tables made from them."""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Numbers = dict[str, Any]
"""What goes into JSON: everything that a table or a formula needs."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells are text already; the first row is the head. `notes` stand below it."""

    title: str
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()

    def plain(self) -> str:
        widths = [max(map(len, column)) for column in zip(*self.rows, strict=True)]
        lines = [
            "  ".join(_padded(cell, width, at) for at, (cell, width) in enumerate(zip(row, widths, strict=True)))
            for row in self.rows
        ]
        return "\n".join([self.title, "", *(line.rstrip() for line in lines), *self.notes])

    def markdown(self) -> str:
        head, *body = self.rows
        rule = ["---" if at == 0 else "---:" for at in range(len(head))]
        table = "\n".join(f"| {' | '.join(row)} |" for row in [head, rule, *body])
        return "\n\n".join([f"**{self.title}**", table, *self.notes])


def _padded(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column == 0 else cell.rjust(width)


@dataclass(frozen=True, slots=True)
class Options:
    """How a bench is run: `repeats` runs of each entry, interleaved; `only` these entries, all where it is empty."""

    repeats: int = 5
    only: frozenset[str] = frozenset()
    sizes: Sequence[int] = ()

    def takes(self, name: str) -> bool:
        return not self.only or name in self.only


@dataclass(frozen=True, slots=True)
class Bench:
    name: str
    help: str
    run: Callable[[Options], Numbers]
    tables: Callable[[Numbers], Sequence[Table]]


MUCH_BUSY = 0.5
"""A load generator that waits for less than the rest of the time may be late itself."""


def busy_note(who: str, runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Where the load generator was busy, what it measured as delay may be its own."""
    busy = values_of(runs, "loader_busy")
    if not busy or median(busy) <= MUCH_BUSY:
        return []
    return [f"{who}: the load generator was busy for {median(busy):.0%} of the time; part of the delay may be its own."]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def number(value: float | None, digits: int = 1) -> str:
    """For a table; a dash where nothing was measured."""
    if value is None:
        return "-"
    return "beyond any bound" if value == math.inf else f"{value:,.{digits}f}"


def ratio(value: float | None, to: float | None) -> str:
    return "-" if not value or not to else f"{value / to:.2f}x"


def run_numbers(run: "DataclassInstance") -> Numbers:
    """A run for JSON, which knows no infinity: None stands for it."""
    return {name: None if value == math.inf else value for name, value in asdict(run).items()}


def values_of(runs: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    """One number of all valid runs; of those that were kept before it was measured, none."""
    return [math.inf if run[name] is None else run[name] for run in runs if run["valid"] and name in run]


def summary(title: str, runs: Sequence[Mapping[str, Any]], lines: Sequence[tuple[str, str, int]]) -> Table:
    """Median and worst of each line: its head, the number's name, digits after the point. More is worse."""
    rows = [["", "median", "worst"]]
    for head, name, digits in lines:
        if values := values_of(runs, name):
            rows.append([head, number(median(values), digits), number(max(values), digits)])
    lost = sum(not run["valid"] for run in runs)
    return Table(title, rows, [f"{len(runs)} runs; {lost} of them invalid."])
