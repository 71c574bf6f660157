"""Writers: known by a token, with settings that hold from tomorrow on, and a history that is never re-stamped."""

import asyncio
import uuid
from dataclasses import replace
from datetime import date

import pytest

from protocol.messages import THERE_SEQ, CountFlags, OfSprint, Op
from server.core.instants import instant
from server.core.records import Entry, Person, Profile, Stamp, TakenError
from server.core.sprint import RuleError
from server.core.streak import rest_days
from server.ledger import people
from server.ledger.devices import SESSION_MS
from server.ledger.ledger import SqlLedger
from tests.support.ledgers import DAY, HOUR, MINUTE, NOW, Place, counted, group, guests, known_by, row_counts

TODAY, TOMORROW = date(2026, 6, 10), date(2026, 6, 11)
THREE, FOUR = 180, 240


async def test_a_guest_is_known_by_the_token_and_only_its_hash_is_kept(database: Place) -> None:
    ledger = await database.open()
    now = await ledger.now_ms()

    ann = await ledger.new_guest("Ann", "Asia/Kolkata", "a secret token", now)

    assert ann.name == "Ann"
    assert await known_by(ledger, "a secret token") == ann
    assert await known_by(ledger, "another") is None
    if database.is_sqlite:
        kept = b"".join(file.read_bytes() for file in database.data.iterdir())
        assert b"Ann" in kept
        assert b"a secret token" not in kept


async def test_a_session_that_has_expired_is_nobodys(ledger: SqlLedger) -> None:
    await ledger.new_guest("Ben", "UTC", "expired", NOW - SESSION_MS)
    ann = await ledger.new_guest("Ann", "UTC", "about to", NOW - SESSION_MS + 1)

    assert await known_by(ledger, "expired") is None
    assert await known_by(ledger, "about to") == ann


async def test_a_profile_begins_with_the_defaults(ledger: SqlLedger) -> None:
    ann = await ledger.new_guest("Ann", "UTC", "token", NOW)

    assert await ledger.profile(ann.id) == Profile(
        ann.id, "Ann", "UTC", THREE, 50, 10, 1, frozenset(), 3, 0, False, NOW, None
    )
    assert await ledger.profile(404) is None


async def test_changes_are_shown_at_once_and_what_is_not_said_stays(ledger: SqlLedger) -> None:
    ann = (await guests(ledger, 1))[0]
    before = await ledger.profile(ann.id)
    assert before is not None
    changes = {"day_minutes": None, "grace": 2, "streak_hidden": True, "zone": "Asia/Tokyo", "name": "Anna"}

    changed = await ledger.change_profile(ann.id, changes, NOW)

    assert changed == replace(before, day_minutes=None, grace=2, streak_hidden=True, zone="Asia/Tokyo", name="Anna")
    assert await ledger.change_profile(ann.id, {"grace": 0}, NOW) == replace(changed, grace=0)
    assert (await row_counts(ledger))["writer_settings"] == 1


@pytest.mark.parametrize("changes", [{"id": 7}, {"rest": 1}])
async def test_a_setting_that_is_none_is_refused(ledger: SqlLedger, changes: dict[str, int]) -> None:
    ann = (await guests(ledger, 1))[0]

    with pytest.raises(KeyError):
        await ledger.change_profile(ann.id, changes, NOW)
    with pytest.raises(KeyError):
        await ledger.change_profile(404, {"name": "Nobody"}, NOW)


async def test_what_decides_about_days_holds_from_tomorrow_and_the_zone_from_now(ledger: SqlLedger) -> None:
    ann = await ledger.new_guest("Ann", "Europe/London", "token", NOW)

    await ledger.change_profile(ann.id, {"rollover": FOUR, "zone": "Asia/Kolkata"}, NOW + MINUTE)

    held = await ledger.streak_settings(ann.id)
    assert [(each.from_day, each.rollover) for each in held.rules] == [(date.min, THREE), (TOMORROW, FOUR)]
    assert [(each.at.timestamp() * 1_000, each.zone) for each in held.zones] == [
        (NOW, "Europe/London"),
        (NOW + MINUTE, "Asia/Kolkata"),
    ]
    kolkata_2130 = NOW - 12 * HOUR + 16 * HOUR  # 21:30 on the 10th in Kolkata
    six_and_a_half = 13 * HOUR // 2
    assert await ledger.stamp(ann.id, kolkata_2130) == Stamp(TODAY, 21, "Asia/Kolkata", THREE)
    assert await ledger.stamp(ann.id, kolkata_2130 + six_and_a_half - 1) == Stamp(TODAY, 3, "Asia/Kolkata", THREE)
    assert await ledger.stamp(ann.id, kolkata_2130 + six_and_a_half) == Stamp(TOMORROW, 4, "Asia/Kolkata", FOUR)


