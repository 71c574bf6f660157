"""One real server for all tests that only talk to it; and Hypothesis, which tries the same examples in every run.

`./dev test --long` lets it look for new ones.
"""

import gc
import os
from collections.abc import Iterator

import hypothesis
import pytest

from tests.support.nursery import Forked
from tests.support.server import ServerProcess

LONG = bool(os.environ.get("LONG_TESTS"))
only_long = pytest.mark.skipif(not LONG, reason="each rule of it is tried elsewhere, and cheaper: whole under --long")
hypothesis.settings.register_profile("wordtide", deadline=None, derandomize=not LONG, database=None)
hypothesis.settings.load_profile("wordtide")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes a worker longest begins first, and the others fill what is left: at the end all end together."""
    items.sort(key=lambda item: "/simulation/test_seeds_" not in item.path.as_posix())


@pytest.fixture(scope="session", autouse=True)
def nursery() -> None:
    ServerProcess.begin = Forked


@pytest.fixture(scope="session")
def shared_server() -> Iterator[ServerProcess]:
    """On SQLite, with a window for reports that no test waits out. Tests make rooms of their own in it."""
    with ServerProcess(reporting_s=120, checkpoint_ms=60) as running:
        yield running


@pytest.fixture
def no_full_collection() -> Iterator[None]:
    """As in mid-sprint: to go through the heap of all these tests holds the loop for longer than anything."""
    gc.disable()
    yield
    gc.enable()
