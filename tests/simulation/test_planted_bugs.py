"""The simulation finds what it is there for: every bug that is planted into the product's code, within a few worlds."""

import re

import pytest

from tests.simulation.planted import PLANTED, Plant
from tests.simulation.run import simulate

WITHIN = 100
"""Seeds. The suite runs many more."""
RAISED = re.compile(r"(Error|Exception)\(")
"""A planted bug is wrong; one that raises no longer fits the code that it is planted into, and proves nothing."""


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    failure = next(filter(None, (simulate(seed).failure for seed in range(WITHIN))), "")
    assert failure
    assert not RAISED.search(failure), failure
