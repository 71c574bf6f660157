"""Two server processes over a real Valkey and a real PostgreSQL, whole again at the start of each test.

The other one reaches Valkey through a proxy, which can lose what passes.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from tests.faults.house import STANDARD, STUCK_MS, House
from tests.support.postgres import Postgres
from tests.support.proxy import ProxyThread
from tests.support.server import ServerProcess
from tests.support.valkey import Valkey


@contextmanager
def built() -> Iterator[House]:
    """With a database of its own; nothing is started yet but what the processes need."""
    with ExitStack() as stack:
        postgres = Postgres.start_new()
        stack.callback(postgres.close)
        valkey = stack.enter_context(Valkey(tcp=True))
        line = stack.enter_context(ProxyThread(valkey.port))
        settings: dict[str, Any] = {"database_url": postgres.url(), **STANDARD}
        one = ServerProcess(redis_url=valkey.url, stuck_ms=STUCK_MS, **settings)
        other = ServerProcess(redis_url=f"redis://127.0.0.1:{line.port}/0", **settings)
        stack.callback(one.close)
        stack.callback(other.close)
        yield House(valkey, postgres, line, one, other)


@pytest.fixture(scope="session")
def everything() -> Iterator[House]:
    with built() as house:
        yield house


@pytest.fixture
async def house(everything: House) -> House:
    await everything.mend()
    return everything
