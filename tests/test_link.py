"""`wordtide link`: a way in that the operator makes, beside a server that runs."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from server.__main__ import main
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import LIMITS, NOW, prepare_sqlite
from tests.support.server import ServerProcess
from tests.support.writer import SocketWriter

Say = Callable[[str], tuple[int, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Say:
    """Runs `wordtide link` on a data folder of the test's own; its status, and what it said on both outputs."""
    monkeypatch.setenv("WORDTIDE_DATA", str(tmp_path / "data"))

    def link(writer: str) -> tuple[int, str]:
        status = main(["link", writer])
        said = capsys.readouterr()
        return status, said.out + said.err

    return link


async def test_a_link_signs_its_writer_in_on_a_running_server_and_they_can_see_it(
    shared_server: ServerProcess, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORDTIDE_DATA", str(shared_server.settings["data"]))
    monkeypatch.setenv("WORDTIDE_PUBLIC_URL", "https://tide.example")
    async with SocketWriter(shared_server.url, "Ann") as ann, SocketWriter(shared_server.url, "Ann") as elsewhere:
        await ann.sign_in()
        status, said = await asyncio.to_thread(say, str(ann.me["id"]))
        assert status == 0
        told = r"as Ann \(number (\d+)\), once, until \d\d:\d\d UTC.*\n  https://tide.example/in#(\S{32})$"
        found = re.search(told, said)
        assert found is not None
        assert int(found.group(1)) == ann.me["id"]
        assert await elsewhere.post("/api/session/link", {"code": found.group(2)}) == ann.me
        assert len((await ann.get("/api/me/devices"))["devices"]) == 2


def test_where_several_have_the_name_the_operator_says_which(say: Say, tmp_path: Path) -> None:
    prepare_sqlite(tmp_path / "data")

    async def make() -> list[int]:
        ledger = await SqlLedger.open(None, tmp_path / "data", LIMITS)
        named = enumerate(["Ann", "ann", "7"])
        people = [await ledger.new_guest(name, "UTC", f"token {n}", NOW + n) for n, name in named]
        await ledger.close()
        return [each.id for each in people]

    ids = asyncio.run(make())
    status, said = say("ANN")
    assert status == 1
    assert re.findall(r"^ +(\d+)  since 2026-06-10, last here 2026-06-10, sessions: 0$", said, re.MULTILINE) == [
        str(ids[1]),
        str(ids[0]),
    ]
    for one, name in (str(ids[0]), "Ann"), ("7", "7"):
        status, said = say(one)
        assert (status, f"signs in as {name} " in said) == (0, True)


@pytest.mark.parametrize("nobody", ["Nobody", "99", "9" * 40, "", "²"])
def test_nobody_by_that_name_is_told(say: Say, tmp_path: Path, nobody: str) -> None:
    prepare_sqlite(tmp_path / "data")
    status, said = say(nobody)
    assert status == 1
    assert "Nobody here is called" in said
