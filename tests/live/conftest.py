"""What the tests of the live plane share: a process of their own each."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.live.plane import Sizes
from tests.live.world import World, open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, Sizes()) as made:
        yield made
