"""A process that is killed in the middle of a long merge: nothing is lost, and the next one ends it by itself."""

import asyncio
import contextlib
import sqlite3
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from server.ledger.engine import SQLITE_FILE
from server.ledger.moving import LEASE_MS, PAGE
from server.people import sessions
from tests.support.ledgers import SECOND, a_life_s_work, guests, meet, sqlite_place
from tests.support.server import ServerProcess
from tests.support.wait import wait_until

pytestmark = pytest.mark.faults
N = 5 * PAGE
TOKEN = sessions.new_token()
SLOWED = """
CREATE TRIGGER slowed AFTER UPDATE OF came_from ON writing_sessions BEGIN
  SELECT (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600) SELECT max(i) FROM n);
END
"""
"""Each page takes some tenths of a second more: whoever kills the process after the first one comes before the last."""


async def test_killed_half_way_no_session_is_lost_and_the_next_process_moves_the_rest(tmp_path: Path) -> None:
    meeting = await _met(tmp_path)
    _execute(tmp_path, SLOWED)
    cookies = {sessions.cookie_name(None): TOKEN}
    async with (
        ServerProcess(data=tmp_path, outbox_ms=100) as server,
        httpx.AsyncClient(base_url=server.url, timeout=30, cookies=cookies) as ann,
    ):
        asked = asyncio.create_task(ann.post(f"/api/me/merges/{meeting}", headers={"Origin": server.url}))
        await wait_until(lambda: _moved(tmp_path) >= PAGE, 20)
        await asyncio.to_thread(server.kill)
        with pytest.raises(httpx.TransportError):
            await asked
        assert PAGE <= _moved(tmp_path) < N
        _execute(tmp_path, "DROP TRIGGER slowed")

        await asyncio.to_thread(server.start, clock_shift_s=2 * LEASE_MS // SECOND)

        await wait_until(lambda: _moved(tmp_path) == N, 20)
        (merge,) = (await ann.get("/api/me/merges")).json()["merges"]
        assert (merge["did"]["sessions"], merge["sessions"]) == (N, 0)


async def _met(data: Path) -> str:
    """The id of the meeting of a writer with this token and a guest with a long history."""
    async with AsyncExitStack() as stack:
        ledger = await sqlite_place(data, stack).open()
        now = await ledger.now_ms()  # a server judges the session by its own clock
        ann = await ledger.new_guest("Ann", "UTC", TOKEN, now)
        signed = await ledger.signed_in(TOKEN)
        assert signed is not None
        (guest,) = await guests(ledger, 1)
        await a_life_s_work(ledger, guest.id, N)
        await meet(ledger, ann, guest, signed.session, now)
        (meeting,) = await ledger.merges.of(ann.id, signed.session)
        return meeting.id


def _moved(data: Path) -> int:
    ((moved,),) = _execute(data, "SELECT count(*) FROM writing_sessions WHERE came_from IS NOT NULL")
    return int(moved)


def _execute(data: Path, statement: str) -> list[tuple[int]]:
    with contextlib.closing(sqlite3.connect(data / SQLITE_FILE, isolation_level=None)) as opened:
        return opened.execute(statement).fetchall()
