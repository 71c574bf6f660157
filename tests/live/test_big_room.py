"""A big room: the same short frame for all, names of the top alone, one's own row aside; and the way in and back."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from protocol import ranked
from protocol.messages import (
    THERE_SEQ,
    Ack,
    Big,
    Cheer,
    Cheered,
    Count,
    CountFlags,
    Keyframe,
    Nothing,
    Op,
    PhaseNow,
    Remove,
    Roster,
    Tick,
    Welcome,
)
from server.core.records import Person
from server.live.connection import Connection
from server.live.plane import Sizes
from server.live.relay import Hub
from server.live.room import Room
from tests.live.world import Ear, World, open_process, open_world
from tests.support.wait import wait_until

SIZES = Sizes(big_from=6, big_below=4)


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path, SIZES) as made:
        yield made


class Crowded:
    """A room with so many writers in it that it is big, the first of them its host; slots are places."""

    def __init__(self, world: World, room: Room, people: list[Person], seats: list[tuple[Connection, Ear]]) -> None:
        self.world, self.room, self.people, self.seats = world, room, people, seats

    @property
    def ears(self) -> list[Ear]:
        return [ear for _, ear in self.seats]

    async def come(self, name: str) -> Ear:
        person = await self.world.person(name)
        self.people.append(person)
        self.seats.append(await self.world.enter(self.room, person))
        return self.seats[-1][1]

    async def leave(self, slot: int) -> None:
        await self.world.rooms.command(self.room.id, self.people[slot], f"leave-{slot}", Op.LEAVE, Nothing())

    def count(self, slot: int, words: int, flags: int = 0) -> None:
        assert self.room.round is not None
        self.room.round.offer(slot, Count(self.room.round.id, self.world.clock.now(), words, flags))


async def crowd(world: World, n: int) -> Crowded:
    host = await world.person("Writer 0")
    made = Crowded(world, await world.room_of(host), [host], [])
    made.seats.append(await world.enter(made.room, host))
    for slot in range(1, n):
        await made.come(f"Writer {slot}")
    return made


def top(ear: Ear) -> list[tuple[int, int]] | None:
    big = ear.last(Big)
    return ranked.unpack(big.ranked)[0] if isinstance(big, Big) else None


def is_told(ear: Ear, row: tuple[int, int]) -> bool:
    return row in (top(ear) or [])


def names(ear: Ear, since: int = 0) -> dict[int, str]:
    return {row.slot: row.name for each in ear.heard[since:] if isinstance(each, Roster) for row in each.rows}


async def test_all_are_told_the_same_frame_and_nobody_every_row(world: World) -> None:
    here = await crowd(world, 8)
    await world.start(here.room, here.people[0])
    for slot in range(8):
        here.count(slot, 10 * slot)
    expected = [(slot, 10 * slot) for slot in reversed(range(8))]
    await wait_until(lambda: all(top(ear) == expected for ear in here.ears))
    told = [ear.last(Big) for ear in here.ears]
    assert all(each == told[0] for each in told)
    assert isinstance(told[0], Big)
    assert (told[0].n, told[0].active, told[0].sum) == (8, 8, 280)
    assert not any(isinstance(each, Keyframe) for each in here.ears[-1].heard)


async def test_a_newcomer_is_told_the_hosts_the_tops_and_their_own_name(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.core.tally.TOP", 3)
    here = await crowd(world, 8)
    await world.start(here.room, here.people[0])
    for slot in range(8):
        here.count(slot, 10 * slot)
    await wait_until(lambda: top(here.ears[0]) == [(7, 70), (6, 60), (5, 50)])
    ear = await here.come("Zoe")
    assert [type(each) for each in ear.heard[:5]] == [Welcome, PhaseNow, Roster, Big, Roster]
    assert names(ear).keys() >= {0, 5, 6, 7, 8}
    assert names(ear)[8] == "Zoe"
    at_the_change = {0, 1, 2}  # those were the first three while nobody had words
    assert names(ear).keys() <= {0, 5, 6, 7, 8} | at_the_change


async def test_names_come_before_the_frame_that_needs_them_and_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.core.tally.TOP", 2)
    here = await crowd(world, 8)
    await world.start(here.room, here.people[0])
    ear = here.ears[3]
    since = len(ear.heard)
    for words, slot in ((10, 6), (20, 7), (30, 5), (40, 6)):
        here.count(slot, words)
        await wait_until(partial(is_told, ear, (slot, words)))
        assert slot in names(ear)
    told = [row.slot for each in ear.heard[since:] if isinstance(each, Roster) for row in each.rows]
    assert {slot: told.count(slot) for slot in (5, 6, 7)} == {5: 1, 6: 1, 7: 1}


async def test_a_writer_hears_of_their_own_row_on_all_their_devices_and_nobody_else_does(world: World) -> None:
    here = await crowd(world, 8)
    await world.start(here.room, here.people[0])
    other_device = Ear()
    here.room.enter(Connection(other_device, here.people[3]), 3)
    here.count(3, 42, CountFlags.REPORTED | CountFlags.IN)
    await wait_until(lambda: other_device.last(Ack))
    kinds = [type(each) for each in other_device.heard]
    assert kinds.index(Tick) < kinds.index(Ack)
    tick = other_device.last(Tick)
    assert isinstance(tick, Tick)
    assert tick.rows == [3, 42]
    own = [row for each in other_device.heard if isinstance(each, Roster) for row in each.rows if row.slot == 3]
    assert own[-1].flags == CountFlags.REPORTED | CountFlags.IN
    await wait_until(lambda: here.ears[2].last(Tick) and here.ears[2].last(Big) == other_device.last(Big))
    assert {each.rows[0] for each in here.ears[2].heard if isinstance(each, Tick)} == {2}


async def test_a_room_that_grows_big_and_small_again_loses_no_row_and_no_name(world: World) -> None:
    here = await crowd(world, 5)
    await world.start(here.room, here.people[0])
    for slot in range(5):
        here.count(slot, 10 * slot)
    watching = here.ears[0]
    await wait_until(lambda: watching.last(Tick))
    assert watching.last(Big) is None
    await here.come("Writer 5")
    await wait_until(lambda: watching.last(Big))
    await here.leave(5)
    await here.leave(4)
    here.count(3, 99)
    await wait_until(lambda: (3, 99) in (top(watching) or []))  # four are left, and it is big still
    await here.leave(3)
    keyframe = watching.last(Keyframe)
    assert isinstance(keyframe, Keyframe)
    assert dict(zip(keyframe.rows[::2], keyframe.rows[1::2], strict=True)) == {0: 0, 1: 10, 2: 20}
    roster = watching.last(Roster)
    assert isinstance(roster, Roster)
    assert (roster.whole, {row.name for row in roster.rows}) == (True, {"Writer 0", "Writer 1", "Writer 2"})
    here.count(2, 30)
    await wait_until(lambda: watching.heard[-1] == Tick(here.room.round.id, [2, 30]) if here.room.round else False)


async def test_who_is_removed_from_the_top_is_neither_there_nor_named_to_newcomers(world: World) -> None:
    here = await crowd(world, 8)
    await world.start(here.room, here.people[0])
    here.count(7, 70)
    await wait_until(lambda: (7, 70) in (top(here.ears[0]) or []))
    await world.rooms.command(here.room.id, here.people[0], "out", Op.REMOVE, Remove(7))
    ear = await here.come("Zoe")
    assert 7 not in names(ear)
    await wait_until(lambda: all(slot != 7 for slot, _ in top(here.ears[0]) or [(7, 0)]))


async def test_comings_and_goings_of_others_are_told_to_nobody(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.core.tally.TOP", 2)
    here = await crowd(world, 8)
    ear = here.ears[2]
    since = len(ear.heard)
    for each in range(4):
        await here.come(f"Latecomer {each}")
    await wait_until(lambda: isinstance(big := ear.last(Big), Big) and big.n == 12)
    assert {type(each) for each in ear.heard[since:]} == {Big}


async def test_of_many_cheers_at_once_everybody_hears_one(world: World) -> None:
    here = await crowd(world, 8)
    for slot in range(8):
        here.room.cheer(slot, None, Cheer.WAVE, 1)
    assert [sum(isinstance(each, Cheered) for each in ear.heard) for ear in here.ears] == [1] * 8


async def test_those_who_come_after_the_bell_are_told_of_together(world: World) -> None:
    here = await crowd(world, 8)
    await world.start(here.room, here.people[0], 60)
    world.forward.ahead_s += 68
    await world.rooms.poll()
    ear = here.ears[0]
    await wait_until(lambda: isinstance(told := ear.last(PhaseNow), PhaseNow) and told.final)
    since = len(ear.heard)
    people = [await world.person(f"Latecomer {place}") for place in range(6)]
    for each in people:
        await world.rooms.join(here.room.id, each)
    await wait_until(lambda: isinstance(told := ear.last(PhaseNow), PhaseNow) and told.rev == here.room.rev)
    assert sum(isinstance(each, PhaseNow) for each in ear.heard[since:]) < 6


async def test_the_board_holds_all_before_the_bell_and_those_who_counted_after_it(world: World) -> None:
    here = await crowd(world, 8)
    for slot in (5, 6, 7):
        here.room.leave(here.seats[slot][0])
    await world.start(here.room, here.people[0], 60)
    here.count(1, 10)
    ear = here.ears[0]
    await wait_until(lambda: isinstance(big := ear.last(Big), Big) and (big.n, big.sum) == (8, 10))
    world.forward.ahead_s += 61
    await world.rooms.poll()
    await wait_until(lambda: isinstance(big := ear.last(Big), Big) and (big.n, big.sum) == (5, 10))


async def test_it_is_the_same_frame_in_every_process(world: World) -> None:
    async with open_process(world.ledger, world.hub, world.plane.limits, SIZES) as other:
        here = await crowd(world, 8)
        away = await other.rooms.open(here.room.id)
        assert away is not None
        _, ear = other.watch(away, await other.person("Viewer"))
        await world.start(here.room, here.people[0])
        for slot in range(8):
            here.count(slot, 7 * slot)
        expected = [(slot, 7 * slot) for slot in reversed(range(8))]
        await wait_until(lambda: top(ear) == top(here.ears[0]) == expected)
        assert ear.last(Big) == here.ears[0].last(Big)
        assert names(ear) == names(here.ears[0])


async def test_a_writer_hears_of_their_own_count_also_where_it_came_from_sql(world: World) -> None:
    """The relay was away, or whoever stored it died before it told of it."""
    async with open_process(world.ledger, Hub(), world.plane.limits, SIZES) as apart:
        here = await crowd(world, 8)
        await world.start(here.room, here.people[0])
        there = await apart.rooms.open(here.room.id)
        assert there is not None
        assert there.round is not None
        device = Ear()
        there.enter(Connection(device, here.people[3]), 3)
        here.count(3, 42)
        await wait_until(lambda: isinstance(ack := here.ears[3].last(Ack), Ack) and ack.seq > THERE_SEQ)
        there.round.may_have_missed = True
        await apart.rooms.poll()
        await wait_until(lambda: isinstance(ack := device.last(Ack), Ack) and ack.words == 42)


async def test_an_ack_comes_with_ones_own_row_where_its_flags_are_others_and_else_alone(world: World) -> None:
    here = await crowd(world, 8)
    await world.start(here.room, here.people[0])
    ear = here.ears[3]

    async def told_with_the_ack(words: int, flags: int) -> list[type]:
        since = len(ear.heard)
        here.count(3, words, flags)
        await wait_until(lambda: isinstance(ack := ear.last(Ack), Ack) and ack.words == words)
        # What all are told at a tick, the names of those in the top among it, may come before or after.
        return [type(each) for each in ear.heard[since:] if isinstance(each, Tick | Ack)]

    assert await told_with_the_ack(5, CountFlags.TYPED) == [Tick, Ack]
    assert await told_with_the_ack(6, CountFlags.TYPED) == [Ack]
    assert await told_with_the_ack(7, CountFlags.TYPED | CountFlags.IN) == [Tick, Ack]


async def test_who_was_too_slow_for_their_own_row_is_told_all_anew(world: World) -> None:
    here = await crowd(world, 8)
    await world.start(here.room, here.people[0])
    device = Ear()
    here.room.enter(Connection(device, here.people[3]), 3)
    device.full = True
    here.count(3, 42)
    assert here.room.round is not None
    assert await here.room.round.store()
    device.full = False  # before anything was said to all
    await wait_until(lambda: isinstance(told := device.last(Welcome), Welcome) and told.words == 42)
