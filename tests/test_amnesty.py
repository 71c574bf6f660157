"""`wordtide amnesty`: days declared neutral, beside a server that runs."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from server.__main__ import main
from server.core.instants import iso
from server.ledger.engine import SQLITE_FILE
from tests.support.ledgers import prepare_sqlite
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter

Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Say:
    """Runs `wordtide amnesty` on a data folder of the test's own; its status, and what it said on both outputs."""
    monkeypatch.setenv("WORDTIDE_DATA", str(tmp_path / "data"))

    def amnesty(*arguments: str) -> tuple[int, str]:
        status = main(["amnesty", *arguments])
        said = capsys.readouterr()
        return status, said.out + said.err

    return amnesty


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The folder with an empty database in it."""
    prepare_sqlite(tmp_path / "data")
    return tmp_path / "data"


def test_a_day_is_declared_listed_and_withdrawn(data: Path, say: Say) -> None:
    assert say("--list") == (0, "No day is declared neutral.\n")
    assert say("2026-06-03", "--note", "the disk was full") == (0, "2026-06-03 asks nothing of anybody.\n")
    assert say("2026-06-01")[0] == 0
    assert say("2026-06-01", "--note", "") == (
        0,
        "2026-06-01 asks nothing of anybody, as before. Its note is the new one.\n",
    )
    assert say("--list") == (0, "2026-06-01\n2026-06-03  the disk was full\n")
    assert say("--withdraw", "2026-06-03") == (0, "2026-06-03 counts again as any other day.\n")
    status, said = say("--withdraw", "2026-06-03")
    assert status == 1
    assert "was not declared neutral" in said
    assert say("--list") == (0, "2026-06-01\n")


async def test_a_running_server_tells_of_it_at_once(
    shared_server: ServerProcess, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDTIDE_DATA", str(shared_server.settings["data"]))
    async with SocketWriter(shared_server.url, "Ann") as ann:
        await ann.sign_in()
        yesterday = iso(ann.now() - 86_400_000)
        entry = {"id": str(uuid4()), "started_at": yesterday, "minutes": 20, "words": 300}
        await ann.post("/api/me/sessions", entry)
        before = await ann.get("/api/me/streak")
        assert before["state"] == "grace_left"
        assert (await asyncio.to_thread(say, before["today"]))[0] == 0
        neutral = await ann.get("/api/me/streak")
        assert (neutral["state"], neutral["days"][-1]["status"]) == ("resting", "amnesty")
        assert (await asyncio.to_thread(say, "--withdraw", before["today"]))[0] == 0
        assert await ann.get("/api/me/streak") == before


def test_a_day_too_far_ahead_and_a_note_too_long_are_refused(data: Path, say: Say) -> None:
    far = (datetime.now(UTC) + timedelta(days=368)).date()
    for wrong, about in ((f"{far}",), "days ahead"), (("2026-06-03", "--note", "x" * 201), "201 characters"):
        status, said = say(*wrong)
        assert status == 1
        assert about in said
    status, said = say("--list", "--note", "x")
    assert status == 1
    assert "--note" in said
    assert say("--list") == (0, "No day is declared neutral.\n")


@pytest.mark.parametrize("wrong", [[], ["yesterday"], ["2026-02-30"], ["2026-06-03", "--list"], ["--withdraw"]])
def test_what_is_no_day_is_refused(say: Say, capsys: pytest.CaptureFixture[str], wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        say(*wrong)
    assert refused.value.code == 2
    assert "usage: wordtide amnesty" in capsys.readouterr().err


def test_where_there_is_no_database_none_is_made(say: Say, tmp_path: Path) -> None:
    status, said = say("2026-06-03")
    assert status == 1
    assert f"There is no database at {tmp_path / 'data' / SQLITE_FILE}" in said
    assert not (tmp_path / "data").exists()


def test_a_database_of_another_version_is_left_alone(data: Path, say: Say) -> None:
    with sqlite3.connect(data / SQLITE_FILE) as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    database.close()
    status, said = say("2026-06-03")
    assert status == 1
    assert "`wordtide migrate`" in said


def test_a_database_that_is_away_is_told(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORDTIDE_DATABASE_URL", "postgresql://127.0.0.1:1/x")
    status, said = say("--list")
    assert status == 1
    assert "WORDTIDE_DATABASE_URL" in said