async def test_a_rollover_that_has_passed_already_ends_no_day_before_its_time(ledger: SqlLedger) -> None:
    ann = await ledger.new_guest("Ann", "UTC", "token", NOW)
    half_past_midnight = NOW + 12 * HOUR + 30 * MINUTE
    await ledger.rests.book(ann.id, uuid.uuid4(), TOMORROW, TOMORROW, half_past_midnight)

    await ledger.change_profile(ann.id, {"rollover": 0}, half_past_midnight)

    assert (await ledger.stamp(ann.id, half_past_midnight)).local_day == TODAY
    held = await ledger.streak_settings(ann.id)
    assert [(each.from_day, each.rollover) for each in held.rules] == [(date.min, THREE), (date(2026, 6, 12), 0)]
    assert rest_days(held, instant(NOW + 3 * DAY), TODAY, TOMORROW) == {TOMORROW}


async def test_who_is_at_a_socket_is_known_by_the_name_of_now(ledger: SqlLedger) -> None:
    now = await ledger.now_ms()
    ann = await ledger.new_guest("Ann", "UTC", "token", now - 5 * DAY)
    await ledger.change_profile(ann.id, {"zone": "Asia/Kolkata", "name": "Anna"}, now)

    assert await known_by(ledger, "token") == Person(ann.id, "Anna")


async def test_many_who_ask_at_once_are_told_each_their_own(ledger: SqlLedger) -> None:
    now = await ledger.now_ms()
    everybody = [await ledger.new_guest(f"Writer {n}", "UTC", f"token {n}", now) for n in range(40)]
    tokens = [f"token {n}" for n in range(60)]
    found = await asyncio.gather(*(known_by(ledger, token) for token in tokens))
    assert found == [*everybody, *[None] * 20]


async def test_a_sprint_is_in_the_history_with_the_day_on_which_it_began(ledger: SqlLedger) -> None:
    room = await group(ledger, 2, zone="Asia/Kolkata")
    evening = NOW + 9 * HOUR + 25 * MINUTE  # 02:55 on the 11th in Kolkata, before the rollover
    sprint = await room.start(now=evening)

    await ledger.checkpoint(sprint.id, [room.row(0, evening, 240, active_ms=754_321)], evening)
    await ledger.change_profile(room.host.id, {"zone": "America/New_York", "rollover": 0}, evening)

    (session,) = await ledger.history.page(room.host.id, 1_000)
    assert (session.local_day, session.started_at, session.zone) == (TODAY, evening, "Asia/Kolkata")
    assert (session.words, session.source, session.late) == (240, "sprint", False)
    assert session.minutes == pytest.approx(754_321 / 60_000)
    assert (session.sprint, session.room, session.room_title) == (sprint.id, room.room.slug, "Tuesday write-in")
    assert str(uuid.UUID(session.id)) == session.id
    assert await counted(ledger, room.host.id) == [(TODAY, 240, 754_321 / 60_000)]


async def test_who_was_only_there_has_no_session_but_no_words_by_a_writer_are_one(ledger: SqlLedger) -> None:
    room = await group(ledger, 3)
    sprint = await room.start()

    there, reported, thought = room.row(0, NOW, 0), room.row(1, NOW, 0, CountFlags.IN), room.row(2, NOW, 0, 0, 60_000)
    await ledger.checkpoint(sprint.id, [there, reported, thought], NOW)

    assert [len(await ledger.history.page(person.id, 1_000)) for person in room.people] == [0, 1, 1]


async def test_a_sprint_stored_after_a_week_adds_to_totals_only(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)
    sprint = await room.start()

    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 100)], NOW + 7 * DAY)
    await ledger.checkpoint(sprint.id, [room.row(1, NOW, 100)], NOW + 7 * DAY + HOUR)

    assert [[each.counts for each in await ledger.history.page(person.id, 1_000)] for person in room.people] == [
        [True],
        [False],
    ]


async def test_history_is_newest_first_and_between_two_days(ledger: SqlLedger) -> None:
    ann = (await guests(ledger, 1))[0]
    for days in (3, 1, 2):
        started = NOW + days * DAY
        stamp = await ledger.stamp(ann.id, started)
        await ledger.add_manual(ann.id, Entry(uuid.uuid4(), started, 25.5, 100 * days, True, stamp), started)

    everything = await ledger.history.page(ann.id, 1_000)
    some = await ledger.history.page(ann.id, 1_000, first=date(2026, 6, 11), last=date(2026, 6, 12))

    assert [(each.words, each.minutes, each.source, each.sprint, each.room) for each in everything] == [
        (words, 25.5, "manual", None, None) for words in (300, 200, 100)
    ]
    assert [each.words for each in some] == [200, 100]


async def test_an_entry_by_hand_is_taken_once_and_is_its_writers(ledger: SqlLedger) -> None:
    ann, ben = await guests(ledger, 2)
    stamp, id = Stamp(TODAY, 12, "UTC", THREE), uuid.uuid4()

    assert await ledger.add_manual(ann.id, Entry(id, NOW, 10, 100, False, stamp), NOW)
    assert not await ledger.add_manual(ann.id, Entry(id, NOW, 99, 999, True, stamp), NOW)
    with pytest.raises(TakenError):
        await ledger.add_manual(ben.id, Entry(id, NOW, 10, 100, True, stamp), NOW)

    assert [(each.words, each.counts) for each in await ledger.history.page(ann.id, 1_000)] == [(100, False)]
    assert await ledger.history.page(ben.id, 1_000) == []


