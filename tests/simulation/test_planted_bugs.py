"""The simulation finds what it is there for: every bug that is planted into the product's code, within a few worlds."""

import re

import pytest

from tests.simulation.planted import PLANTED, Plant
from tests.simulation.run import simulate

WITHIN = 200
"""Seeds. The suite runs many more."""
FOUND_IN = {
    "merge_by_more_words": 2,
    "no_republish": 3,
    "version_not_reset": 74,
    "ack_of_the_board": 1,
    "clean_before_the_commit": 23,
    "a_removed_writer_is_shown": 3,
    "a_removed_writer_s_row_is_deleted": 21,
    "started_without_reading_sql": 33,
    "stored_means_the_newest_is": 25,
}
"""The seed to look at first, if it is not 0: where the bug was found last. A change of the product may move it."""
RAISED = re.compile(r"(Error|Exception)\(")
"""A planted bug is wrong; one that raises no longer fits the code that it is planted into, and proves nothing."""


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_bug_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)
    first = FOUND_IN.get(plant.__name__, 0)
    seeds = (*range(first, WITHIN), *range(first))
    failure = next(filter(None, (simulate(seed).failure for seed in seeds)), "")
    assert failure
    assert not RAISED.search(failure), failure
