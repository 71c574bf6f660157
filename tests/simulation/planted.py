"""Bugs that the simulation must find: each is planted into the product's own code while a test runs."""

from collections.abc import Callable

import pytest

from protocol.messages import Ack, AckKind
from server.core import sprint as rules
from server.core.board import Board, Register, Row
from server.core.records import CountRow, Member
from server.live import relay_redis
from server.live.crowd import Crowd
from server.live.notices import StoredNotice
from server.live.relay_versions import Known, Versions
from server.live.room import Room
from server.live.round import Round
from server.live.saver import Saver

Plant = Callable[[pytest.MonkeyPatch], None]


def merge_by_more_words(patch: pytest.MonkeyPatch) -> None:
    def merge(self: Board, slot: int, register: Register) -> bool:
        held = self._registers.get(slot)
        if held is not None and held.words >= register.words:
            return False
        self._registers[slot] = register
        return True

    patch.setattr(Board, "merge", merge)


def no_republish(patch: pytest.MonkeyPatch) -> None:
    """A Redis that came back empty is not told what this process holds."""
    patch.setattr(relay_redis, "newer", lambda mine, theirs: [])


def version_not_reset(patch: pytest.MonkeyPatch) -> None:
    """A version of another epoch is compared as if it were of the same."""
    came, agrees = Versions.came, Versions.agrees
    patch.setattr(Versions, "came", lambda self, epoch, version: came(self, self.known.epoch or epoch, version))

    def agree(self: Versions, before: Known, found: Known) -> bool:
        return found.version <= self.known.version or agrees(self, before, found)

    patch.setattr(Versions, "agrees", agree)


def ack_of_the_board(patch: pytest.MonkeyPatch) -> None:
    """What the board holds by now is acknowledged, instead of what was committed."""

    def acknowledge(self: Room, round: Round, rows: list[Row]) -> None:
        for each in rows:
            held = round.counts.board.get(each.slot)
            for connection in self._audience.of_slot(each.slot):
                connection.say(Ack(AckKind.COUNT, round.id, each.seq if held is None else held.seq))

    patch.setattr(Room, "_acknowledge", acknowledge)


def rev_not_read_before_a_deadline(patch: pytest.MonkeyPatch) -> None:
    act, refresh = Room._act, Room.refresh
    acting: set[Room] = set()

    async def act_unread(self: Room) -> None:
        acting.add(self)
        await act(self)

    async def read_unless_acting(self: Room, rev: int | None = None) -> None:
        if self in acting:
            acting.discard(self)
        else:
            await refresh(self, rev)

    patch.setattr(Room, "_act", act_unread)
    patch.setattr(Room, "refresh", read_unless_acting)


def clean_before_the_commit(patch: pytest.MonkeyPatch) -> None:
    """A row counts as stored as soon as it is on its way."""
    store = Saver._store

    async def forget_first(self: Saver, rows: list[CountRow]) -> None:
        self.counts.unsaved -= {each.slot for each in rows}
        await store(self, rows)

    patch.setattr(Saver, "_store", forget_first)


def a_removed_writer_is_shown(patch: pytest.MonkeyPatch) -> None:
    """Whoever has a row is shown, instead of whoever is a member."""
    patch.setattr(Crowd, "shown", lambda self, slot: self.knows(slot))


def a_removed_writer_s_row_is_deleted(patch: pytest.MonkeyPatch) -> None:
    """Any process may bring it back, and none knows any more what it must store."""
    changed = Room._member_changed

    def delete(self: Room, member: Member) -> None:
        if member.removed and self.round is not None:
            self.round.counts.board._registers.pop(member.slot, None)
        changed(self, member)

    patch.setattr(Room, "_member_changed", delete)


def final_at_once(patch: pytest.MonkeyPatch) -> None:
    """The results do not wait for what other processes have still to store."""
    patch.setattr(rules, "FINAL_DELAY_MS", 0)


def started_without_reading_sql(patch: pytest.MonkeyPatch) -> None:
    """A process that starts takes the counts from Redis alone."""

    async def watch(self: Round) -> None:
        if not self._is_watched:
            self._is_watched = True
            self.rows_came(await self._plane.relay.watch(self.record.room, self.id))

    patch.setattr(Round, "watch", watch)


def stored_means_the_newest_is(patch: pytest.MonkeyPatch) -> None:
    """Hearing that a row is stored elsewhere, a process believes that what it holds of that writer is."""

    def heard(self: Round, notice: StoredNotice) -> None:
        rows = list(map(Row._make, notice.rows))
        self.rows_came(rows)
        self.counts.unsaved -= {each.slot for each in rows}
        self._hooks.stored_elsewhere(self, [each for each in rows if self.counts.saw_stored(each)])

    patch.setattr(Round, "heard_stored", heard)


PLANTED: list[Plant] = [
    value
    for name, value in list(globals().items())
    if getattr(value, "__module__", None) == __name__ and getattr(value, "__code__", None) is not None
]
