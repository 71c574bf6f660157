"""A fresh house for each test."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from server.people import provider as people
from tests.support.provider import Provider
from tests.web.house import House, open_house


@pytest.fixture(scope="session")
def running_provider() -> Iterator[Provider]:
    with Provider().running() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: Provider) -> Provider:
    """Who people are outside of the house, where they come from by OpenID."""
    running_provider.reset()
    return running_provider


@pytest.fixture
async def house(tmp_path: Path, provider: Provider) -> AsyncIterator[House]:
    async with open_house(tmp_path, openid=people.Provider(provider.client)) as opened:
        opened.provider = provider
        yield opened
