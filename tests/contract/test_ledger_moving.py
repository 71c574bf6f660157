"""A history that is too long to be moved at once moves page by page: half-way each session is in one history, whoever
dies is followed by another, and it can be undone.
"""

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import asyncpg
import pytest

from server.clock import Clock
from server.core.merges import Meeting
from server.core.records import Person
from server.core.sprint import Limits, RuleError
from server.ledger import moving
from server.ledger.account_tables import merges
from server.ledger.deletion import WRITER_GOES, Deletion
from server.ledger.ledger import SqlLedger
from server.ledger.moving import HISTORY_MOVES, LEASE_MS
from server.live.plane import Plane, Timing
from server.live.relay import MemoryRelay
from server.live.rooms import Rooms
from server.live.upkeep import Upkeep
from tests.conftest import LONG
from tests.contract.conftest import Two, someone_waits
from tests.contract.histories import HERE, entered, history_of, imported, merged, met, project_of
from tests.support.ledgers import NOW, SECOND, Place, a_life_s_work, group, guests
from tests.support.postgres import Postgres
from tests.support.wait import wait_until

N = 8
AT_SIZE = 100_000 if LONG else 8_000


@pytest.fixture
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "PAGE", 3)


class DiedError(Exception):
    pass


@contextmanager
def dies_after_the_first_page() -> Iterator[None]:
    """Whoever merges or parts in it."""

    async def died(writer: object, id: str, then: object) -> None:
        raise DiedError

    with pytest.MonkeyPatch.context() as here:
        here.setattr(moving, "PAGE", 3)
        here.setattr(moving, "go_on", died)
        with pytest.raises(DiedError):
            yield


