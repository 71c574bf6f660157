"""Rooms in one process over the real ledger: who comes, who goes, what is stored, and what a deadline owes."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from protocol.codes import CloseCode, ErrorCode
from protocol.messages import (
    Baseline,
    Count,
    CountFlags,
    GoAway,
    Keyframe,
    Nothing,
    OfSprint,
    Op,
    Phase,
    PhaseNow,
    Remove,
    Roster,
    RosterFlags,
    Start,
    Welcome,
)
from server.core.board import Register, Row
from server.core.records import CountRow, RoomState
from server.core.sprint import RuleError
from server.live import rooms as rooms_module
from server.live.connection import Connection
from server.live.notices import EndedNotice, Notice, PresenceNotice, StoredNotice, WhoNotice, pack, unpack
from server.live.relay import MemoryRelay
from tests.live.world import Ear, World
from tests.support.wait import wait_until


async def test_a_newcomer_is_told_everything_in_one_go(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    _, ear = await world.enter(room, ann)
    assert [type(each) for each in ear.heard[:4]] == [Welcome, PhaseNow, Roster, Keyframe]


async def test_who_is_too_slow_to_be_told_what_they_are_here_is_told_again_once_they_have_drained(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    ear = Ear()
    ear.full = True
    connection = Connection(ear, ann)
    room.enter(connection, 0)
    assert connection.behind_since is not None
    ear.full = False
    await wait_until(lambda: connection.behind_since is None and ear.last(Keyframe), timeout_s=4)
    ear.full = True
    room.take_place(connection, None)
    assert connection.behind_since is not None, "a watcher now"


async def test_who_joins_and_is_gone_before_the_answer_haunts_nobody(world: World) -> None:
    ann, bob = await world.person("Ann"), await world.person("Bob")
    room = await world.room_of(ann)
    await world.enter(room, ann)
    connection, _ = world.watch(room, bob)
    member = await world.rooms.join(room.id, bob)
    room.leave(connection)
    room.take_place(connection, member.slot)
    assert not room.crowd.presence.is_local(member.slot)
    assert room.crowd.row(member.slot, 0).flags & RosterFlags.AWAY


async def test_namesakes_are_told_apart_and_the_host_s_name_is_kept_in_both_processes(world: World) -> None:
    ann, bob, other_bob = await world.person("Ann"), await world.person("Bob"), await world.person("BOB")
    room = await world.room_of(ann)
    async with world.other_process() as elsewhere:
        await world.rooms.join(room.id, bob)
        slot = (await elsewhere.join(room.id, other_bob)).slot
        await room.refresh()
        there = await elsewhere.open(room.id)
        assert there is not None
        assert [each.crowd.row(slot, 0).name for each in (room, there)] == ["BOB ²", "BOB ²"]
        for rooms in (world.rooms, elsewhere):
            with pytest.raises(RuleError, match="looks like a host's"):
                await rooms.join(room.id, await world.person("ANN"))
        renamed = await world.rooms.join(room.id, replace(other_bob, name="Ann"))
        assert renamed.name == "BOB"


async def test_a_host_made_in_another_process_a_moment_ago_is_known_at_the_door(world: World) -> None:
    ann, bob = await world.person("Ann"), await world.person("Bob")
    room = await world.room_of(ann)
    await world.rooms.join(room.id, bob)
    async with world.other_process() as elsewhere:
        await elsewhere.command(room.id, ann, "leave", Op.LEAVE, Nothing())
    with pytest.raises(RuleError, match="looks like a host's"):
        await world.rooms.join(room.id, await world.person("BOB"))


async def test_a_removed_person_hears_nothing_more_on_any_socket(world: World) -> None:
    ann, bob = await world.person("Ann"), await world.person("Bob")
    room = await world.room_of(ann)
    _, at_ann = await world.enter(room, ann)
    _, at_bob = await world.enter(room, bob)
    _, watching = world.watch(room, bob)
    await world.rooms.command(room.id, ann, "out", Op.REMOVE, Remove(1))
    assert (at_ann.closed, at_bob.closed, watching.closed) == (None, CloseCode.REMOVED, CloseCode.REMOVED)


async def test_what_a_removed_writer_had_written_is_stored_all_the_same(world: World) -> None:
    ann, bob = await world.person("Ann"), await world.person("Bob")
    room = await world.room_of(ann)
    await world.enter(room, ann)
    await world.enter(room, bob)
    sprint = await world.start(room, ann)
    assert room.round is not None
    room.round.offer(1, Count(sprint, world.clock.now(), 900))
    await world.rooms.command(room.id, ann, "out", Op.REMOVE, Remove(1))
    await wait_until(lambda: not room.round.counts.unsaved if room.round else False)
    assert [each.words for each in await world.ledger.history.page(bob.id, 1_000)] == [900]


async def test_who_leaves_watches_on(world: World) -> None:
    ann, bob = await world.person("Ann"), await world.person("Bob")
    room = await world.room_of(ann)
    await world.enter(room, ann)
    connection, ear = await world.enter(room, bob)
    await world.rooms.command(room.id, bob, "bye", Op.LEAVE, Nothing())
    assert connection.slot is None
    welcome = ear.last(Welcome)
    assert isinstance(welcome, Welcome)
    assert (welcome.slot, ear.closed) == (None, None)


async def test_a_room_somebody_is_entering_is_not_let_go(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    monkeypatch.setattr(rooms_module, "REAP_AFTER_S", 5)
    await wait_until(lambda: room.may_be_reaped)
    room.quiet_since -= 60
    assert await world.rooms.open(room.id) is room
    await world.rooms.reap()
    assert await world.rooms.open(room.id) is room
    room.quiet_since -= 60
    await world.rooms.reap()
    assert await world.rooms.open(room.id) is not room


async def test_active_time_is_stored_without_new_words_and_never_exceeds_the_sprint(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    await world.enter(room, ann)
    sprint = await world.start(room, ann, 120)
    seq = world.clock.now()
    await world.rooms.offer(sprint, ann, seq, 5, 0, 0)
    world.forward.ahead_s += 60
    stands = await world.rooms.offer(sprint, ann, seq, 5, 0, 50_000)
    assert (stands.active_ms, (await world.ledger.counts(sprint))[0].active_ms) == (50_000, 50_000)
    await world.rooms.offer(sprint, ann, seq + 1, 6, 0, 7 * 86_400_000)
    assert (await world.ledger.counts(sprint))[0].active_ms == 120_000


async def test_a_count_stamped_0_is_in_the_results_as_any_other(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    sprint = await world.start(room, ann, 120)
    world.forward.ahead_s += 121
    await world.rooms.offer(sprint, ann, 0, 42, 0, 0)
    assert [each.register.words for each in await world.ledger.results(sprint)] == [42]


async def test_an_offer_from_outside_that_sql_does_not_take_is_not_said_to_be_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    sprint = await world.start(room, ann, 120)

    async def takes_none(*_: object) -> dict[int, CountRow]:
        return {}

    monkeypatch.setattr(world.ledger, "checkpoint", takes_none)
    with pytest.raises(RuleError) as refused:
        await world.rooms.offer(sprint, ann, world.clock.now(), 5, 0, 0)
    assert refused.value.code is ErrorCode.NOT_ALLOWED


async def test_an_offer_from_outside_is_answered_from_its_own_sprint(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    await world.enter(room, ann)
    first = await world.start(room, ann, 120)
    world.forward.ahead_s += 127
    await world.start(room, ann, 120)
    stands = await world.rooms.offer(first, ann, world.clock.now(), 42, 0, 0)
    assert stands.register.words == 42
    assert room.round is not None
    assert (room.round.counts.board.get(0) or stands.register).words == 0


async def test_a_round_that_the_next_one_follows_at_once_becomes_final_when_it_is_due(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    await world.enter(room, ann)
    first = await world.start(room, ann, 120)
    world.forward.ahead_s += 127  # its window is over for a second, its results are due in two
    await world.start(room, ann, 120)

    async def is_final() -> bool:
        record = await world.ledger.sprint(first)
        return record is not None and record.final

    assert not await is_final()
    await wait_until(is_final, timeout_s=6)


async def test_a_former_sprints_count_from_the_future_is_refused(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    await world.enter(room, ann)
    first = await world.start(room, ann, 120)
    world.forward.ahead_s += 127
    await world.start(room, ann, 120)
    with pytest.raises(RuleError) as refused:
        await world.rooms.offer(first, ann, world.clock.now() + 60_000, 42, 0, 0)
    assert refused.value.code is ErrorCode.CLOCK_AHEAD


async def test_a_bell_that_a_sleeping_laptop_missed_is_rung_at_the_next_look(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    _, ear = await world.enter(room, ann)
    await world.start(room, ann, 600)
    world.forward.ahead_s += 601
    await world.rooms.poll()
    told = ear.last(PhaseNow)
    assert isinstance(told, PhaseNow)
    assert told.phase == Phase.REPORTING


async def test_no_bell_rings_before_sql_was_asked_though_something_else_is_told_meanwhile(world: World) -> None:
    ann, bob = await world.person("Ann"), await world.person("Bob")
    room = await world.room_of(ann)
    _, at_ann = await world.enter(room, ann)
    await world.start(room, ann, 600)
    world.forward.ahead_s += 601
    room.relay_health(False)
    _, at_bob = world.watch(room, bob)
    for ear, delayed in ((at_ann, False), (at_bob, True)):
        told = ear.last(PhaseNow)
        assert isinstance(told, PhaseNow)
        assert (told.phase, told.delayed) == (Phase.WRITING, delayed)
    await world.rooms.poll()
    for ear in (at_ann, at_bob):
        told = ear.last(PhaseNow)
        assert isinstance(told, PhaseNow)
        assert (told.phase, told.delayed) == (Phase.REPORTING, True)


async def test_results_become_final_soon_where_nobody_was_there_to_make_them(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    sprint = await world.start(room, ann, 600)
    await world.rooms.offer(sprint, ann, world.clock.now(), 10, 0, 0)
    world.forward.ahead_s += 700
    await wait_until(lambda: room.may_be_reaped)
    room.quiet_since -= 60
    await world.rooms.reap()
    again = await world.rooms.open(room.id)
    assert again is not None
    assert again is not room
    await wait_until(lambda: again.sprint is not None and again.sprint.final, timeout_s=4)


async def test_another_process_hears_of_a_device_that_is_still_here_and_is_asked_after_an_outage(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    await world.enter(room, ann)
    heard: list[Notice] = []
    other = MemoryRelay(world.hub)
    await other.start(Listening(heard))
    await other.open(room.id)
    other.notify(room.id, pack(PresenceNotice(world.clock.now(), False, [0])))
    assert not room.crowd.presence.is_away(0)
    await wait_until(
        lambda: any(isinstance(each, PresenceNotice) and each.slots == [0] and each.here for each in heard)
    )
    for healthy in (False, True):
        world.rooms.relay_health(healthy)
    assert heard[-1] == WhoNotice()
    await other.stop()


class Listening:
    """Another process that only hears notices."""

    def __init__(self, heard: list[Notice]) -> None:
        self._heard = heard

    def rows_came(self, room: int, sprint: int, rows: Sequence[Row]) -> None: ...

    def notice_came(self, room: int, notice: bytes) -> None:
        message = unpack(notice)
        assert message is not None
        assert not isinstance(message, EndedNotice)
        self._heard.append(message)

    def held(self, room: int, sprint: int) -> Sequence[tuple[int, Register]]:
        return []

    def relay_health(self, healthy: bool) -> None: ...


async def test_a_baseline_survives_in_the_welcome_of_the_next_device(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    await world.enter(room, ann)
    sprint = await world.start(room, ann)
    outcome = await world.rooms.command(room.id, ann, "base", Op.BASELINE, Baseline(sprint, 50_230))
    assert outcome.code == ErrorCode.OK
    _, ear = await world.enter(room, ann)
    welcome = ear.last(Welcome)
    assert isinstance(welcome, Welcome)
    assert welcome.start_total == 50_230


async def test_a_cancelled_sprint_owes_nothing(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    _, ear = await world.enter(room, ann)
    sprint = await world.start(room, ann)
    await world.rooms.command(room.id, ann, "off", Op.CANCEL, OfSprint(sprint))
    told = ear.last(PhaseNow)
    assert isinstance(told, PhaseNow)
    assert told.phase == Phase.CANCELLED
    assert room._deadline._timer is None


async def test_an_offer_that_sql_has_already_is_not_late_wherever_it_is_repeated(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    await world.enter(room, ann)
    sprint = await world.start(room, ann, 600)
    async with world.other_process() as others:
        assert await others.open(room.id) is not None
        seq = world.clock.now()
        await world.rooms.offer(sprint, ann, seq, 77, 0, 0)
        world.forward.ahead_s += 606
        stands = await others.offer(sprint, ann, seq, 77, 0, 0)
        assert stands.register.words == 77
        assert not stands.register.flags & CountFlags.LATE


async def test_who_is_there_is_on_the_board_though_the_start_was_told_early(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    await world.enter(room, ann)
    await world.rooms.command(room.id, ann, "soon", Op.START, Start(600, 30))
    world.forward.ahead_s += 31
    room.relay_health(False)  # says what stands, and so that it has begun, before the deadline is worked off
    await world.rooms.poll()
    await room._act()
    assert room.round is not None
    assert 0 in room.round.counts.board


async def test_joins_that_come_together_are_read_together(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = await world.person("Ann")
    people = [await world.person(f"Writer {n}") for n in range(40)]
    room = await world.room_of(ann)
    reads = 0
    read = world.ledger.room_state

    async def counted(room: int, after_rev: int = -1) -> RoomState | None:
        nonlocal reads
        reads += 1
        return await read(room, after_rev)

    monkeypatch.setattr(world.ledger, "room_state", counted)
    members = await asyncio.gather(*(world.rooms.join(room.id, each) for each in people))
    assert room.crowd.writers == 41
    assert len({each.rev for each in members}) + 1 == reads < 10, "one at the door for all, then one for each change"


async def test_before_the_end_everybody_is_told_to_go_elsewhere_and_then_closed(world: World) -> None:
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    ears = []
    for n in range(600):
        ear = Ear()
        connection = Connection(ear, None)
        world.rooms.register(connection)
        if n:  # one has not said yet which room it wants
            room.enter(connection, None)
        ears.append(ear)
    await world.rooms.drain(500)
    assert all(GoAway(0, 500) in ear.heard for ear in ears)
    assert all(ear.closed == CloseCode.DRAIN for ear in ears)


async def test_a_count_heard_of_only_because_it_is_stored_is_told_to_the_relay(world: World) -> None:
    """Whoever stored it may have died before the relay had it."""
    ann = await world.person("Ann")
    room = await world.room_of(ann)
    connection, _ = await world.enter(room, ann)
    sprint = await world.start(room, ann)
    slot, seq = connection.slot or 0, world.clock.now()
    await wait_until(lambda: slot in world.hub.boards[room.id, sprint])  # as one who has not counted yet
    room.notice_came(StoredNotice(sprint, [(slot, seq, 30, 0)]))
    await wait_until(lambda: world.hub.boards[room.id, sprint].get(slot) == Register(seq, 30, 0))
