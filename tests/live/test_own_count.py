"""What a writer's devices are told of the one count that is theirs."""

from pathlib import Path

from protocol.messages import Ack, AckKind, Big, Count, CountFlags, PhaseNow, ServerMessage, Tick
from server.core.board import Row
from server.live.connection import Connection
from server.live.plane import Sizes
from tests.live.world import Ear, World, open_world
from tests.support.wait import wait_until

SLOWLY_MS = 60_000
"""Between checkpoints: what is told sooner does not wait for one."""


async def test_of_two_counts_with_one_stamp_both_devices_are_told_at_once_which_one_stands(tmp_path: Path) -> None:
    async with open_world(tmp_path, Sizes(), SLOWLY_MS) as world:
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


async def test_in_a_big_room_all_devices_hear_of_their_count_with_the_tick_wherever_it_came_from(
    tmp_path: Path,
) -> None:
    async with open_world(tmp_path, Sizes(big_from=2, big_below=2), SLOWLY_MS) as world:
        ann, ben = await world.person("Ann"), await world.person("Ben")
        room = await world.room_of(ann)
        _, laptop = await world.enter(room, ann)
        _, other = await world.enter(room, ben)
        phone = Ear()
        room.enter(Connection(phone, ann), 0)
        sprint = await world.start(room, ann)
        assert room.round is not None
        room.round.offer(0, Count(sprint, world.clock.now(), 50, CountFlags.TYPED))
        await wait_until(lambda: laptop.last(Tick) == phone.last(Tick) == Tick(sprint, [0, 50]))
        room.rows_came(sprint, [Row(0, world.clock.now() + 1, 60, CountFlags.TYPED)])
        await wait_until(lambda: laptop.last(Tick) == phone.last(Tick) == Tick(sprint, [0, 60]))

        room.round.offer(1, Count(sprint, world.clock.now(), 70, CountFlags.TYPED))
        await wait_until(lambda: isinstance(told := other.last(Big), Big) and told.sum == 130)
        assert other.last(Tick) is None, "who has one device only said it themselves"


async def test_results_that_were_final_are_told_to_be_others_once_a_late_count_is_stored(world: World) -> None:
    """Not only by the poll: who has changed their count looks at what it did."""
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    _, ear = await world.enter(room, ann)
    sprint = await world.start(room, ann)
    await world.rooms.offer(sprint, ann, world.clock.now(), 10, 0, 0)
    world.forward.ahead_s += 800
    await room.keep_true()
    await wait_until(lambda: room.sprint is not None and room.sprint.final, timeout_s=4)
    stood = room.rev
    await world.rooms.offer(sprint, ann, world.clock.now(), 12, 0, 0)

    def told() -> ServerMessage | None:
        return ear.last(PhaseNow)

    await wait_until(lambda: isinstance(now := told(), PhaseNow) and now.rev > stood, what=told)
