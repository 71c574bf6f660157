"""Cheers are kept nowhere: a process knows the last ones that it told its sockets."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgpack
import pytest

from protocol.messages import Cheer, Cheered
from server.live import teller
from server.live.notices import CheerNotice, unpack
from server.live.plane import Sizes
from server.live.room import Room
from tests.live.world import Ear, World, open_process

WAVE = Cheered(0, None, Cheer.WAVE)


def cheers(ear: Ear) -> list[object]:
    return [each for each in ear.heard if isinstance(each, Cheered)]


@asynccontextmanager
async def in_two_processes(world: World) -> AsyncIterator[tuple[Room, Ear, Room, Ear]]:
    """A room as each of them has it, with what one of its sockets there is told."""
    ann, ben = await world.person("Ann"), await world.person("Ben")
    here = await world.room_of(ann)
    _, hers = await world.enter(here, ann)
    async with open_process(world.ledger, world.hub, world.plane.limits, Sizes()) as elsewhere:
        there = await elsewhere.rooms.open(here.id)
        assert there is not None
        _, his = elsewhere.watch(there, ben)
        yield here, hers, there, his


async def test_one_that_is_said_again_is_heard_once_also_by_way_of_another_process(world: World) -> None:
    async with in_two_processes(world) as (here, hers, there, his):
        for room, id in (here, 7), (here, 7), (there, 7), (there, 8):
            room.cheer(0, None, Cheer.WAVE, id)
        assert cheers(hers) == cheers(his) == [WAVE, WAVE]
        here.cheer(1, None, Cheer.WAVE, 7)  # another writer's command may have the same id
        assert cheers(his) == [WAVE, WAVE, Cheered(1, None, Cheer.WAVE)]


async def test_those_of_a_process_of_the_version_before_are_all_heard(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    _, ear = await world.enter(room, ann)
    for _ in range(2):
        notice = unpack(msgpack.packb([3, 0, None, Cheer.WAVE]))
        assert isinstance(notice, CheerNotice)
        room.notice_came(notice)
    assert cheers(ear) == [WAVE, WAVE]


async def test_as_many_are_told_as_the_room_s_sockets_let_a_process_tell_whichever_they_come_from(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teller, "CHEER_S_EACH", 60)
    monkeypatch.setattr(teller, "CHEERS_AT_ONCE_S", 150)
    async with in_two_processes(world) as (here, hers, there, his):
        for id in range(1, 5):
            for room in here, there:
                room.cheer(0, None, Cheer.WAVE, id)
        assert cheers(hers) == cheers(his) == [WAVE] * 3


async def test_a_small_room_hears_all_who_cheer_in_the_same_instant(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    ears = [world.watch(room, ann)[1] for _ in range(30)]
    for slot in range(30):
        room.cheer(slot, None, Cheer.WAVE, 1)
    assert {len(cheers(ear)) for ear in ears} == {30}


async def test_no_more_are_known_than_may_be_said_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teller, "CHEERS_KNOWN", 2)
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    _, ear = await world.enter(room, ann)
    for id in 1, 2, 3, 3, 1:
        room.cheer(0, None, Cheer.WAVE, id)
    assert cheers(ear) == [WAVE] * 4
