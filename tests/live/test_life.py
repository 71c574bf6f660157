"""One timer for all sockets: who is pinged when, and who is ended."""

import asyncio

import pytest

from server.live import life as module
from server.live.life import BUCKETS, LOOKS_A_PING, Life

PING_MS, SILENT_MS = 20_000, 45_000
LOOK_S = PING_MS / 1_000 / LOOKS_A_PING / BUCKETS


class Socket:
    """Answers pings while it is `awake`."""

    def __init__(self, time: "Time", awake: bool = True) -> None:
        self.heard_at = self.pinged_at = 0.0
        self.pings: list[float] = []
        self.ended_at: float | None = None
        self._time, self._awake = time, awake

    def ping(self) -> None:
        self.pings.append(self._time.now)
        if self._awake:
            self.heard_at = self._time.now

    def silent(self) -> None:
        assert self.ended_at is None
        self.ended_at = self._time.now


class Time:
    """Hours pass in no time: the wheel's one timer is fired by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_000.0
        self.busiest = 0
        monkeypatch.setattr(module, "monotonic", lambda: self.now)

    def pass_s(self, life: Life, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.now += LOOK_S
            if life._timer is not None:
                life._timer.cancel()
                life._look()


@pytest.fixture
async def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


async def test_who_answers_is_pinged_for_ever(time: Time) -> None:
    life, socket = Life(PING_MS, SILENT_MS), Socket(time)
    life.watch(socket)
    time.pass_s(life, 3_600)
    gaps = [after - before for before, after in zip(socket.pings, socket.pings[1:], strict=False)]
    assert len(socket.pings) >= 3_600 / (1.25 * PING_MS / 1_000)
    assert min(gaps) >= PING_MS / 1_000 - LOOK_S
    assert max(gaps) <= (1 + 1 / LOOKS_A_PING) * PING_MS / 1_000 + LOOK_S
    assert socket.ended_at is None


async def test_who_says_nothing_is_ended_once_and_soon_after_it_is_due(time: Time) -> None:
    life, socket = Life(PING_MS, SILENT_MS), Socket(time, awake=False)
    life.watch(socket)
    began = time.now
    time.pass_s(life, 600)
    assert socket.ended_at is not None
    assert SILENT_MS / 1_000 < socket.ended_at - began <= (SILENT_MS + PING_MS / LOOKS_A_PING) / 1_000 + LOOK_S
    assert len(life) == 0


async def test_anything_said_keeps_a_socket_that_answers_no_ping(time: Time) -> None:
    life, socket = Life(PING_MS, SILENT_MS), Socket(time, awake=False)
    life.watch(socket)
    for _ in range(20):
        time.pass_s(life, SILENT_MS / 1_000 - 5)
        socket.heard_at = time.now
    assert socket.ended_at is None


async def test_thousands_that_came_at_once_are_not_pinged_at_once(time: Time) -> None:
    life = Life(PING_MS, SILENT_MS)
    sockets = [Socket(time) for _ in range(10_000)]
    for each in sockets:
        life.watch(each)
    at_once: dict[float, int] = {}
    time.pass_s(life, 2 * PING_MS / 1_000)
    for each in sockets:
        assert each.pings
        for at in each.pings:
            at_once[at] = at_once.get(at, 0) + 1
    assert max(at_once.values()) <= 10_000 / BUCKETS


async def test_without_sockets_nothing_ticks(time: Time) -> None:
    life, socket = Life(PING_MS, SILENT_MS), Socket(time)
    timers: list[asyncio.TimerHandle | None] = [life._timer]
    life.watch(socket)
    timers.append(life._timer)
    life.forget(socket)
    timers.append(life._timer)
    life.forget(socket)  # whoever is gone is gone
    before, meanwhile, after = timers
    assert before is after is None
    assert meanwhile is not None
    assert meanwhile.cancelled()


async def test_who_says_something_by_themselves_is_not_pinged(time: Time) -> None:
    life, talker = Life(PING_MS, SILENT_MS), Socket(time)
    life.watch(talker)
    for _ in range(100):
        talker.heard_at = time.now
        time.pass_s(life, PING_MS / 2_000)
    assert talker.pings == []
    time.pass_s(life, 1.5 * PING_MS / 1_000)
    assert len(talker.pings) == 1
