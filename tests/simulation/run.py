"""Runs seeds."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from server.app import passes
from tests.simulation.agreement import disagreement
from tests.simulation.story import Story
from tests.simulation.world import World

SLICE_S = 0.5
SETTLED_S = 30.0
"""All agree so long after the last fault, or after the results were due if that is later."""


class Outcome(NamedTuple):
    """`failure`: None where all is well. `settled_s`: how long after the last fault all agreed, virtual time."""

    seed: int
    failure: str | None
    settled_s: float
    events: list[str]


def simulate(seed: int) -> Outcome:
    """Everything that happens in the world of this seed, the same each time."""
    world = World(seed)
    with _errors_of(world):
        try:
            return _run(world, seed)
        finally:
            world.end()


def _run(world: World, seed: int) -> Outcome:
    story = Story(world)
    universe = world.universe
    last: str | None = "nothing happened yet"
    due = story.quiet_at
    while last is not None and not world.failures:
        universe.run_until(universe.now + SLICE_S)
        if universe.now <= story.quiet_at:
            continue
        due = max(due, _due(world))
        last = disagreement(world, story)
        if last is not None and universe.now > due + SETTLED_S:
            world.fail(f"not within {SETTLED_S:.0f} s after all was well: {last}")
    failure = world.failures[0] if world.failures else None
    return Outcome(seed, failure, max(0.0, universe.now - due), world.events)


def _due(world: World) -> float:
    """When the results of the last sprint are due, as SQL has it."""
    (due,) = world.rows("SELECT max(reporting_ends) + 3000 FROM sprints")[0]
    return 0.0 if due is None else universe_time(world, due)


def universe_time(world: World, ms: int) -> float:
    return ms / 1_000 - (world.wall() - world.universe.now)


@contextmanager
def _errors_of(world: World) -> Iterator[None]:
    """What the product logs as an error is a failure, unless it comes of a database that is away."""

    class Errors(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            error = record.exc_info[1] if record.exc_info else None
            if not (isinstance(error, Exception) and passes(error)):
                world.fail(f"logged: {record.getMessage()} {error!r}")

    loggers = [logging.getLogger(name) for name in ("wordtide", "server", "asyncio")]
    handler = Errors(logging.ERROR)
    before = [(each, each.level, each.propagate) for each in loggers]
    for each in loggers:
        each.addHandler(handler)
        each.setLevel(logging.ERROR)
        each.propagate = False
    try:
        yield
    finally:
        for each, level, propagate in before:
            each.removeHandler(handler)
            each.setLevel(level)
            each.propagate = propagate
