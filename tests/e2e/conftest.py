"""One Chromium and one server for all tests of the browser; a fresh context for each person, and nobody complains."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio

from tests.support.browser import Chromium, Person
from tests.support.provider import Provider
from tests.support.server import ROOT, ServerProcess

Arrive = Callable[..., Awaitable[Person]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All in one loop: a browser cannot be shared between loops."""
    for item in items:
        if "tests/e2e/" in item.nodeid:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Chromium]:
    async with Chromium() as running:
        yield running


@pytest.fixture(scope="session")
def running_provider() -> Iterator[Provider]:
    with Provider().running() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: Provider) -> Iterator[Provider]:
    """Where people have accounts outside of the house. Without it, whoever goes there is one and the same."""
    running_provider.reset()
    yield running_provider
    running_provider.reset()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(running_provider: Provider) -> AsyncIterator[ServerProcess]:
    """A server that several tests share, each with rooms of its own. The bell may ring soon, reports may take long."""
    assert (ROOT / "client/dist/index.html").exists(), "the client is not built: ./dev test builds it"
    async with ServerProcess(reporting_s=60, checkpoint_ms=100, **running_provider.settings) as server:
        yield server
        assert "Traceback" not in server.log, server.log[-4_000:]


@pytest.fixture(scope="session")
def gone() -> list[Person]:
    """Who left an empty browser behind, at the shared server."""
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def arrive(chromium: Chromium, house: ServerProcess, gone: list[Person]) -> AsyncIterator[Arrive]:
    """`await arrive("Ada")`: somebody with an empty browser, at the shared server if not at another `url`."""
    here: list[Person] = []
    plain: list[Person] = []

    async def arrive(name: str, url: str = "", **options: Any) -> Person:
        if url or options:
            person = await chromium.person(name, url or house.url, **options)
        else:
            person = gone.pop().successor(name) if gone else await chromium.person(name, house.url)
            plain.append(person)
        here.append(person)
        return person

    async def see_off(person: Person) -> None:
        if person in plain and await person.leave():
            gone.append(person)
        else:
            await person.context.close()

    yield arrive
    await asyncio.gather(*(see_off(person) for person in here))
    assert [(person.name, person.complaints) for person in here if person.complaints] == []


async def meet(arrive: Arrive, *names: str, url: str = "") -> list[Person]:
    """People in one room, the first of them its host. `url`: as with `arrive`."""
    people = await asyncio.gather(*(arrive(name, url) for name in names))
    slug = await people[0].make_room()
    await asyncio.gather(*(each.enter(slug) for each in people))
    return people
