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
NOTHING_YET = "nothing happened yet"
SETTLED_S = 30.0
"""All agree so long after the last fault, or after the results were due if that is later."""


class Outcome(NamedTuple):
    """`failure`: None where all is well."""

    failure: str | None
    events: list[str]


def simulate(seed: int) -> Outcome:
    """Everything that happens in the world of this seed, the same each time. Within `errors_heard`."""
    world = _ERRORS.world = World(seed)
    try:
        return _run(world)
    finally:
        _ERRORS.world = None
        world.end()


def _run(world: World) -> Outcome:
    story = Story(world)
    universe = world.universe
    last: str | None = NOTHING_YET
    due = story.quiet_at
    while last is not None and not world.failures:
        universe.run_until(universe.now + SLICE_S)
        if universe.now <= story.quiet_at:
            continue
        if last == NOTHING_YET:
            world.doubt()
        due = max(due, _due(world))
        last = disagreement(world)
        if last is not None and universe.now > due + SETTLED_S:
            world.fail(f"not within {SETTLED_S:.0f} s after all was well: {last}")
    failure = world.failures[0] if world.failures else None
    return Outcome(failure, world.events)


def _due(world: World) -> float:
    """When the results of the last sprint are due, as SQL has it."""
    (due,) = world.rows("SELECT max(reporting_ends) + 3000 FROM sprints")[0]
    return 0.0 if due is None else _virtual(world, due)


def _virtual(world: World, ms: int) -> float:
    return ms / 1_000 - (world.wall() - world.universe.now)


class Errors(logging.Filter):
    """What the product logs as an error is a failure, unless it comes of a database that is away. Nobody else hears it:
    pytest would format every traceback.
    """

    world: World | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        expected = isinstance(error, Exception) and passes(error)
        if self.world is not None and record.levelno >= logging.ERROR and not expected:
            self.world.fail(f"logged: {record.getMessage()} {error!r}")
        return False


_ERRORS = Errors()


@contextmanager
def errors_heard() -> Iterator[None]:
    """Around simulations."""
    names = [
        name for name in logging.root.manager.loggerDict if name.split(".")[0] in ("wordtide", "server", "asyncio")
    ]
    for name in names:
        logging.getLogger(name).addFilter(_ERRORS)
    try:
        yield
    finally:
        for name in names:
            logging.getLogger(name).removeFilter(_ERRORS)