async def two_histories(ledger: SqlLedger) -> tuple[Person, Person, Meeting]:
    """The writer's, and the guest's with N sessions, some of a project and some that both took over from a file."""
    ann, guest = await guests(ledger, 2)
    await entered(ledger, ann, 1_000)
    project = await project_of(ledger, guest)
    for n in range(N):
        await entered(ledger, guest, 100 + n, days_ago=n // 2, project=project if n % 2 else None)
    for each, keys in (ann, "ab"), (guest, "abcd"):
        await imported(ledger, each, list(keys))
    return ann, guest, await met(ledger, ann, guest)


async def test_half_way_each_session_is_in_one_history_and_another_process_goes_on(ledger: SqlLedger) -> None:
    ann, guest, meeting = await two_histories(ledger)
    before = await history_of(ledger, ann) + await history_of(ledger, guest)
    with dies_after_the_first_page():
        await ledger.merges.merge(ann.id, meeting.id, HERE, NOW)
    own, theirs = await history_of(ledger, ann), await history_of(ledger, guest)
    assert own + theirs == before
    assert len(list(theirs.elements())) > 4
    assert await ledger.claim_outbox([HISTORY_MOVES], SECOND, NOW + LEASE_MS - 1) == [], "it is left to who began it"
    (row,) = await ledger.claim_outbox([HISTORY_MOVES], SECOND, NOW + LEASE_MS)
    await ledger.merges.carry_on(row.payload["merge"])
    shared = Counter({(date(2026, 6, 1), 100): 2})  # what both took over stays with the guest, too
    assert (await history_of(ledger, ann), await history_of(ledger, guest)) == (before - shared, shared)
    (done,) = await ledger.merges.of(ann.id, HERE)
    assert done.did is not None
    assert (done.did.sessions, done.did.words_before, done.did.words_after) == (N + 2, 1_200, 1_200 + 828 + 200)
    assert await ledger.claim_outbox([HISTORY_MOVES], SECOND, NOW + 2 * LEASE_MS) == []


async def test_half_way_it_can_be_undone_and_so_can_the_undoing_be_ended(ledger: SqlLedger) -> None:
    ann, guest, meeting = await two_histories(ledger)
    before = await history_of(ledger, ann), await history_of(ledger, guest)
    projects = await ledger.projects.of(guest.id)
    for died_in_the_undoing in (False, True):
        with dies_after_the_first_page():
            await ledger.merges.merge(ann.id, meeting.id, HERE, NOW)
        if died_in_the_undoing:
            with dies_after_the_first_page():
                await ledger.merges.part(ann.id, meeting.id, NOW)
            with pytest.raises(RuleError, match="is being parted just now: try again in a moment"):
                await ledger.merges.merge(ann.id, meeting.id, HERE, NOW)
        await ledger.merges.part(ann.id, meeting.id, NOW)
        assert (await history_of(ledger, ann), await history_of(ledger, guest)) == before
        assert await ledger.projects.of(guest.id) == projects
        of_projects = [each.project for each in await ledger.history.page(guest.id, 50) if each.project]
        assert len(of_projects) == N / 2
        assert await ledger.claim_outbox([HISTORY_MOVES], SECOND, NOW + LEASE_MS) == []


async def test_parted_again_no_session_is_of_the_other_s_project(ledger: SqlLedger, short_pages: None) -> None:
    ann, guest, meeting = await two_histories(ledger)
    theirs, mine = (await ledger.projects.of(guest.id))[0].id, await project_of(ledger, ann)
    own = await entered(ledger, ann, 5)
    (came, *_) = [each.id for each in await ledger.history.page(guest.id, 50) if each.project == theirs]
    await ledger.merges.merge(ann.id, meeting.id, HERE, NOW)
    for id, project in (own, theirs), (came, mine):
        assert await ledger.change_session(ann.id, id, {"project": project}, NOW) is not None
    await ledger.merges.part(ann.id, meeting.id, NOW)
    for writer, id in (ann, own), (guest, came):
        session = await ledger.history.session(writer.id, id)
        assert session is not None
        assert session.project is None


async def test_the_same_once_more_goes_on_with_it(ledger: SqlLedger) -> None:
    ann, _, meeting = await two_histories(ledger)
    with dies_after_the_first_page():
        await ledger.merges.merge(ann.id, meeting.id, HERE, NOW)
    done = await ledger.merges.merge(ann.id, meeting.id, HERE, NOW)
    assert done.did is not None
    assert (done.sessions, done.did.sessions) == (2, N + 2)
    assert len(await ledger.history.page(ann.id, 50)) == N + 5


async def test_another_merge_waits_and_so_does_one_of_who_takes_over_a_file(ledger: SqlLedger) -> None:
    ann, _, meeting = await two_histories(ledger)
    (other,) = await guests(ledger, 1)
    await entered(ledger, other, 7)
    second = await met(ledger, ann, other)
    with dies_after_the_first_page():
        await ledger.merges.merge(ann.id, meeting.id, HERE, NOW)
    with pytest.raises(RuleError, match="waits for another history to be moved: try again in a moment"):
        await ledger.merges.merge(ann.id, second.id, HERE, NOW)
    await ledger.merges.carry_on(meeting.id)
    id = uuid.uuid4()
    await ledger.imports.begin(id, other.id, "csv", "words.csv", NOW)
    with pytest.raises(RuleError, match="is still taking over a file: try again when that is done"):
        await ledger.merges.merge(ann.id, second.id, HERE, NOW)
    row = [str(uuid.uuid4()), NOW, "2026-06-01", 180, 100, 5.0, None, None, "", "z"]
    await ledger.imports.store(id, other.id, "UTC", json.dumps([row]), NOW)
    await ledger.imports.finish(id, other.id, [], NOW)
    done = await ledger.merges.merge(ann.id, second.id, HERE, NOW)
    assert done.did is not None
    assert done.did.sessions == 2


async def test_a_process_looks_for_what_another_one_left_half_done(database: Place) -> None:
    ledger, relay, clock = await database.open(), MemoryRelay(), Clock()
    await clock.sample(ledger.now_ms)
    ann, guest, meeting = await two_histories(ledger)
    with dies_after_the_first_page():
        await ledger.merges.merge(ann.id, meeting.id, HERE, NOW)  # long before the clock's now
    plane = Plane(ledger, relay, clock, Limits(), Timing(outbox_ms=1))
    rounds = Upkeep(plane, Rooms(plane))
    rounds.start()

    async def is_done() -> bool:
        return len(await ledger.history.page(guest.id, 50)) == 2

    try:
        await wait_until(is_done)
    finally:
        await rounds.stop()
    assert len(await ledger.history.page(ann.id, 50)) == N + 5


async def test_beside_a_sprint_a_long_history_lets_others_write_after_each_page(database: Place) -> None:
    ledger = await database.open()
    room = await group(ledger, 2)
    sprint = await room.start()
    (guest,) = await guests(ledger, 1)
    await a_life_s_work(ledger, guest.id, AT_SIZE)
    meeting = await met(ledger, room.host, guest)
    async with room.counting(sprint) as counts:
        done = await ledger.merges.merge(room.host.id, meeting.id, HERE, NOW)
        assert done.did is not None
        assert (done.did.sessions, done.sessions) == (AT_SIZE, 0)
        await ledger.merges.part(room.host.id, meeting.id, NOW)
    assert counts() > 2 * AT_SIZE / moving.PAGE, "each page lets in those who wait"
    (apart,) = await ledger.merges.of(room.host.id, HERE)
    assert apart.sessions == AT_SIZE


Met = tuple[Two, Person, Person, Meeting]


@pytest.fixture
async def half_moved(two: Two, short_pages: None) -> Met:
    return two, *await two_histories(two[0])


async def test_two_processes_merge_the_same_at_once(half_moved: Met) -> None:
    (one, other), ann, guest, meeting = half_moved
    done = await asyncio.gather(*(each.merges.merge(ann.id, meeting.id, HERE, NOW) for each in (one, other)))
    assert {each.did.sessions for each in done if each.did is not None} == {N + 2}
    assert len(await one.history.page(ann.id, 50)) == N + 5
    assert len(await one.history.page(guest.id, 50)) == 2
    assert await one.claim_outbox([HISTORY_MOVES], SECOND, NOW + LEASE_MS) == []


async def test_one_process_merges_while_the_other_parts(half_moved: Met) -> None:
    (one, other), ann, guest, meeting = half_moved
    before = await history_of(one, ann), await history_of(one, guest)
    await one.merges.merge(ann.id, meeting.id, HERE, NOW)
    after = await history_of(one, ann), await history_of(one, guest)
    for _ in range(3):
        told = await asyncio.gather(
            one.merges.merge(ann.id, meeting.id, HERE, NOW),
            other.merges.part(ann.id, meeting.id, NOW),
            return_exceptions=True,
        )
        assert all("is being parted" in str(each) for each in told if isinstance(each, Exception))
        (stands,) = await one.merges.of(ann.id, HERE)
        found = await history_of(one, ann), await history_of(one, guest)
        assert found == (before if stands.merged_at is None else after)
        await one.merges.merge(ann.id, meeting.id, HERE, NOW)


async def test_one_process_deletes_the_writer_while_the_other_merges(half_moved: Met) -> None:
    (one, other), ann, guest, meeting = half_moved

    before = await history_of(one, guest)
    _, told = await asyncio.gather(
        delete(one, ann), other.merges.merge(ann.id, meeting.id, HERE, NOW), return_exceptions=True
    )
    assert await one.profile(ann.id) is None
    assert await one.claim_outbox([HISTORY_MOVES], SECOND, NOW + LEASE_MS) == []
    also = [each.payload["writer"] for each in await one.claim_outbox([WRITER_GOES], SECOND, NOW)]
    assert isinstance(told, (Meeting, LookupError))
    assert also in ([], [guest.id]), "who was merged goes, too"
    if not also:  # it came too late to be merged, and nothing of the guest's is lost
        assert await history_of(one, guest) == before


async def delete(ledger: SqlLedger, person: Person) -> None:
    await ledger.deletion.begin(person.id, NOW)
    async for _ in ledger.deletion.finish(person.id, NOW):
        pass


async def test_who_is_merged_into_a_guest_of_theirs_just_then_goes_too(two: Two, postgres: Postgres) -> None:
    one, other = two
    ann, ben, cleo = await guests(one, 3)
    for each in ben, cleo:
        await entered(one, each, 100)
    await merged(one, ann, ben)
    meeting = await met(one, ben, cleo)
    stays = await asyncpg.connect(postgres.url())
    try:
        async with stays.transaction():
            await stays.execute("SELECT FROM writing_sessions WHERE writer = $1 FOR UPDATE", cleo.id)
            merging = asyncio.create_task(other.merges.merge(ben.id, meeting.id, HERE, NOW))
            await wait_until(lambda: someone_waits(postgres))
            going = asyncio.create_task(one.deletion.begin(ann.id, NOW))
            await wait_until(lambda: someone_waits(postgres, 2))
    finally:
        await stays.close()
    await asyncio.gather(merging, going)

    gone = {each.payload["writer"] for each in await one.claim_outbox([WRITER_GOES], SECOND, NOW)}
    assert gone == {ann.id, ben.id, cleo.id}


async def test_who_goes_half_way_through_a_merge_or_its_undoing_takes_nothing_of_the_other_s(ledger: SqlLedger) -> None:
    ann, guest, meeting = await two_histories(ledger)
    before = await history_of(ledger, guest)
    with dies_after_the_first_page():
        await ledger.merges.merge(ann.id, meeting.id, HERE, NOW)
    with dies_after_the_first_page():
        await ledger.merges.part(ann.id, meeting.id, NOW)
    await delete(ledger, ann)
    assert await history_of(ledger, guest) == before

    (ben,) = await guests(ledger, 1)
    meeting = await met(ledger, ben, guest)
    with dies_after_the_first_page():
        await ledger.merges.merge(ben.id, meeting.id, HERE, NOW)
    await delete(ledger, guest)
    assert await history_of(ledger, ben) == before


async def test_who_was_met_since_is_not_gone_before_that_is_forgotten(
    ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a sign-in that was on its way."""
    guest, late = await guests(ledger, 2)
    ended = Deletion._end

    async def meets_before(self: Deletion, writer: int, now: int) -> bool:
        monkeypatch.setattr(Deletion, "_end", ended)
        row = {"id": str(uuid.uuid4()), "writer": late.id, "other": guest.id, "session": HERE, "met_at": NOW}
        async with ledger._database.writing() as connection:
            await connection.execute(merges.insert().values(row))
        return await ended(self, writer, now)

    monkeypatch.setattr(Deletion, "_end", meets_before)
    await delete(ledger, guest)
    assert await ledger.profile(guest.id) is None
    assert await ledger.merges.of(late.id, HERE) == []


async def test_nothing_is_merged_into_a_writer_who_goes(ledger: SqlLedger) -> None:
    ann, guest, meeting = await two_histories(ledger)
    before = await history_of(ledger, guest)
    await ledger.deletion.begin(ann.id, NOW)
    with pytest.raises(LookupError):
        await ledger.merges.merge(ann.id, meeting.id, HERE, NOW)
    assert await history_of(ledger, guest) == before
