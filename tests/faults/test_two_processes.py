"""Two processes, one room: what happens on one is known on the other at once, and nobody polls boards."""

import asyncio
import re
import time

import pytest

from protocol.codes import CloseCode
from protocol.messages import Ack, Cheered, CountFlags, GiveCheer, Op, Phase, Remove, Role, RosterFlags
from server.live.relay_format import hash_key
from tests.faults.house import House
from tests.support.group import all_in_phase, group, see, together
from tests.support.server import ServerProcess
from tests.support.wait import wait_until
from tests.support.writer import SocketWriter

pytestmark = pytest.mark.faults
WHOLE = re.compile(r'"(HGETALL|HVALS|HSCAN|KEYS|SCAN)"', re.IGNORECASE)
"""As MONITOR shows the commands that read more than what is asked for by name."""


async def test_a_count_on_one_is_on_the_other_within_a_second(house: House) -> None:
    assert house.one.get("/healthz")["pid"] != house.other.get("/healthz")["pid"]
    async with house.group(Ada=house.one, Ben=house.other) as (ada, ben):
        begun = await ada.start(60)
        await ben.wait_for_phase(Phase.WRITING)
        assert ben.phase is not None
        assert (ben.phase.sprint, ben.phase.ends) == (begun.sprint, begun.ends)
        for words in 10, 25, -3, 140:
            for writer, reader in (ada, ben), (ben, ada):
                sent = time.monotonic()
                await writer.count(words)
                await reader.wait_for_words(writer.slot, words, timeout_s=1)
                assert time.monotonic() - sent < 1


async def test_everything_that_one_says_of_a_room_the_other_says_too(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.other) as (ada, ben):
        begun = await ada.start(60)
        await ben.wait_for_phase(Phase.WRITING)
        assert isinstance(await ada.extend(30), Ack)
        await ben.wait_until(lambda: bool(ben.phase and ben.phase.ends == begun.ends + 30_000), 1)
        await ben.command(Op.CHEER, GiveCheer(1, ada.slot))
        await ada.wait_until(lambda: ada.said(Cheered) == [Cheered(ben.slot, ada.slot, 1)], 1)
        async with SocketWriter(house.other.url, "Cleo") as cleo:
            await cleo.join(ada.room)
            await see(ada, "Ada", "Ben", "Cleo")
            assert isinstance(await ada.command(Op.REMOVE, Remove(cleo.slot)), Ack)
            assert await cleo.closed(2) == CloseCode.REMOVED
        await see(ben, "Ada", "Ben")


async def test_who_is_in_and_who_is_there_is_known_wherever_they_are(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.other, Cleo=house.other) as (ada, ben, cleo):
        await ada.start(60)
        await ada.end()
        await all_in_phase([ada, ben, cleo], Phase.REPORTING)
        for words, each in enumerate((ada, ben, cleo)):
            await each.count_stored(words, CountFlags.IN)
        slot = cleo.slot
        await ada.wait_until(lambda: bool(ada.roster[slot].flags & CountFlags.IN))
        assert not ada.roster[slot].flags & RosterFlags.AWAY
        await cleo.cut()
        await all_in_phase([ada, ben], Phase.RESULTS)  # everybody is in, so that the window ends early
        await house.agree([ada, ben], {"Ada": 0, "Ben": 1, "Cleo": 2})  # both processes may have ended it
        assert ada.phase is not None
        assert ada.phase.reporting_ends < ada.phase.ends + 60_000
        await ada.wait_until(lambda: bool(ada.roster[slot].flags & RosterFlags.AWAY))
        await cleo.rejoin(house.one.url)
        await ben.wait_until(lambda: not ben.roster[slot].flags & RosterFlags.AWAY)
        await together([ada, ben, cleo], {"Ada": 0, "Ben": 1, "Cleo": 2})


async def test_a_lost_notice_costs_no_more_than_the_poll_and_nobody_their_place(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.other) as both:
        ada, ben = both
        await ada.start(60)
        await all_in_phase(both, Phase.WRITING)
        house.line.lose(lambda chunk: b"wt:{" in chunk)
        assert ada.phase is not None
        ends = ada.phase.ends + 10_000
        assert isinstance(await ada.extend(10), Ack)
        await ben.wait_until(lambda: ben.phase is not None and ben.phase.ends == ends, 2)
        assert house.line.lost
        assert ben.phase is not None
        assert not ben.phase.delayed
        await let_in_by_one_and_at_home_at_the_other(house.one, house.other)


async def let_in_by_one_and_at_home_at_the_other(one: ServerProcess, deaf: ServerProcess) -> None:
    async with group(deaf.url, "Cleo", visibility="private") as (cleo,), SocketWriter(one.url, "Dan") as dan:
        await cleo.start(60)
        invite = (await cleo.get(f"/api/rooms/{cleo.room}"))["url"].partition("?invite=")[2]
        await dan.sign_in()
        await dan.post(f"/api/rooms/{cleo.room}/join", {"invite": invite})
        dan.base_url = deaf.url
        count = {"seq": cleo.now(), "words": 5}
        assert (await dan.post(f"/api/sprints/{cleo.sprint}/count", count))["words"] == 5
        assert (await dan.join(cleo.room)).role == Role.WRITER
        await together([cleo, dan], {"Cleo": 0, "Dan": 5})


async def test_nobody_reads_whole_boards_in_a_steady_sprint(house: House) -> None:
    async with house.group(Ada=house.one, Ben=house.other) as (ada, ben):
        await ada.start(60)
        mine = hash_key(int((await ada.get(f"/api/rooms/{ada.room}"))["id"]), ada.sprint)
        async with Monitor(house) as monitor:
            # A board that has just been opened is read once more within three seconds; then it is steady.
            await wait_until(lambda: monitor.rounds_since_a_read(mine) >= 4, 20)
            steady = len(monitor.lines)
            for words in range(1, 5):
                await ada.count(words)
                await ben.count(-words)
                await together([ada, ben], {"Ada": words, "Ben": -words})
            since = monitor.lines[steady:]
            assert [each for each in since if "EVALSHA" in each and mine in each]
            assert not [each for each in since if WHOLE.search(each)]


class Monitor:
    """Every command that Valkey is given."""

    def __init__(self, house: House) -> None:
        self.lines: list[str] = []
        self._path = house.valkey.socket_path

    async def __aenter__(self) -> "Monitor":
        self._reader, self._writer = await asyncio.open_unix_connection(str(self._path))
        self._writer.write(b"MONITOR\r\n")
        assert await self._reader.readline() == b"+OK\r\n"
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        await self._task

    async def _read(self) -> None:
        while line := await self._reader.readline():
            self.lines.append(line.decode(errors="replace").replace("hscan", "HSCAN"))

    def rounds_since_a_read(self, key: str) -> int:
        """Each process asks for the version of the board once a second, in its round. The read may be of any board:
        what the test before has left in doubt is read, too.
        """
        about = ["HSCAN" in each for each in self.lines if "HSCAN" in each or (key in each and "HMGET" in each)]
        return about[::-1].index(True) if True in about else len(about)
