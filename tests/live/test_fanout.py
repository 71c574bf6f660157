"""The fan-out: one order for all, no frame twice, and nobody waits for a slow reader."""

import asyncio

from server.live.fanout import LEAST_SLICE, SLICE, SLICE_S, Fanout, Reader


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


async def test_it_is_not_always_the_same_one_who_hears_it_last() -> None:
    fan = fanout([])
    heard: list[int] = []

    class Numbered(Sink):
        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

        def write(self, frame: bytes) -> bool:
            heard.append(self.number)
            return True

    n = SLICE * 3 + 1
    for number in range(n):
        fan.add(Numbered(number))
    lasts = set()
    for _ in range(4):
        heard.clear()
        fan.send(b"a")
        await passes()
        assert sorted(heard) == list(range(n))
        lasts.add(heard[-1])
    assert len(lasts) == 4


class SlowMachine:
    """Each write takes a while; time stands still otherwise."""

    def __init__(self, write_s: float) -> None:
        self.now = 0.0
        self.write_s = write_s
        self.written = 0

    def sink(self) -> Sink:
        machine = self

        class Slow(Sink):
            def write(self, frame: bytes) -> bool:
                machine.now += machine.write_s
                machine.written += 1
                return True

        return Slow()


async def test_where_writing_is_slow_a_slice_is_as_small_as_the_time_allows() -> None:
    machine = SlowMachine(write_s=SLICE_S / 40)
    fan = Fanout(asyncio.get_running_loop(), lambda _: None, lambda: machine.now)
    for _ in range(2_000):
        fan.add(machine.sink())
    fan.send(b"a")
    slices = []
    async with asyncio.timeout(10):
        while machine.written < 2_000:
            before = machine.written
            await asyncio.sleep(0)
            slices.append(machine.written - before)
    assert max(slices[4:]) * machine.write_s <= SLICE_S
    assert min(slices[:-1]) >= LEAST_SLICE
    machine.write_s = 0  # and where it is quick again, the slices grow again
    fan.send(b"b")
    for _ in range(30):
        fan.send(b"c")
        await passes()
    before = machine.written
    fan.send(b"d")
    assert machine.written - before == SLICE


async def test_of_frames_that_tell_all_only_the_newest_waits() -> None:
    fan = fanout([])
    sinks = [Sink() for _ in range(SLICE * 2)]
    for sink in sinks:
        fan.add(sink)
    fan.send(b"whole 1", is_whole=True)  # half of them have it: the others get it, too
    fan.send(b"whole 2", is_whole=True)
    fan.send(b"whole 3", is_whole=True)
    fan.send(b"a name")
    fan.send(b"whole 4", is_whole=True)
    fan.send(b"whole 5", is_whole=True)
    await passes()
    assert all(sink.got == [b"whole 1", b"whole 3", b"a name", b"whole 5"] for sink in sinks)
