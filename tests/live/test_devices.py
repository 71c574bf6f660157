"""A session that ends takes its sockets along: here, in the other processes, and where the notice was lost."""

import pytest

from protocol.codes import CloseCode
from protocol.messages import GoAway
from server.core.records import Person
from server.live import devices
from server.live.connection import Connection
from server.live.plane import Sizes
from server.live.rooms import Rooms
from tests.live.world import Ear, World, open_process

OUT = CloseCode.NOT_SIGNED_IN


async def signed_in(world: World, name: str) -> tuple[Person, str]:
    """A writer, and the id of the session that they have."""
    person = await world.person(name)
    (device,) = await world.ledger.devices.of(person.id, world.clock.now())
    return person, device.id


def opened(rooms: Rooms, person: Person, session: str) -> tuple[Connection, Ear]:
    ear = Ear()
    connection = Connection(ear, person, session)
    rooms.register(connection)
    return connection, ear


async def test_signing_out_closes_what_came_by_that_session_in_every_process(world: World) -> None:
    ann, hers = await signed_in(world, "Ann")
    ben, his = await signed_in(world, "Ben")
    async with open_process(world.ledger, world.hub, world.plane.limits, Sizes()) as elsewhere:
        await elsewhere.rooms.listen()
        closing = [opened(rooms, ann, hers)[1] for rooms in (world.rooms, world.rooms, elsewhere.rooms)]
        staying = [opened(rooms, ben, his)[1] for rooms in (world.rooms, elsewhere.rooms)]
        world.rooms.sign_out([hers])
        assert [each.closed for each in closing] == [OUT, OUT, OUT]
        assert [each.closed for each in staying] == [None, None]


async def test_who_signs_in_anew_in_a_browser_comes_back_to_its_other_tabs_in_every_process(world: World) -> None:
    ann, hers = await signed_in(world, "Ann")
    async with open_process(world.ledger, world.hub, world.plane.limits, Sizes()) as elsewhere:
        await elsewhere.rooms.listen()
        tabs = [opened(rooms, ann, hers)[1] for rooms in (world.rooms, elsewhere.rooms)]
        world.rooms.sign_out([hers], anew=True)
        tabs += [opened(rooms, ann, hers)[1] for rooms in (world.rooms, elsewhere.rooms)]
        assert [each.closed for each in tabs] == [CloseCode.ANEW] * 4
        assert [each.heard for each in tabs] == [[GoAway(devices.ANEW_RETRY_MS, devices.ANEW_SPREAD_MS)]] * 4


async def test_where_the_notice_was_lost_it_is_found_out_from_sql(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "ASKED_AT_ONCE", 2)
    people = [await signed_in(world, f"Writer {n}") for n in range(5)]
    async with world.other_process() as deaf:
        ears = [opened(deaf, *each)[1] for each in people]
        ended = people[1], people[4]
        for person, session in ended:
            await world.ledger.devices.end(person.id, session, world.clock.now())
        world.rooms.sign_out([session for _, session in ended])
        await deaf.devices.look()
        assert [each.closed for each in ears] == [None, OUT, None, None, OUT]


async def test_who_is_let_in_while_the_session_ends_does_not_stay(world: World) -> None:
    ann, session = await signed_in(world, "Ann")
    world.rooms.sign_out([session])
    assert opened(world.rooms, ann, session)[1].closed == OUT


async def test_what_ended_is_not_remembered_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "REMEMBERED_S", -1.0)
    ann, session = await signed_in(world, "Ann")
    world.rooms.sign_out([session])
    assert opened(world.rooms, ann, session)[1].closed is None


async def test_a_socket_that_went_is_forgotten_with_its_session(world: World) -> None:
    ann, session = await signed_in(world, "Ann")
    (first, _), (second, ear) = opened(world.rooms, ann, session), opened(world.rooms, ann, session)
    world.rooms.unregister(first)
    world.rooms.sign_out([session])
    assert ear.closed == OUT
    world.rooms.unregister(second)
    assert world.rooms.devices._sockets == {}
