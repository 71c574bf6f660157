"""What is put together and taken apart: which failures pass, a start that fails, the gauges of a running server."""

import sqlite3
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import exc

from server import config
from server.app import open_house, passes
from server.clock import Clock
from tests.support.group import group
from tests.support.ledgers import prepare_sqlite
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


async def test_a_start_that_fails_half_way_leaves_the_folder_to_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionResetError

    prepare_sqlite(tmp_path)
    settings = config.read({"WORDTIDE_DATA": str(tmp_path)})
    monkeypatch.setattr(Clock, "sample", fail)
    with pytest.raises(ConnectionResetError):
        async with open_house(settings):
            pass
    monkeypatch.undo()
    async with open_house(settings):
        pass


def gauge(server: ServerProcess, name: str) -> float:
    with urllib.request.urlopen(f"{server.url}/metrics") as metrics:
        lines = metrics.read().decode().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))


async def test_sockets_and_open_rooms_are_gauges() -> None:
    async with ServerProcess() as server:
        assert (gauge(server, "wordtide_sockets"), gauge(server, "wordtide_rooms_open")) == (0, 0)
        async with group(server.url, "Ada", "Ben"):
            assert (gauge(server, "wordtide_sockets"), gauge(server, "wordtide_rooms_open")) == (2, 1)
