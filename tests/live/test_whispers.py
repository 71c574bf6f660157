"""What single writers are told: in order, on all of their sockets, and a slice at a time."""

import asyncio

from protocol.messages import Ack, AckKind, Pong
from server.live.connection import Connection
from server.live.whispers import SLICE, Whispers
from tests.live.world import Ear
from tests.support.wait import wait_until


def ack(seq: int) -> Ack:
    return Ack(AckKind.COUNT, 1, seq)


class Sockets:
    """By slot; a new one wherever one is looked for."""

    def __init__(self) -> None:
        self.ears: dict[int, list[Ear]] = {}

    def add(self, slot: int) -> Ear:
        ear = Ear()
        self.ears.setdefault(slot, []).append(ear)
        return ear

    def of(self, slot: int) -> list[Connection]:
        return [Connection(ear, None) for ear in self.ears.get(slot, [])]


def tell(connection: Connection, frame: bytes) -> None:
    connection.wire.write(frame)


async def test_each_hears_their_own_in_order_on_all_devices() -> None:
    sockets = Sockets()
    one, two, other = sockets.add(1), sockets.add(1), sockets.add(2)
    whispers = Whispers(asyncio.get_running_loop(), sockets.of, tell)
    whispers.say([(1, [Pong(7, 1, 2), ack(5)]), (2, [ack(6)]), (3, [ack(7)]), (1, [ack(8)])])
    assert one.heard == two.heard == [Pong(7, 1, 2), ack(5), ack(8)]
    assert other.heard == [ack(6)]


async def test_a_crowd_is_told_a_slice_in_a_turn_of_the_loop_and_later_ones_after_it() -> None:
    sockets = Sockets()
    ears = [sockets.add(slot) for slot in range(3 * SLICE)]
    whispers = Whispers(asyncio.get_running_loop(), sockets.of, tell)
    whispers.say((slot, [ack(1)]) for slot in range(3 * SLICE))
    whispers.say((slot, [ack(2)]) for slot in range(3 * SLICE))
    assert sum(len(ear.heard) for ear in ears) == SLICE
    await asyncio.sleep(0)
    assert sum(len(ear.heard) for ear in ears) == 2 * SLICE
    await wait_until(lambda: all(ear.heard == [ack(1), ack(2)] for ear in ears))


async def test_nothing_is_said_after_the_end() -> None:
    sockets = Sockets()
    ears = [sockets.add(slot) for slot in range(2 * SLICE)]
    whispers = Whispers(asyncio.get_running_loop(), sockets.of, tell)
    whispers.say((slot, [ack(1)]) for slot in range(2 * SLICE))
    whispers.stop()
    await asyncio.sleep(0)
    assert sum(len(ear.heard) for ear in ears) == SLICE
