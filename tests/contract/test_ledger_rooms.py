"""Rooms and who is in them, on both databases."""

import asyncio

import pytest

from protocol.codes import ErrorCode
from protocol.messages import Nothing, Op, Remove, Role
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import DAY, HOUR, MINUTE, NOW, group, guests, known_by, row_counts


async def test_who_makes_a_room_is_its_host(ledger: SqlLedger) -> None:
    ann = (await guests(ledger, 1))[0]

    room = await ledger.create_room(ann, "Märchen & more", "unlisted", None, NOW)

    state = await ledger.room_state(room.id)
    assert state is not None
    assert state.sprint is None
    assert [(each.slot, each.writer, each.name, each.role) for each in state.members] == [
        (0, ann.id, "Writer 0", Role.HOST)
    ]
    assert room.slug.startswith("marchen-more-")
    assert await ledger.room_by_slug(room.slug) == await ledger.room(room.id) == state.room == room
    assert await ledger.room_id(room.slug) == room.id


async def test_a_room_asked_for_twice_with_one_key_is_made_once(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)

    first, again, bens = await asyncio.gather(
        ledger.create_room(ann, "Once", "public", "key", NOW),
        ledger.create_room(ann, "Twice", "private", "key", NOW + 1),
        ledger.create_room(ben, "Mine", "public", "key", NOW),
    )

    assert first == again
    assert bens.id != first.id
    assert (await row_counts(ledger))["rooms"] == 2


@pytest.mark.parametrize("key", [None, "key"])
async def test_a_slug_that_is_taken_is_drawn_anew(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch, key: str | None
) -> None:
    (ann,) = await guests(ledger, 1)
    drawn = iter(["dawn-aaaaaa", "dawn-aaaaaa", "dawn-bbbbbb"])
    monkeypatch.setattr("server.ledger.rooms.new_slug", lambda title: next(drawn))

    made = [await ledger.create_room(ann, "Dawn", "public", each, NOW) for each in (None, key)]

    assert [each.slug for each in made] == ["dawn-aaaaaa", "dawn-bbbbbb"]


@pytest.mark.parametrize("slug", ["nowhere", "nul\x00", "Ünknown", "x" * 65, "'; --", ""])
async def test_a_room_that_was_never_made_is_not_found(ledger: SqlLedger, slug: str) -> None:
    assert await ledger.room_by_slug(slug) is None
    assert await ledger.room_id(slug) is None


async def test_a_room_that_is_not_there_has_no_state_and_cannot_be_joined(ledger: SqlLedger) -> None:
    ann = (await guests(ledger, 1))[0]

    assert await ledger.room_state(404) is None
    assert await ledger.revs([404]) == {}
    assert await ledger.member(404, ann.id) is None
    with pytest.raises(LookupError):
        await ledger.join(404, ann, NOW)


async def test_a_hundred_join_at_once_and_each_gets_a_slot_of_their_own(ledger: SqlLedger) -> None:
    crowd = await group(ledger, 1)
    people = await guests(ledger, 100)

    members = await asyncio.gather(*(ledger.join(crowd.room.id, each, NOW) for each in people))

    assert sorted(each.slot for each in members) == list(range(1, 101))
    assert [each.writer for each in members] == [each.id for each in people]
    assert await ledger.writers_in(crowd.room.id) == 101
    state = await ledger.room_state(crowd.room.id)
    assert state is not None
    assert max(each.rev for each in state.members) == state.room.rev


async def test_joining_again_changes_nothing(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)
    before = await ledger.room_state(room.room.id)

    both = await asyncio.gather(*(ledger.join(room.room.id, room.people[1], NOW + HOUR) for _ in range(2)))

    assert both[0] == both[1]
    assert await ledger.room_state(room.room.id) == before


