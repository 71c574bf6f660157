"""One room in this process: its people, its sprint, its sockets, its tick, its one timer."""

import asyncio
import logging
from collections.abc import Awaitable, Sequence

from protocol.codec import encode
from protocol.codes import CloseCode
from protocol.messages import Cheered, Phase
from server.core import sprint as rules
from server.core.board import NOTHING, Register, Row, row
from server.core.records import Member, RoomState, SprintRecord
from server.live import telling
from server.live.answers import Answers
from server.live.attendance import Attendance
from server.live.audience import Audience
from server.live.connection import Connection
from server.live.crowd import Crowd
from server.live.deadline import Deadline
from server.live.ending import Ending
from server.live.inbox import Inbox
from server.live.notices import (
    BaselineNotice,
    CheerNotice,
    Notice,
    PresenceNotice,
    RevNotice,
    StoredNotice,
    WhoNotice,
    pack,
    rev_notice,
    stored_notice,
)
from server.live.plane import Plane
from server.live.pulse import Pulse
from server.live.reading import Reading
from server.live.round import Round, RoundHooks
from server.live.teller import Teller
from server.live.wire import frame_of

log = logging.getLogger("wordtide.live")

PUSH_ROWS = 256
READ_BEFORE_DEADLINE_S = 1.0
"""How long a deadline waits for SQL to say whether it still holds; without an answer it is acted on."""


