"""The whole heap is gone through at quiet times, and seldom where it never is quiet."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from server import heap as module
from server.heap import MOST_LOOKS, THRESHOLDS, Heap


@pytest.fixture
def collections(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Of the whole heap; the collector is left as it was."""
    before, done = gc.get_threshold(), list[int]()
    monkeypatch.setattr(gc, "collect", lambda: done.append(1))
    try:
        yield done
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def look(heap: Heap, times: int = 1) -> None:
    for _ in range(times):
        heap._timer.cancel()
        heap._look()


async def test_it_is_gone_through_while_nothing_is_busy(collections: list[int]) -> None:
    heap = Heap(lambda: False)
    assert gc.get_threshold() == THRESHOLDS
    assert gc.get_freeze_count() > 0
    collections.clear()
    look(heap, 3)
    assert len(collections) == 3
    heap.stop()


async def test_in_the_middle_of_sprints_it_is_gone_through_seldom(collections: list[int]) -> None:
    heap = Heap(lambda: True)
    collections.clear()
    look(heap, MOST_LOOKS - 1)
    assert collections == []
    look(heap)
    assert len(collections) == 1
    look(heap, MOST_LOOKS)
    assert len(collections) == 2
    heap.stop()


async def test_it_looks_by_itself_and_stops(collections: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOK_S", 0.001)
    looked = asyncio.Event()

    def is_busy() -> bool:
        looked.set()
        return False

    heap = Heap(is_busy)
    await asyncio.wait_for(looked.wait(), 5)
    heap.stop()
    assert heap._timer.cancelled()
