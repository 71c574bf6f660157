"""A place that became another writer's in SQL while this process still knows it as the former one's."""

from protocol.messages import Count
from server.core.records import Person
from tests.live.world import World
from tests.support.ledgers import meet
from tests.support.wait import wait_until

SESSION = "a session"


async def test_what_is_counted_at_a_place_that_has_just_changed_hands_is_stored_as_its_writer_s(world: World) -> None:
    host, guest, writer = [await world.person(name) for name in ("Ann", "Ben", "Cleo")]
    room = await world.room_of(host)
    connection, _ = await world.enter(room, guest)
    slot = connection.slot or 0
    sprint = await world.start(room, host)
    await meet(world.ledger, writer, guest, SESSION)
    (met,) = await world.ledger.merges.of(writer.id, SESSION)

    async def is_stored(words: int, of: Person) -> bool:
        theirs = [each for each in await world.ledger.counts(sprint) if each.slot == slot]
        return [(each.register.words, each.writer) for each in theirs] == [(words, of.id)]

    async def count(words: int) -> None:
        assert room.round is not None
        room.round.offer(slot, Count(sprint, world.clock.now() + words, words))
        await wait_until(lambda: room.round is not None and room.round.idle)

    await count(1)
    assert await is_stored(1, guest)
    await world.ledger.merges.merge(writer.id, met.id, SESSION, world.clock.now())
    assert room.crowd.writer_of(slot) == guest.id
    await count(2)
    assert await is_stored(2, writer)
    await world.ledger.merges.part(writer.id, met.id, world.clock.now())
    assert room.crowd.writer_of(slot) == writer.id
    await count(3)
    assert await is_stored(3, guest)
