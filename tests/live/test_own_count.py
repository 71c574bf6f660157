"""What a writer's devices are told of the one count that is theirs."""

from pathlib import Path

from protocol.messages import Ack, AckKind, Count, CountFlags, ServerMessage
from server.core.board import Row
from server.live.connection import Connection
from server.live.plane import Sizes
from tests.live.world import Ear, open_world
from tests.support.wait import wait_until


async def test_of_two_counts_with_one_stamp_both_devices_are_told_at_once_which_one_stands(tmp_path: Path) -> None:
    async with open_world(tmp_path, Sizes(), checkpoint_ms=60_000) as world:
        ann = await world.person("Ann")
        room = await world.room_of(ann)
        _, laptop = await world.enter(room, ann)
        phone = Ear()
        room.enter(Connection(phone, ann), 0)
        sprint = await world.start(room, ann)
        at = world.clock.now()
        assert room.round is not None

        def told() -> list[ServerMessage | None]:
            return [ear.last(Ack) for ear in (laptop, phone)]

        def both(words: int) -> list[Ack]:
            return [Ack(AckKind.COUNT, sprint, at, words=words, flags=int(CountFlags.TYPED))] * 2

        for words in 50, 40:
            room.round.offer(0, Count(sprint, at, words, CountFlags.TYPED))
        await wait_until(lambda: told() == both(50), what=told)
        room.round.offer(0, Count(sprint, at, 60, CountFlags.TYPED))
        await wait_until(lambda: told() == both(60), what=told)
        room.rows_came(sprint, [Row(0, at, 70, CountFlags.TYPED)])
        await wait_until(lambda: told() == both(70), what=told)