async def test_a_new_name_is_taken_up_at_joining_and_bumps_the_rev(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)
    rev = await room.rev()
    ben = await ledger.new_guest("Ben", "UTC", "token", NOW)
    await ledger.join(room.room.id, ben, NOW)
    await ledger.change_profile(ben.id, {"name": "Benjamin"}, NOW)
    renamed = await known_by(ledger, "token")
    assert renamed is not None

    member = await ledger.join(room.room.id, renamed, NOW)

    assert (member.name, member.slot, member.rev) == ("Benjamin", 2, rev + 2)


async def test_only_members_changed_after_a_rev_are_read(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)
    rev = await room.rev()
    cleo = (await guests(ledger, 1))[0]
    await ledger.join(room.room.id, cleo, NOW)

    state = await ledger.room_state(room.room.id, after_rev=rev)

    assert state is not None
    assert [each.writer for each in state.members] == [cleo.id]
    assert state.room.rev == rev + 1


async def test_who_leaves_is_not_shown_and_comes_back_to_the_same_slot(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)

    left = await room.command(1, Op.LEAVE, Nothing())

    gone = await ledger.member(room.room.id, room.people[1].id)
    assert gone is not None
    assert (gone.left, gone.shown, gone.rev) == (True, False, left.rev)
    assert await ledger.writers_in(room.room.id) == 1
    back = await ledger.join(room.room.id, room.people[1], NOW + MINUTE)
    assert (back.slot, back.left, back.role, back.rev) == (1, False, Role.WRITER, left.rev + 1)


async def test_the_last_host_who_leaves_hands_over_to_the_longest_standing(ledger: SqlLedger) -> None:
    room = await group(ledger, 3)

    left = await room.command(0, Op.LEAVE, Nothing())

    heir = await ledger.member(room.room.id, room.people[1].id)
    other = await ledger.member(room.room.id, room.people[2].id)
    assert heir is not None
    assert other is not None
    assert (heir.role, heir.rev) == (Role.HOST, left.rev)
    assert other.role == Role.WRITER


async def test_a_room_that_everybody_left_gets_a_host_who_can_act_again(ledger: SqlLedger) -> None:
    room = await group(ledger, 1)
    await room.command(0, Op.LEAVE, Nothing())
    stranger = (await guests(ledger, 1))[0]

    assert (await ledger.join(room.room.id, stranger, NOW)).role == Role.HOST


async def test_who_was_removed_stays_removed_and_is_not_counted(ledger: SqlLedger) -> None:
    room = await group(ledger, 3)
    removed = await room.command(0, Op.REMOVE, Remove(1))

    back = await ledger.join(room.room.id, room.people[1], NOW)

    assert (back.removed, back.shown, back.rev) == (True, False, removed.rev)
    assert await room.rev() == removed.rev
    assert await ledger.writers_in(room.room.id) == 2
    assert (await room.command(0, Op.REMOVE, Remove(1))).rev == removed.rev


async def test_a_removed_host_is_no_host(ledger: SqlLedger) -> None:
    room = await group(ledger, 3)
    await room.command(0, Op.LEAVE, Nothing())
    await ledger.join(room.room.id, room.people[0], NOW)
    assert (await room.command(1, Op.REMOVE, Remove(0))).code == ErrorCode.OK

    assert (await room.command(0, Op.REMOVE, Remove(2))).code == ErrorCode.NOT_ALLOWED


async def test_the_directory_lists_public_rooms_in_use_the_last_used_first(ledger: SqlLedger) -> None:
    stale, busy, _ = await group(ledger, 1), await group(ledger, 3), await group(ledger, 1, visibility="unlisted")
    sprint = await busy.start(now=NOW + MINUTE)
    later = NOW + DAY + MINUTE

    assert [listing.room.id for listing in await ledger.public_rooms(NOW + HOUR)] == [busy.room.id, stale.room.id]
    listed = await ledger.public_rooms(later)
    assert [(each.room.id, each.sprint, each.writers) for each in listed] == [(busy.room.id, sprint, 3)]
    assert len(await ledger.public_rooms(NOW, limit=1)) == 1
