"""Two server processes over a real Valkey and a real PostgreSQL, whole again at the start of each test."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.faults.house import STANDARD, House
from tests.support.postgres import Postgres
from tests.support.server import ServerProcess
from tests.support.valkey import Valkey


@pytest.fixture(scope="session")
def everything() -> Iterator[tuple[Valkey, Postgres, list[ServerProcess]]]:
    postgres = Postgres.start_new()
    try:
        with Valkey(tcp=True) as valkey:
            settings: dict[str, Any] = {"redis_url": valkey.url, "database_url": postgres.url(), **STANDARD}
            servers = [ServerProcess(**settings) for _ in range(2)]
            try:
                yield valkey, postgres, servers
            finally:
                for each in servers:
                    each.close()
    finally:
        postgres.close()


@pytest.fixture
async def house(everything: tuple[Valkey, Postgres, list[ServerProcess]]) -> House:
    valkey, postgres, servers = everything
    whole = House(valkey, postgres, *servers)
    await whole.mend()
    return whole