class Room:
    def __init__(self, plane: Plane, state: RoomState) -> None:
        self._plane = plane
        self._loop = asyncio.get_running_loop()
        self.record = state.room
        self.id = state.room.id
        self.rev = -1
        """What has been read from SQL."""
        self._told_rev = -1
        """What has been told to people; a notice may be ahead of SQL's reading."""
        self._said_rev = -1
        """What this process has said to the others."""
        self.crowd = Crowd(plane.likeness)
        self.attendance = Attendance(self.crowd.presence, plane.clock, plane.timing, self._notify, self._name_changed)
        self.sprint: SprintRecord | None = None
        self.round: Round | None = None
        self._former: list[Round] = []
        self._hooks = RoundHooks(self.crowd.writer_of, self.refresh, self._row_changed, self._stored, self._acknowledge)
        self._audience = Audience(self._loop, self._everything, plane.timing.stuck_ms)
        self._teller = Teller(self.crowd, self._audience, plane.sizes)
        self._answers = Answers(self._loop, self.crowd, self._audience, self._teller)
        self._pulse = Pulse(
            self._loop,
            plane.clock.now,
            self.id,
            plane.timing.relay_flush_ms,
            self.crowd.tick_ms,
            lambda: self.inbox.hear(),
            self._tick,
            self._push,
        )
        self.inbox = Inbox(self._loop, plane.clock.now, self.crowd.tick_ms, self._pulse.will_push)
        self._ending = Ending(plane, self.store, self._change, lambda: self._teller.everybody_reported)
        self._deadline = Deadline(self._loop, plane.clock, lambda: plane.tasks.spawn(self._act()))
        self._told_phase: Phase | None = None
        self._is_revised = False  # since people were told last: there are other results, or other people
        self._reading = Reading(plane.tasks, self._read, lambda: self.rev)
        self._delayed = not plane.relay.healthy
        self.quiet_since = self._loop.time()
        self.crowd.apply(state.members)  # many perhaps, and nobody is here yet to be told of each
        self._teller.begin(None)
        self.take(state)

    @property
    def sockets(self) -> int:
        return len(self._audience)

    @property
    def is_busy(self) -> bool:
        """Whether a sprint is under way."""
        return self.sprint is not None and rules.is_unfinished(self.sprint.timeline, self._now())

    def _now(self) -> int:
        return self._plane.clock.now()

    # Coming and going ---------------------------------------------------------------------------------------------

    def enter(self, connection: Connection, slot: int | None) -> None:
        """A socket that said HELLO: tell it all, then everything that changes."""
        self._sit(connection, slot)
        self._audience.add(connection)

    def take_place(self, connection: Connection, slot: int | None) -> None:
        """The person of this socket has begun to write here, or stopped; if it is still here to be told."""
        if connection not in self._audience:
            return
        self._stand(connection)
        self._sit(connection, slot)
        welcome = telling.welcome(self.crowd, self.round, slot, self._plane.limits, self._now())
        own = [] if slot is None else self._teller.own(slot)
        self._audience.tell(connection, b"".join(frame_of(encode(message)) for message in (welcome, *own)))

    def leave(self, connection: Connection) -> None:
        self.inbox.hear()
        self._audience.remove(connection)
        self._stand(connection)
        self.quiet_since = self._loop.time()

    def _sit(self, connection: Connection, slot: int | None) -> None:
        if slot is None:
            return
        self._audience.sit(connection, slot)
        self.attendance.came(slot)
        if self.round is not None:
            self.round.begin([slot], self._now())

    def _stand(self, connection: Connection) -> None:
        slot = self._audience.stand(connection)
        if slot is not None:
            self.attendance.went(slot)

    # What is told -------------------------------------------------------------------------------------------------

    def _everything(self, connection: Connection) -> bytes:
        """The frames that tell a socket what stands."""
        messages = (
            telling.welcome(self.crowd, self.round, connection.slot, self._plane.limits, self._now()),
            telling.phase_now(self.sprint, self._told_rev, self._now(), self._delayed, self._told_phase),
        )
        return b"".join([*(frame_of(encode(message)) for message in messages), self._teller.everybody(connection.slot)])

    def _announce(self) -> None:
        message = telling.phase_now(self.sprint, self._told_rev, self._now(), self._delayed)
        self._told_phase, self._is_revised = Phase(message.phase), False
        self._audience.say(message)
        if self._teller.is_big:
            self._pulse.wake()  # who is on the board is another question at the bell

    def _tick(self, rows: set[int], names: set[int]) -> None:
        if self._is_revised:
            self._announce()
        self._teller.tick(rows, names)
        self._answers.tick()

    def _name_changed(self, slot: int) -> None:
        """What the roster says of this slot is not what it was."""
        if self.crowd.knows(slot):
            self._pulse.name_changed(slot)

    # Counts -------------------------------------------------------------------------------------------------------

    def _row_changed(self, slot: int, before: Register | None, own: bool) -> None:
        self._teller.row_changed(slot)
        self._pulse.row_changed(slot, push=own)
        self._answers.counted(slot, own)
        if self.round is not None and self.crowd.knows(slot) and self.round.flags(slot) != (before or NOTHING).flags:
            self._name_changed(slot)
        self._maybe_end_early()

    def _push(self, slots: set[int]) -> None:
        if self.round is not None:
            held = [(slot, self.round.counts.board.get(slot)) for slot in slots]
            rows = [row(slot, register) for slot, register in held if register is not None]
            for start in range(0, len(rows), PUSH_ROWS):
                self._plane.relay.push(self.id, self.round.id, rows[start : start + PUSH_ROWS])

    def rows_came(self, sprint: int, rows: Sequence[Row]) -> None:
        """From the relay."""
        if self.round is not None and self.round.id == sprint:
            self.round.rows_came(rows)

    def held(self, sprint: int) -> Sequence[tuple[int, Register]]:
        return self.round.counts.board.registers() if self.round is not None and self.round.id == sprint else []

    def acknowledge_if_stored(self, connection: Connection, slot: int) -> None:
        """What this socket has offered, if it is no news to SQL."""
        if self.round is not None:
            self._answers.offered(connection, slot, self.round)

    def _acknowledge(self, round: Round, rows: list[Row]) -> None:
        self._answers.stored(round, rows, is_current=round is self.round)
        self._maybe_end_early()

    def _stored(self, round: Round, rows: list[Row]) -> None:
        self._notify(stored_notice(round.id, rows))
        self._acknowledge(round, rows)
        if round.record.final:
            self._plane.tasks.spawn(self._tell_what_stands())  # results that were final may be other ones now

    async def store(self) -> bool:
        """Store everything that SQL lacks; whether it is stored."""
        self.inbox.hear()
        self._pulse.push_now()
        done = [await round.store() for round in self._rounds()]
        self._forget_idle()
        return all(done)

    def _forget_idle(self) -> None:
        """Former rounds of which SQL has everything."""
        self._former = [round for round in self._former if not round.idle]

    def _rounds(self) -> list[Round]:
        return self._former if self.round is None else [*self._former, self.round]

    # The timeline -------------------------------------------------------------------------------------------------

    def take(self, state: RoomState) -> None:
        """What SQL says of the room."""
        self.inbox.hear()
        if state.room.rev < self.rev:
            return
        self.record = state.room
        self.rev = state.room.rev
        for member in self.crowd.apply(state.members):
            self._member_changed(member)
        self._teller.resize()
        self._set_sprint(state.sprint, state.room.rev)

    def _member_changed(self, member: Member) -> None:
        self._teller.member_changed(member)
        self._name_changed(member.slot)
        self._answers.member_changed(member.slot)
        if self.round is not None and member.slot in self.round.counts.board:
            self._pulse.row_changed(member.slot, push=False)
        if member.removed:
            for connection in self._audience.of_writer(member.writer):
                connection.close(CloseCode.REMOVED)
        else:  # the place may be another's now, whose socket is another
            for connection in self._audience.of_slot(member.slot):
                if member.left or connection.person is None or connection.person.id != member.writer:
                    self.take_place(connection, None)
        self._maybe_end_early()

    def _set_sprint(self, sprint: SprintRecord | None, rev: int) -> None:
        if rev <= self._told_rev:
            return
        self.inbox.hear()
        known, self.sprint, self._told_rev = self.sprint, sprint, rev
        if sprint is not None:
            if self.round is None or self.round.id != sprint.id:
                self._open_round(sprint)
            else:
                self.round.record = sprint
        if known != sprint:
            self._announce()
        elif self._told_phase is Phase.RESULTS:
            self._is_revised = True
            self._pulse.wake()  # many may come at once: they are told of with the tick
        if self.round is not None:
            self.round.start(self.crowd.presence.local)
        self._deadline.arm(self.sprint)

    def _open_round(self, sprint: SprintRecord) -> None:
        self._pulse.forget_rows()
        former, self.round = self.round, Round(self._plane, sprint, self._hooks)
        self._teller.begin(self.round)
        self._plane.tasks.spawn(self.round.watch())
        self._forget_idle()
        if former is not None:
            self._former.append(former)
            self._plane.tasks.spawn(self._let_go(former))

    async def _let_go(self, former: Round) -> None:
        await former.store()
        self._forget_idle()
        await self._plane.relay.unwatch(self.id, former.id)
        if former.record.timeline.cancelled is not None:
            return  # it has no results to wait for
        # The next round may have begun before other processes have stored the last counts of this one.
        await asyncio.sleep((rules.final_due(former.record.timeline) - self._now() + 1) / 1_000)
        await self._change(self._plane.ledger.finalise(former.id, self._now()))

    async def watch(self) -> None:
        """Take part in the current sprint on the relay, and take in what the relay and SQL have of its counts."""
        if self.round is not None:
            await self.round.watch()

    async def recall(self, writer: int) -> None:
        """Take in what SQL has of a writer's count, before they are told of it or offer more."""
        if self.round is not None:
            await self.round.recall(writer)

    async def keep_true(self) -> None:
        """Every few seconds: what a timer or a reading that failed has left undone.

        The loop's timers stand still while a laptop sleeps, the clock does not: a deadline may have passed unseen.
        """
        if self.round is not None:
            await self.round.watch()
            await self.round.catch_up()
        if self._is_overdue:
            await self._act()
        self._maybe_end_early()

    @property
    def _is_overdue(self) -> bool:
        """Whether a deadline has passed that nobody was told of: it is not, before SQL was asked whether it holds."""
        return self.sprint is not None and rules.phase(self.sprint.timeline, self._now()) is not self._told_phase

    async def _act(self) -> None:
        """A deadline came. SQL is asked first whether it still holds; it may have been moved, and the notice lost."""
        self.inbox.hear()
        if not await self._plane.tasks.ends_within(READ_BEFORE_DEADLINE_S, self.refresh()):
            log.warning("room %s acts on its deadline unread", self.record.slug)
        self._deadline.arm(self.sprint)
        if self.sprint is None:
            return
        if self.round is not None:
            self.round.start(self.crowd.presence.local)
        if self._is_overdue:
            self._announce()
        await self._ending.settle(self.sprint, self._now())

    def _maybe_end_early(self) -> None:
        if self.sprint is not None:
            self._ending.maybe_close(self.sprint)

    async def _change(self, update: Awaitable[int | None]) -> None:
        """Await a conditional update of the timeline; if it changed something, everybody is told."""
        if await update is not None:
            await self._tell_what_stands()

    async def _tell_what_stands(self) -> None:
        await self.refresh()
        self.tell_rev()

    async def refresh(self, rev: int | None = None) -> None:
        """Read from SQL what changed since the last reading, or nothing where `rev` is known already."""
        await self._reading.ask(rev)

    async def _read(self) -> None:
        state = await self._plane.ledger.room_state(self.id, self.rev)
        if state is not None:
            self.take(state)

    # Notices ------------------------------------------------------------------------------------------------------

    def _notify(self, notice: Notice) -> None:
        self._plane.relay.notify(self.id, pack(notice))

    def tell_rev(self) -> None:
        """Say to every process what stands now, once."""
        if self.rev > self._said_rev:
            self._said_rev = self.rev
            self._notify(rev_notice(self.rev, self.sprint))

    def cheer(self, slot: int, to: int | None, kind: int, id: int) -> None:
        if self._teller.takes_cheer():  # and is told, and paid for, when this process hears of it itself
            self._notify(CheerNotice(slot, to, kind, id))

    def tell_start_total(self, sprint: int, slot: int, total: int) -> None:
        """Whichever process the writer comes to next goes on from it."""
        self._notify(BaselineNotice(sprint, slot, total))

    def notice_came(self, notice: Notice) -> None:
        match notice:
            case RevNotice(rev=rev):
                self._set_sprint(notice.record(self.id), rev)
                if rev > self.rev:
                    self._plane.tasks.spawn(self.refresh(rev))
            case StoredNotice(sprint=sprint):
                if self.round is not None and self.round.id == sprint:
                    self.round.heard_stored(notice)
            case BaselineNotice(sprint=sprint, slot=slot, start_total=total):
                if self.round is not None and self.round.id == sprint:
                    self.round.counts.set_start_total(slot, total)
            case CheerNotice(slot=slot, to=to, kind=kind, id=id):
                if self._teller.is_new_cheer(slot, id):
                    self._teller.tell_cheer(Cheered(slot, to, kind))
            case PresenceNotice():
                self.attendance.heard(notice)
            case WhoNotice():
                self.attendance.answer()

    def relay_health(self, healthy: bool) -> None:
        if self._delayed is healthy:
            self._delayed = not healthy
            if not self._is_overdue:
                self._announce()
            if healthy:
                self.attendance.call_roll()
                if self.round is not None:
                    self.round.may_have_missed = True
                    self._plane.tasks.spawn(self.round.catch_up())

    # The end of the room in this process --------------------------------------------------------------------------

    @property
    def may_be_reaped(self) -> bool:
        return not len(self._audience) and self._pulse.idle and all(round.idle for round in self._rounds())

    def stop(self) -> None:
        self._pulse.stop()
        self._answers.stop()
        self.attendance.stop()
        self._audience.stop()
        self._deadline.stop()
        for round in self._rounds():
            round.stop()
