"""Simulations make garbage by the thousand small objects, in cycles; and nobody else is to hear what they log."""

import gc
from collections.abc import Iterator

import pytest

from tests.simulation.run import errors_heard


@pytest.fixture(autouse=True)
def simulating() -> Iterator[None]:
    with errors_heard():
        yield


@pytest.fixture(autouse=True)
def seldom_collecting() -> Iterator[None]:
    """Going through all that a worker holds, at each of some thousand allocations, would take a fifth of the time."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 5, 1_000)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()