async def test_a_count_before_the_start_is_a_session_from_the_start_on(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)
    coming = await room.start(delay_s=86_400)
    await ledger.checkpoint(coming.id, [room.row(0, NOW, 500)], NOW)

    assert await ledger.history.page(room.host.id, 1_000, begun_by=NOW) == []
    assert await counted(ledger, room.host.id, begun_by=NOW) == []
    assert [each.words for each in await ledger.history.page(room.host.id, 1_000, begun_by=NOW + DAY)] == [500]


async def test_a_sprint_that_was_called_off_before_it_began_is_no_session(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)
    coming = await room.start(delay_s=3_600)
    await ledger.checkpoint(coming.id, [room.row(0, NOW, 500)], NOW)
    await room.command(0, Op.CANCEL, OfSprint(coming.id), NOW + MINUTE)
    running = await room.start(NOW + HOUR)
    await ledger.checkpoint(running.id, [room.row(0, NOW + HOUR, 70)], NOW + HOUR)
    await room.command(0, Op.CANCEL, OfSprint(running.id), NOW + HOUR + MINUTE)

    assert [each.words for each in await ledger.history.page(room.host.id, 1_000)] == [70]
    assert [words for _, words, _ in await counted(ledger, room.host.id)] == [70]


async def test_who_was_there_and_counts_a_month_later_rewrites_no_day(ledger: SqlLedger) -> None:
    room = await group(ledger, 2)
    sprint = await room.start()
    await ledger.checkpoint(sprint.id, [room.row(slot, THERE_SEQ, 0) for slot in range(2)], NOW)
    await ledger.checkpoint(sprint.id, [room.row(0, NOW, 500)], NOW + 30 * DAY)
    await ledger.checkpoint(sprint.id, [room.row(1, NOW, 500)], NOW + HOUR)
    await ledger.checkpoint(sprint.id, [room.row(1, NOW + 1, 501)], NOW + 30 * DAY)

    assert [[each.counts for each in await ledger.history.page(person.id, 1_000)] for person in room.people] == [
        [False],
        [True],
    ]


async def test_a_session_is_stamped_by_the_zone_that_held_when_it_began(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1, zone="Asia/Tokyo")
    morning = NOW + 13 * HOUR  # the 11th, 10:00 in Tokyo; the 10th in New York
    await ledger.change_profile(ann.id, {"zone": "America/New_York"}, morning + 6 * HOUR)

    assert await ledger.stamp(ann.id, morning) == Stamp(TOMORROW, 10, "Asia/Tokyo", THREE)
    assert (await ledger.stamp(ann.id, morning + 7 * HOUR)).zone == "America/New_York"


async def test_a_zone_is_chosen_a_few_times_a_day_at_the_most(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "ZONES_A_DAY", 2)
    (ann,) = await guests(ledger, 1, zone="Asia/Tokyo")
    await ledger.change_profile(ann.id, {"zone": "Europe/London"}, NOW + HOUR)
    with pytest.raises(RuleError, match="zone: was chosen 2 times within a day"):
        await ledger.change_profile(ann.id, {"zone": "Asia/Tokyo"}, NOW + 2 * HOUR)
    profile = await ledger.change_profile(ann.id, {"zone": "Asia/Tokyo"}, NOW + DAY)
    assert profile.zone == "Asia/Tokyo"


async def test_settings_that_change_with_the_zone_hold_from_tomorrow_in_the_new_one(ledger: SqlLedger) -> None:
    (ann,) = await guests(ledger, 1, zone="Europe/London")
    evening = NOW + 8 * HOUR  # the 10th, 21:00 in London; the 11th in Tokyo
    await ledger.change_profile(ann.id, {"zone": "Asia/Tokyo", "day_words": 1_000}, evening)

    assert [each.from_day for each in (await ledger.streak_settings(ann.id)).rules][1:] == [date(2026, 6, 12)]


async def test_minutes_add_up_to_what_they_were(ledger: SqlLedger) -> None:
    room = await group(ledger, 1)
    for n in range(3):
        sprint = await room.start(NOW + n * HOUR)
        await ledger.checkpoint(sprint.id, [room.row(0, NOW + n * HOUR, 1, active_ms=200_000)], NOW + n * HOUR)
        await room.command(0, Op.END, OfSprint(sprint.id), NOW + n * HOUR + 20 * MINUTE - 1)
        await room.command(0, Op.END, OfSprint(sprint.id), NOW + n * HOUR + 20 * MINUTE)

    assert await counted(ledger, room.host.id) == [(TODAY, 3, 10)]
