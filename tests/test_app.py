"""What is put together: which failures pass, and the gauges of a running server."""

import sqlite3
import urllib.request

import pytest
from sqlalchemy import exc

from server.app import passes
from tests.support.group import group
from tests.support.server import ServerProcess

LOCKED = sqlite3.OperationalError("database is locked")
TWICE = sqlite3.IntegrityError("UNIQUE constraint failed")


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (exc.OperationalError("INSERT", {}, LOCKED), True),
        (exc.InterfaceError("SELECT", {}, Exception("connection is closed")), True),
        (exc.DBAPIError("SELECT", {}, Exception("terminating connection due to administrator command")), True),
        (exc.TimeoutError("QueuePool limit of size 6 overflow 6 reached"), True),
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (exc.IntegrityError("INSERT", {}, TWICE), False),
        (exc.ProgrammingError("SELEC", {}, Exception("syntax error")), False),
        (KeyError("x"), False),
    ],
)
def test_what_comes_of_a_database_that_is_away_passes(error: Exception, answer: bool) -> None:
    assert passes(error) is answer


def gauge(server: ServerProcess, name: str) -> float:
    with urllib.request.urlopen(f"{server.url}/metrics") as metrics:
        lines = metrics.read().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))


async def test_sockets_and_open_rooms_are_gauges() -> None:
    async with ServerProcess() as server:
        assert (gauge(server, "wordtide_sockets"), gauge(server, "wordtide_rooms_open")) == (0, 0)
        async with group(server.url, "Ada", "Ben"):
            assert (gauge(server, "wordtide_sockets"), gauge(server, "wordtide_rooms_open")) == (2, 1)
