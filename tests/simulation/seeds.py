"""How many worlds a test run looks at. They are dealt out to two files, which two workers take."""

from collections.abc import Iterable

from tests.conftest import LONG
from tests.simulation.run import simulate

SEEDS = 10_000 if LONG else 2_000


def all_agree(seeds: Iterable[int]) -> None:
    """Run these; the first that fails is told with all that happened in it."""
    for seed in seeds:
        outcome = simulate(seed)
        if outcome.failure is not None:
            told = "\n".join(outcome.events)
            raise AssertionError(f"seed {seed}: {outcome.failure}\nAgain by ./dev simulate {seed}\n{told}")
