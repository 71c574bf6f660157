"""The fan-out: one order for all, no frame twice, and nobody waits for a slow reader."""

import asyncio

from server.live.fanout import SLICE, Fanout, Reader


class Sink:
    """A reader that remembers; `slow` ones refuse."""

    def __init__(self) -> None:
        self.since = 0
        self.got: list[bytes] = []
        self.slow = False

    def write(self, frame: bytes) -> bool:
        if self.slow:
            return False
        self.got.append(frame)
        return True


def fanout(skipped: list[Reader]) -> Fanout:
    return Fanout(asyncio.get_running_loop(), skipped.append)


async def passes() -> None:
    """Let the loop run whatever was put off."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_the_first_slice_is_written_before_send_returns() -> None:
    fan, sink = fanout([]), Sink()
    fan.add(sink)
    fan.send(b"a")
    assert sink.got == [b"a"]


async def test_many_readers_get_every_frame_in_order_over_several_slices() -> None:
    fan = fanout([])
    sinks = [Sink() for _ in range(SLICE * 2 + 10)]
    for sink in sinks:
        fan.add(sink)
    fan.send(b"a")
    fan.send(b"b")
    assert sum(len(sink.got) for sink in sinks) == SLICE
    await passes()
    assert all(sink.got == [b"a", b"b"] for sink in sinks)


async def test_who_comes_in_mid_sweep_does_not_get_what_was_built_before() -> None:
    fan = fanout([])
    for _ in range(SLICE * 2):
        fan.add(Sink())
    fan.send(b"old")
    fan.send(b"older than the newcomer, too")
    newcomer = Sink()
    fan.add(newcomer)
    fan.send(b"new")
    await passes()
    assert newcomer.got == [b"new"]


async def test_who_leaves_mid_sweep_gets_nothing_more() -> None:
    fan = fanout([])
    sinks = [Sink() for _ in range(SLICE * 2)]
    for sink in sinks:
        fan.add(sink)
    fan.send(b"a")
    waiting = [sink for sink in sinks if not sink.got]
    fan.remove(waiting[0])
    await passes()
    assert waiting[0].got == []
    assert waiting[1].got == [b"a"]


async def test_a_slow_reader_is_told_of_and_the_others_go_on() -> None:
    skipped: list[Reader] = []
    fan, slow, quick = fanout(skipped), Sink(), Sink()
    slow.slow = True
    fan.add(slow)
    fan.add(quick)
    fan.send(b"a")
    assert skipped == [slow]
    assert quick.got == [b"a"]


async def test_a_room_without_readers_keeps_no_frames() -> None:
    fan = fanout([])
    for _ in range(SLICE * 3):
        fan.send(b"nobody")
    late = Sink()
    fan.add(late)
    fan.send(b"a")
    await passes()
    assert late.got == [b"a"]
