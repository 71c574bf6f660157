"""Two browsers on two server processes, over a real Valkey and a real PostgreSQL."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Any

import pytest_asyncio
from playwright.async_api import expect

from protocol.codec import encode
from protocol.messages import Op, Phase
from tests.e2e.conftest import Arrive
from tests.support.browser import Person
from tests.support.postgres import Postgres
from tests.support.server import ServerProcess
from tests.support.valkey import Valkey
from tests.support.wait import wait_until
from tests.support.writer import SocketWriter

AN_HOUR_OFF = """
const shift = 3_600_000, Right = Date, origin = performance.timeOrigin;
window.rightOrigin = origin;
window.Date = class extends Right {
  constructor(...said) { said.length ? super(...said) : super(Right.now() + shift); }
  static now() { return Right.now() + shift; }
};
Object.defineProperty(performance, "timeOrigin", { get: () => origin + shift });
"""
# One true time for all tabs of this machine, whatever a tab's Date says.
WATCH = """
const now = () => (window.rightOrigin ?? performance.timeOrigin) + performance.now();
const first = (record, key) => { record[key] ??= now(); };
window.ticks = {}; window.typed = {}; window.seen = {};
document.addEventListener("input", (e) => first(typed, e.target.value.trim().split(/\\s+/).length), true);
new MutationObserver((changes) => {
  for (const { target } of changes) {
    const { testid, left, words, me } = target.dataset;
    if (testid === "timer") first(ticks, left);
    if (testid === "board-row" && !me) first(seen, words);
  }
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-left", "data-words"] });
"""


@dataclass
class Scaled:
    valkey: Valkey
    servers: list[ServerProcess]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scaled() -> AsyncIterator[Scaled]:
    async with contextlib.AsyncExitStack() as stack:
        valkey = stack.enter_context(Valkey())
        postgres = await asyncio.to_thread(Postgres.start_new)
        stack.push_async_callback(asyncio.to_thread, postgres.close)
        settings: dict[str, Any] = {
            "redis_url": valkey.url,
            "database_url": postgres.url(),
            "big_from": 12,
            "big_below": 10,
        }
        processes = (ServerProcess(checkpoint_ms=300, **settings) for _ in range(2))
        servers = [await stack.enter_async_context(each) for each in processes]
        yield Scaled(valkey, servers)
        for server in servers:
            assert "Traceback" not in server.log, server.log[-4_000:]


@dataclass
class Monitor:
    """What a Valkey is asked, as it says it itself."""

    valkey: Valkey
    lines: list[str] = field(default_factory=list)

    async def __aenter__(self) -> "Monitor":
        reader, self._writer = await asyncio.open_unix_connection(str(self.valkey.socket_path))
        self._writer.write(b"MONITOR\r\n")
        assert await reader.readline() == b"+OK\r\n"
        self._task = asyncio.create_task(self._read(reader))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        await self._writer.wait_closed()
        await self._task

    async def _read(self, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                self.lines.append(line.decode(errors="replace"))

    def asked(self, *commands: str) -> list[str]:
        return [line for line in self.lines if any(f'"{command}"' in line.upper() for command in commands)]


async def watch(person: Person) -> None:
    await person.page.evaluate(f"() => {{ {WATCH} }}")


async def times(person: Person, record: str) -> dict[str, float]:
    found: dict[str, float] = await person.page.evaluate(record)
    return found


async def test_counts_cross_processes_within_a_second_and_countdowns_agree(arrive: Arrive, scaled: Scaled) -> None:
    one, other = scaled.servers
    assert one.get("/healthz")["pid"] != other.get("/healthz")["pid"]
    ada = await arrive("Ada", one.url, motion="no-preference")
    ben = await arrive("Ben", other.url, before=AN_HOUR_OFF, motion="no-preference")
    slug = await ada.make_room()
    await ada.enter(slug)
    await ben.enter(slug)
    assert await ben.page.evaluate("Date.now()") - await ada.page.evaluate("Date.now()") > 3_500_000
    await ada.schedule()
    for each in ada, ben:
        await each.sees_phase("writing")
        await watch(each)
    async with Monitor(scaled.valkey) as monitor:
        await exchange(ada, ben, 1)
        # Meanwhile the new sprint's board is read for the last time: each process looks once more after 2 s.
        await wait_until(lambda: common_ticks(ada, ben, at_least=4), 15)
        monitor.lines.clear()
        await exchange(ada, ben, 2)
        await exchange(ada, ben, 3)
        await wait_until(lambda: len(monitor.asked("HMGET")) >= 10, 10)
    for writer, reader in (ada, ben), (ben, ada):
        typed, seen = await times(writer, "typed"), await times(reader, "seen")
        delays = [seen[str(words)] - typed[str(words)] for words in range(1, 4)]
        assert all(0 <= delay <= 1_000 for delay in delays), delays
    apart = await common_ticks(ada, ben, at_least=4)
    assert median(apart) <= 100, apart  # a busy machine delays one tick or another, a wrong clock all of them
    assert monitor.asked("SPUBLISH"), monitor.lines[-20:]
    assert monitor.asked("HGETALL", "HVALS", "HSCAN", "KEYS", "SCAN") == []
    # The script that merges looks up the rows that it is given. All else that is asked is a board's epoch and version.
    rounds = [line for line in monitor.asked("HMGET", "HGET") if " lua] " not in line]
    assert rounds
    assert all(line.split()[-2:] == ['"e"', '"v"'] for line in rounds), rounds


async def test_a_big_room_is_told_the_same_by_both_and_is_small_again_on_both(scaled: Scaled) -> None:
    async with contextlib.AsyncExitStack() as stack:
        writers = [
            await stack.enter_async_context(SocketWriter(scaled.servers[place % 2].url, f"N{place}"))
            for place in range(12)
        ]
        await writers[0].sign_in()
        room = await writers[0].make_room()
        await asyncio.gather(*(each.join(room) for each in writers))
        await writers[0].start(600)
        await asyncio.gather(*(each.wait_for_phase(Phase.WRITING) for each in writers))
        await asyncio.gather(*(each.count(10 * place) for place, each in enumerate(writers)))
        everybody = {f"N{place}": 10 * place for place in range(12)}
        await asyncio.gather(*(each.wait_until(partial(shows, each, everybody)) for each in writers))
        assert len({encode(each.big) for each in writers if each.big is not None}) == 1
        for each in writers[:3]:
            await each.command(Op.LEAVE)
        left = {name: words for name, words in everybody.items() if words >= 30}
        for each in writers[3:]:
            await each.wait_until(partial(is_small_with, each, left))
        await writers[5].count(1_000)
        await asyncio.gather(*(each.wait_for_standing(left | {"N5": 1_000}) for each in writers[3:]))


def shows(writer: SocketWriter, everybody: dict[str, int]) -> bool:
    return writer.top == everybody


def is_small_with(writer: SocketWriter, everybody: dict[str, int]) -> bool:
    return writer.big is None and writer.standing == everybody


async def test_people_see_that_others_counts_are_delayed_while_redis_is_away(arrive: Arrive, scaled: Scaled) -> None:
    ada = await arrive("Ada", scaled.servers[0].url)
    await ada.enter(await ada.make_room())
    await ada.schedule()
    await ada.sees_phase("writing")
    await expect(ada.at("link-state")).to_have_text("")
    scaled.valkey.kill()
    try:
        await expect(ada.at("link-state")).to_contain_text("Others’ counts may be a little behind")
        await ada.write("not lost")
        await ada.sees_on_board("Ada", 2)
        await ada.sees_saved()
    finally:
        scaled.valkey.mend()
    await expect(ada.at("link-state")).to_have_text("")


async def exchange(ada: Person, ben: Person, words: int) -> None:
    """Each types one more word, and the other sees it."""
    await ada.write("tide ")
    await ben.sees_on_board("Ada", words)
    await ben.write("ebb ")
    await ada.sees_on_board("Ben", words)


async def common_ticks(ada: Person, ben: Person, at_least: int) -> list[float]:
    """How far apart (ms) both countdowns came to the same second; empty until there are enough of them."""
    hers, his = await times(ada, "ticks"), await times(ben, "ticks")
    apart = [abs(hers[left] - his[left]) for left in hers.keys() & his.keys()]
    return apart if len(apart) >= at_least else []
