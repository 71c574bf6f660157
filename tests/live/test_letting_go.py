"""What is left behind where something is let go of: a sprint, a room, and all of them as a process ends."""

import asyncio

import pytest

from protocol.messages import OfSprint, Op
from server.core.records import RoomState
from server.live.plane import Sizes
from tests.live.world import World, open_process
from tests.support.wait import wait_until


async def test_of_sprints_that_were_cancelled_one_after_the_other_nothing_is_kept(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    await world.enter(room, ann)
    for n in range(4):
        sprint = await world.start(room, ann)
        await world.rooms.command(room.id, ann, f"off {n}", Op.CANCEL, OfSprint(sprint))
    await wait_until(lambda: room._former == [])


async def test_a_room_that_was_let_go_of_while_it_waited_for_sql_sets_no_timer_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    await world.start(room, ann)
    read, asked, gate = world.ledger.room_state, asyncio.Event(), asyncio.Event()

    async def late(room: int, after_rev: int = -1) -> RoomState | None:
        asked.set()
        await gate.wait()
        return await read(room, after_rev)

    monkeypatch.setattr(world.ledger, "room_state", late)
    acting = asyncio.create_task(room._act())
    await asked.wait()
    room.stop()
    gate.set()
    await acting
    assert room._deadline._timer is None


async def test_who_was_in_a_process_that_ended_is_away_in_the_others_unless_they_went_there(world: World) -> None:
    ann, ben = await world.person("Ann"), await world.person("Ben")
    here = await world.room_of(ann)
    assert [(await world.enter(here, each))[0].slot for each in (ann, ben)] == [0, 1]
    async with open_process(world.ledger, world.hub, world.plane.limits, Sizes()) as elsewhere:
        there = await elsewhere.rooms.open(here.id)
        assert there is not None
        presence = there.crowd.presence
        await wait_until(lambda: [presence.is_away(slot) for slot in (0, 1)] == [False, False])
        await elsewhere.enter(there, ann)
        await world.rooms.drain(0)
        assert [presence.is_away(slot) for slot in (0, 1)] == [False, True]
