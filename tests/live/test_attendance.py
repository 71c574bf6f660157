"""Attendance: a crowd that comes and goes is told of in few notices, each of bounded size."""

import asyncio

import pytest

from server.clock import Clock
from server.live.attendance import SLICE, Attendance
from server.live.notices import Notice, PresenceNotice
from server.live.plane import Timing
from server.live.presence import Presence
from tests.support.wait import wait_until


class Process:
    """Attendance as a room uses it, and what it says."""

    def __init__(self, away_ms: int = 30) -> None:
        self.said: list[Notice] = []
        self.reached: list[Process] = []
        """Who hears what it says."""
        self.changed: list[int] = []
        self.presence = Presence()
        timing = Timing(away_ms=away_ms, relay_flush_ms=5)
        self.attendance = Attendance(self.presence, Clock(), timing, self.say, self.changed.append)

    def say(self, notice: Notice) -> None:
        self.said.append(notice)
        for each in self.reached:
            if isinstance(notice, PresenceNotice):
                each.attendance.heard(notice)
            else:
                each.attendance.answer()

    def told(self, here: bool) -> list[int]:
        return [slot for each in self._notices() if each.here is here for slot in each.slots]

    def _notices(self) -> list[PresenceNotice]:
        return [each for each in self.said if isinstance(each, PresenceNotice)]

    @property
    def sizes(self) -> list[int]:
        return [len(each.slots) for each in self._notices()]


async def test_a_crowd_that_comes_at_once_is_told_of_in_notices_of_bounded_size() -> None:
    process = Process()
    for slot in range(1_000):
        process.attendance.came(slot)
    await wait_until(lambda: process.told(here=True) == list(range(1_000)))
    assert process.sizes == [SLICE, SLICE, SLICE, 1_000 - 3 * SLICE]
    process.said.clear()
    process.attendance.answer()
    await wait_until(lambda: process.told(here=True) == list(range(1_000)))
    assert max(process.sizes) == SLICE
    process.attendance.stop()


async def test_who_went_is_away_after_a_moment_and_who_came_back_is_not() -> None:
    process = Process(away_ms=0)
    for slot in range(600):
        process.attendance.came(slot)
    await wait_until(lambda: len(process.told(here=True)) == 600)
    for slot in range(600):
        process.attendance.went(slot)
    process.attendance.came(7)
    gone = [slot for slot in range(600) if slot != 7]
    at_once = 0
    async with asyncio.timeout(10):
        while len(process.changed) < 600 + 1 + len(gone):
            before = len(process.changed)
            await asyncio.sleep(0)
            at_once = max(at_once, len(process.changed) - before)
    assert 0 < at_once <= SLICE
    await wait_until(lambda: process.told(here=False) == gone)
    assert process.changed[-599:] == gone
    assert max(process.sizes) <= SLICE
    process.attendance.stop()


async def test_of_who_came_and_went_in_one_breath_the_last_is_said() -> None:
    process = Process(away_ms=0)
    process.attendance.came(1)
    process.attendance.went(1)
    await wait_until(lambda: process.told(here=False) == [1])
    assert process.told(here=True) == []
    process.attendance.stop()


@pytest.mark.parametrize("cut_off", [0, 1])
async def test_who_came_and_went_while_a_process_was_cut_off_is_known_once_it_is_back(cut_off: int) -> None:
    processes = one, other, third = [Process(away_ms=0) for _ in range(3)]
    for each in processes:
        each.reached = processes
    one.attendance.came(1)
    third.attendance.came(3)
    await wait_until(lambda: _away(other) == [False, True, False])
    for each in processes:
        each.reached = [to for to in processes if to is each or processes[cut_off] not in (to, each)]
    one.attendance.went(1)
    one.attendance.came(2)
    await wait_until(lambda: _away(one) == [True, False, False])
    assert _away(other) == [False, True, False]
    for each in processes:
        each.reached = processes
    processes[cut_off].attendance.call_roll()
    await wait_until(lambda: all(_away(each) == [True, False, False] for each in processes))
    for each in processes:
        each.attendance.stop()


def _away(process: Process) -> list[bool]:
    return [process.presence.is_away(slot) for slot in (1, 2, 3)]


async def test_at_its_end_a_process_says_at_once_of_all_who_are_or_just_were_there_that_they_are_not() -> None:
    ending, other = processes = [Process(away_ms=60_000) for _ in range(2)]
    for each in processes:
        each.reached = processes
    for slot in range(600):
        ending.attendance.came(slot)
    other.attendance.came(7)
    await wait_until(lambda: len(ending.told(here=True)) == 600 and other.told(here=True) == [7])
    ending.attendance.went(8)  # and is not said to be away before a minute is over
    last_at = ending._notices()[-1].at
    await wait_until(lambda: Clock().now() > last_at)  # of two notices of one ms "here" holds
    ending.said.clear()
    other.said.clear()
    ending.attendance.end()
    assert sorted(ending.told(here=False)) == list(range(600))
    assert max(ending.sizes) <= SLICE
    assert [slot for slot in range(600) if not other.presence.is_away(slot)] == [7]
    other.attendance.ask()
    await wait_until(lambda: other.told(here=True) == [7])
    assert ending.told(here=True) == []
    other.attendance.stop()


async def test_nothing_is_said_after_the_end() -> None:
    process = Process(away_ms=0)
    process.attendance.came(1)
    process.attendance.went(1)
    process.attendance.stop()
    later = Process()
    later.attendance.came(1)
    await wait_until(lambda: later.told(here=True) == [1])
    assert process.said == []
    later.attendance.stop()
