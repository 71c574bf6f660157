"""Counts wait a moment to be heard together: in order, bounded, and as of when they came."""

import asyncio

import pytest

from server.live.inbox import MOST, Inbox


class Heard:
    """A speaker, and the time: ms, the same on the loop's clock and on everybody's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = 50_000
        self.counts: list[tuple[bytes, int]] = []
        self.gathered = 0
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(loop, "time", lambda: self.at / 1_000)
        self.inbox = Inbox(loop, lambda: self.at, lambda: 400, self._gather)

    def _gather(self) -> None:
        self.gathered += 1

    def say(self, data: bytes, received: int) -> None:
        self.counts.append((data, received))


@pytest.fixture
async def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    return Heard(monkeypatch)


async def test_after_a_quiet_time_a_count_is_heard_at_once_and_those_that_follow_it_together(heard: Heard) -> None:
    heard.inbox.take(heard, b"1")
    assert (heard.counts, heard.gathered) == ([(b"1", 50_000)], 0)
    for data, heard.at in ((b"2", 50_010), (b"3", 50_390)):
        heard.inbox.take(heard, data)
    assert (len(heard.counts), heard.gathered) == (1, 1)
    heard.at = 50_400
    heard.inbox.hear()
    assert heard.counts[1:] == [(b"2", 50_010), (b"3", 50_390)]
    heard.inbox.hear()
    assert len(heard.counts) == 3
    heard.at = 50_801
    heard.inbox.take(heard, b"4")
    assert heard.counts[3:] == [(b"4", 50_801)]


async def test_no_more_wait_than_are_heard_in_a_moment(heard: Heard) -> None:
    heard.inbox.take(heard, b"first")
    for number in range(MOST):
        assert len(heard.counts) == 1
        heard.inbox.take(heard, b"%d" % number)
    assert [data for data, _ in heard.counts[1:]] == [b"%d" % number for number in range(MOST)]


async def test_one_speaker_s_can_be_heard_first(heard: Heard) -> None:
    other = Heard.__new__(Heard)
    other.counts = []
    heard.inbox.take(heard, b"first")
    for speaker in (heard, other, heard):
        heard.inbox.take(speaker, b"more")
    heard.inbox.hear_from(heard)
    assert (len(heard.counts), len(other.counts)) == (3, 0)
    heard.inbox.hear_from(heard)
    heard.inbox.hear()
    assert (len(heard.counts), len(other.counts)) == (3, 1)


async def test_what_one_count_sets_off_may_hear_the_others(heard: Heard) -> None:
    class Ender:
        def say(self, data: bytes, received: int) -> None:
            heard.inbox.hear()
            heard.say(data, received)

    heard.inbox.take(heard, b"first")
    for speaker in (heard, Ender(), heard):
        heard.inbox.take(speaker, b"more")
    heard.inbox.hear()
    assert len(heard.counts) == 4
