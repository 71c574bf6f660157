"""What waits while a socket's message is dealt with: in order, bounded, and the reading pauses."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from protocol.codec import encode
from protocol.codes import CloseCode, ErrorCode
from protocol.messages import (
    CAN_VIEW_ONLY,
    Ack,
    Bye,
    Command,
    Count,
    CountFlags,
    ErrorMessage,
    Hello,
    Nothing,
    OfSprint,
    Op,
    Ping,
    Pong,
    Remove,
    ServerMessage,
    Start,
)
from server import config
from server.app import House, open_house
from server.core.records import CountRow, Member, Person, RoomRecord
from server.core.sprint import FullError
from server.ledger.ledger import SqlLedger
from server.live.connection import Connection
from server.live.dialogue import INTERNAL, Dialogue
from server.live.life import Life
from server.live.room import Room
from server.live.rooms import REAP_AFTER_S
from server.live.wire import MAX_WAITING, Hearer
from tests.support.frames import messages
from tests.support.ledgers import prepare_sqlite
from tests.support.wait import wait_until


class Line:
    """A wire whose other end is this test."""

    def __init__(self) -> None:
        self.told: list[ServerMessage] = []
        self.closed: int | None = None
        self.aborted = self.paused = False

    def write(self, frame: bytes) -> bool:
        self.told += messages(frame)
        return True

    def is_slow(self) -> bool:
        return False

    def is_drained(self) -> bool:
        return True

    def close(self, code: int, reason: str) -> None:
        self.closed = code

    def abort(self) -> None:
        self.aborted = True

    def pause(self) -> None:
        self.paused = True

    def resume(self) -> None:
        self.paused = False

    async def attend(self, hearer: Hearer, life: Life) -> None:
        raise NotImplementedError  # the test itself says what is heard


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    prepare_sqlite(tmp_path)
    async with open_house(config.read({"WORDTIDE_DATA": str(tmp_path)})) as opened:
        yield opened


def dialogue(house: House, person: Person | None = None) -> tuple[Dialogue, Line]:
    line = Line()
    house.rooms.connections += 1  # as the door does
    return Dialogue(house.rooms._plane, house.rooms, Connection(line, person)), line


async def writer_in_a_room(house: House) -> tuple[Person, RoomRecord]:
    ledger = house.rooms._plane.ledger
    assert isinstance(ledger, SqlLedger)
    host = await ledger.new_guest("Ada", "Europe/London", "token", 1)
    return host, await ledger.create_room(host, "Dawn pages", "public", None, 1)


async def slug(house: House) -> str:
    return (await writer_in_a_room(house))[1].slug


async def test_what_is_said_meanwhile_is_heard_afterwards_and_in_order(house: House) -> None:
    talk, line = dialogue(house)
    talk.heard(encode(Hello(await slug(house), capabilities=1)))
    for n in range(MAX_WAITING):
        talk.heard(encode(Ping(n)))
    assert line.told == []  # the room is still being opened
    assert line.paused
    await wait_until(lambda: not line.paused)
    pongs = [each.c0 for each in line.told if isinstance(each, Pong)]
    assert pongs == list(range(MAX_WAITING))
    assert not line.aborted
    talk.gone()


async def test_more_than_can_wait_is_cut_off(house: House) -> None:
    talk, line = dialogue(house)
    talk.heard(encode(Hello(await slug(house), capabilities=1)))
    for n in range(MAX_WAITING + 1):
        talk.heard(encode(Ping(n)))
    assert line.aborted
    talk.gone()


async def test_nothing_is_heard_after_bye(house: House) -> None:
    talk, line = dialogue(house)
    talk.heard(encode(Hello(await slug(house), capabilities=1)))
    for said in (Ping(1), Bye(), Ping(2)):
        talk.heard(encode(said))
    await wait_until(lambda: line.closed)
    assert [each.c0 for each in line.told if isinstance(each, Pong)] == [1]
    talk.gone()


async def test_who_went_while_the_room_was_opened_is_not_in_it(house: House) -> None:
    talk, _ = dialogue(house)
    room = await slug(house)
    talk.heard(encode(Hello(room, capabilities=1)))
    talk.gone()
    assert house.rooms.connections == 0
    opened = await house.rooms.open_slug(room)
    assert opened is not None
    await wait_until(lambda: not house.rooms._plane.tasks._running)
    assert opened.sockets == 0


async def test_a_count_said_just_before_its_page_was_closed_stands(house: House) -> None:
    host, record = await writer_in_a_room(house)
    outcome = await house.rooms.command(record.id, host, "start", Op.START, Start(600, 0))
    assert outcome.sprint is not None
    talk, _ = dialogue(house, host)
    talk.heard(encode(Hello(record.slug)))
    talk.heard(encode(Count(outcome.sprint.id, house.rooms._plane.clock.now(), 42)))
    talk.gone()
    sprint = outcome.sprint.id
    await wait_until(lambda: [each.words for each in (house.rooms.board(sprint) or {}).values()] == [42])
    (room,) = house.rooms
    await wait_until(lambda: room.sockets == 0)


async def writer_in_a_sprint(house: House) -> tuple[Dialogue, Line, Room, int]:
    """A writer who has just counted, so that what they say next waits in their room."""
    host, record = await writer_in_a_room(house)
    outcome = await house.rooms.command(record.id, host, "start", Op.START, Start(600, 0))
    assert outcome.sprint is not None
    talk, line = dialogue(house, host)
    talk.heard(encode(Hello(record.slug)))
    (room,) = house.rooms
    await wait_until(lambda: room.sockets)
    say_count(house, talk, outcome.sprint.id, 1)
    assert words_in(room) == [1]
    return talk, line, room, outcome.sprint.id


def say_count(house: House, talk: Dialogue, sprint: int, words: int) -> None:
    talk.heard(encode(Count(sprint, house.rooms._plane.clock.now() + words, words)))


def words_in(room: Room) -> list[int]:
    assert room.round is not None
    return [each.words for each in room.round.counts.board]


async def test_a_count_waits_for_others_but_what_comes_after_it_does_not_come_before(house: House) -> None:
    talk, line, room, sprint = await writer_in_a_sprint(house)
    say_count(house, talk, sprint, 2)
    assert words_in(room) == [1]
    talk.heard(encode(Command(1, Op.LEAVE)))
    assert words_in(room) == [2]
    await wait_until(lambda: any(isinstance(each, Ack) and each.id == 1 for each in line.told))
    refused = [each for each in line.told if isinstance(each, ErrorMessage)]
    assert refused == []
    talk.gone()


async def test_a_count_that_waits_is_heard_with_the_next_push(house: House) -> None:
    talk, _, room, sprint = await writer_in_a_sprint(house)
    say_count(house, talk, sprint, 2)
    await wait_until(lambda: words_in(room) == [2])
    talk.gone()


async def test_a_count_that_waits_is_stored_before_the_end_of_the_process(house: House) -> None:
    talk, _, room, sprint = await writer_in_a_sprint(house)
    say_count(house, talk, sprint, 2)
    await room.store()
    assert [each.register.words for each in await house.rooms._plane.ledger.counts(sprint)] == [2]
    talk.gone()


async def test_a_count_that_came_in_time_is_not_late_because_it_waited(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, _, room, sprint = await writer_in_a_sprint(house)
    assert room.sprint is not None
    clock, closes = house.rooms._plane.clock, room.sprint.timeline.reporting_ends
    monkeypatch.setattr(clock, "_shift", closes - clock.now() + 10)
    for words, received, late in ((2, closes - 1, 0), (3, closes, CountFlags.LATE)):
        talk.say(encode(Count(sprint, closes - 10 + words, words)), received)
        assert room.round is not None
        assert [(each.words, each.flags & CountFlags.LATE) for each in room.round.counts.board] == [(words, late)]
    talk.gone()


@pytest.mark.parametrize("way", ["with HELLO", "after it", "by way of the room"])
async def test_a_count_that_came_in_time_is_not_late_because_its_room_was_opened_meanwhile(
    house: House, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    host, record = await writer_in_a_room(house)
    outcome = await house.rooms.command(record.id, host, "start", Op.START, Start(600, 0))
    assert outcome.sprint is not None
    clock, sprint = house.rooms._plane.clock, outcome.sprint
    closes = sprint.timeline.reporting_ends
    monkeypatch.setattr(clock, "_shift", closes - clock.now() - 60_000)
    talk, _ = dialogue(house, host)
    said = Count(sprint.id, clock.now(), 42)
    carried = way == "with HELLO"
    talk.heard(encode(Hello(record.slug, *((said.sprint, said.seq, said.words) if carried else ()))))
    if way == "after it":
        talk.heard(encode(said))
    elif not carried:
        talk.say(encode(said), clock.now())
    monkeypatch.setattr(clock, "_shift", clock._shift + 61_000)
    (room,) = house.rooms
    await wait_until(lambda: words_in(room) == [42])
    assert room.round is not None
    assert [each.flags & CountFlags.LATE for each in room.round.counts.board] == [0]
    talk.gone()


async def test_nor_because_the_next_sprint_began_meanwhile(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    host, record = await writer_in_a_room(house)
    ledger, clock = house.rooms._plane.ledger, house.rooms._plane.clock
    assert isinstance(ledger, SqlLedger)
    outcome = await house.rooms.command(record.id, host, "start", Op.START, Start(600, 0))
    assert outcome.sprint is not None
    sprint, count_of = outcome.sprint.id, ledger.count_of

    async def once_all_is_over(sprint: int, writer: int) -> CountRow | None:
        monkeypatch.undo()
        for op in (Op.END, Op.END, Op.START):
            args = Start(600, 0) if op is Op.START else OfSprint(sprint)
            await house.rooms.command(record.id, host, f"{op} {clock.now()}", op, args)
        return await count_of(sprint, writer)

    monkeypatch.setattr(ledger, "count_of", once_all_is_over)
    talk, line = dialogue(house, host)
    talk.heard(encode(Hello(record.slug, sprint, clock.now(), 42)))
    await wait_until(lambda: any(isinstance(each, Ack) for each in line.told))
    stands = [each.register for each in await ledger.counts(sprint)]
    assert [(each.words, each.flags & CountFlags.LATE) for each in stands] == [(42, 0)]
    talk.gone()


async def test_of_what_waits_nothing_is_heard_after_its_socket_was_closed(house: House) -> None:
    talk, line, room, sprint = await writer_in_a_sprint(house)
    say_count(house, talk, sprint, 2)
    talk.heard(b"\x95\x02")
    say_count(house, talk, sprint, 3)
    room.inbox.hear()
    assert (words_in(room), line.closed) == ([2], CloseCode.MALFORMED)
    talk.gone()


async def test_nobody_is_let_into_a_room_that_was_let_go_of_while_sql_made_them_wait(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, record = await writer_in_a_room(house)
    ledger = house.rooms._plane.ledger
    assert isinstance(ledger, SqlLedger)
    ben = await ledger.new_guest("Ben", "Europe/London", "another", 1)
    opened = await house.rooms.open(record.id)
    assert opened is not None
    join = ledger.join

    async def join_late(room: int, person: Person, now: int) -> Member:
        opened.quiet_since -= REAP_AFTER_S + 1
        await house.rooms.reap()
        return await join(room, person, now)

    monkeypatch.setattr(ledger, "join", join_late)
    talk, line = dialogue(house, ben)
    talk.heard(encode(Hello(record.slug)))
    await wait_until(lambda: line.closed)
    assert (line.closed, opened.sockets) == (INTERNAL, 0)
    monkeypatch.undo()
    again, _ = dialogue(house, ben)
    again.heard(encode(Hello(record.slug)))
    await wait_until(lambda: [room.sockets for room in house.rooms] == [1])


async def test_who_is_removed_while_they_come_in_is_not_let_in(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    host, record = await writer_in_a_room(house)
    ledger = house.rooms._plane.ledger
    assert isinstance(ledger, SqlLedger)
    ben = await ledger.new_guest("Ben", "Europe/London", "another", 1)
    slot = (await house.rooms.join(record.id, ben)).slot
    await house.rooms.command(record.id, host, "start", Op.START, Start(600, 0))
    count_of = ledger.count_of

    async def count_of_once_removed(sprint: int, writer: int) -> CountRow | None:
        await house.rooms.command(record.id, host, "remove", Op.REMOVE, Remove(slot))
        return await count_of(sprint, writer)

    monkeypatch.setattr(ledger, "count_of", count_of_once_removed)
    talk, line = dialogue(house, ben)
    talk.heard(encode(Hello(record.slug)))
    await wait_until(lambda: talk._step is None)
    assert line.closed == CloseCode.REMOVED
    talk.gone()


async def test_who_comes_to_a_full_room_is_told_so_and_let_in_once_somebody_has_left(tmp_path: Path) -> None:
    prepare_sqlite(tmp_path)
    settings = config.read({"WORDTIDE_DATA": str(tmp_path), "WORDTIDE_ROOM_WRITERS": "2"})
    async with open_house(settings) as house:
        host, record = await writer_in_a_room(house)
        ledger = house.rooms._plane.ledger
        assert isinstance(ledger, SqlLedger)
        ben, cleo = [await ledger.new_guest(name, "Europe/London", name, 1) for name in ("Ben", "Cleo")]

        async def comes(person: Person) -> int | None:
            """The code with which they are closed; None where they are let in."""
            talk, line = dialogue(house, person)
            talk.heard(encode(Hello(record.slug)))
            await wait_until(lambda: line.closed or line.told)
            talk.gone()
            return line.closed

        async def leaves(person: Person) -> None:
            await house.rooms.command(record.id, person, f"{person.name} leaves", Op.LEAVE, Nothing())

        assert [await comes(each) for each in (host, ben, cleo)] == [None, None, CloseCode.FULL]
        assert await comes(ben) is None, "whose place it is"
        with pytest.raises(FullError):
            await house.rooms.join(record.id, cleo)
        await leaves(host)
        assert await comes(cleo) is None
        assert await comes(host) is None, "a host has one always"
        await leaves(cleo)
        assert await comes(cleo) == CloseCode.FULL


async def test_who_may_be_taken_for_the_host_is_not_let_in_and_may_watch(house: House) -> None:
    _, record = await writer_in_a_room(house)
    ledger = house.rooms._plane.ledger
    assert isinstance(ledger, SqlLedger)
    ada = await ledger.new_guest("\u0410da", "Europe/London", "another token", 1)  # Cyrillic
    talk, line = dialogue(house, ada)
    talk.heard(encode(Hello(record.slug)))
    await wait_until(lambda: line.closed)
    assert line.closed == CloseCode.MISNAMED
    talk.gone()
    watching, seen = dialogue(house, ada)
    watching.heard(encode(Hello(record.slug, capabilities=CAN_VIEW_ONLY)))
    await wait_until(lambda: seen.told)
    watching.heard(encode(Command(7, Op.JOIN, Nothing())))
    await wait_until(lambda: any(isinstance(each, ErrorMessage) for each in seen.told))
    refused = next(each for each in seen.told if isinstance(each, ErrorMessage))
    assert (refused.ref, refused.code, refused.field) == (7, ErrorCode.CONFLICT, "name")
    watching.gone()


@pytest.mark.parametrize(("error", "level"), [(ConnectionError("away"), "WARNING"), (KeyError("no such"), "ERROR")])
async def test_what_cannot_be_stored_is_offered_again_and_an_alarm_only_where_it_is_no_outage(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: Exception, level: str
) -> None:
    host, record = await writer_in_a_room(house)
    talk, line = dialogue(house, host)
    talk.heard(encode(Hello(record.slug)))
    await wait_until(lambda: talk._room is not None)
    plane = house.rooms._plane

    async def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(plane.ledger, "sprint", fail)
    monkeypatch.setattr(plane.ledger, "command", fail)
    talk.heard(encode(Count(7, plane.clock.now(), 42)))
    talk.heard(encode(Command(8, Op.LEAVE, Nothing())))
    await wait_until(lambda: len(caplog.records) == 2)
    assert {each.levelname for each in caplog.records} == {level}
    refused = [each for each in line.told if isinstance(each, ErrorMessage)]
    assert [(each.ref, each.code, each.temporary) for each in refused] == [
        (7, ErrorCode.INTERNAL, True),
        (8, ErrorCode.INTERNAL, True),
    ]
    talk.gone()
