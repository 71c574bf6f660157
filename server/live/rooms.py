"""The rooms that are open in this process: opening them once, finding them, keeping them true, letting them go."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from protocol.codes import CloseCode, ErrorCode
from protocol.messages import Baseline, CommandArgs, Count, GoAway, Op, Role
from server.core import sprint as rules
from server.core.board import Register, Row
from server.core.offer import judge
from server.core.records import CountRow, Member, Outcome, Person, SprintRecord
from server.core.sprint import FullError, RuleError
from server.live.connection import Connection
from server.live.devices import Devices
from server.live.notices import EVERYWHERE, EndedNotice, Notice, pack, rev_notice, unpack
from server.live.plane import Plane
from server.live.room import Room

log = logging.getLogger("wordtide.live")

REAP_AFTER_S = 30.0
NO_MEMBERS = 2**62
"""A rev that none reaches: nobody's row changed after it."""
SLICE = 256
STORE_S = 6.0
"""How long a process that is to end waits for SQL: so that there is time left to say goodbye."""
JOIN_FIRST = "join the room first"
MAX_SOCKETS_OF_A_WRITER = 5


class Rooms:
    """What a process holds of the live plane. Also the relay's listener, and what HTTP asks for live things."""

    def __init__(self, plane: Plane) -> None:
        self._plane = plane
        self._rooms: dict[int, Room] = {}
        self._by_slug: dict[str, int] = {}
        """Of the rooms that are open: a slug is for ever its room's."""
        self._opening: dict[int, asyncio.Task[Room | None]] = {}
        self._buffered: defaultdict[int, list[Callable[[Room], None]]] = defaultdict(list)
        self.devices = Devices(plane)
        self._sockets: dict[Connection, None] = {}
        self._sockets_of: defaultdict[int, list[Connection]] = defaultdict(list)
        self.connections = 0
        """Sockets that are open or being let in."""
        self.unknown_messages = 0
        """With a tag that this version does not know: dropped, and counted here."""
        self.draining = False

    @property
    def healthy(self) -> bool:
        return self._plane.relay.healthy

    def __iter__(self) -> Iterator[Room]:
        return iter(list(self._rooms.values()))

    async def listen(self) -> None:
        """To what concerns every process. The relay has been started."""
        await self._plane.relay.open(EVERYWHERE)

    # Opening and letting go ---------------------------------------------------------------------------------------

    async def open_slug(self, slug: str) -> Room | None:
        opened = self._by_slug.get(slug)
        if opened is not None:
            return await self.open(opened)
        room = await self._plane.ledger.room_id(slug)
        return None if room is None else await self.open(room)

    async def open(self, room: int) -> Room | None:
        """The room, opened if it was not; None if there is none. Callers at the same time share one opening."""
        if room in self._rooms:
            self._rooms[room].quiet_since = asyncio.get_running_loop().time()  # whoever asked is about to enter
            return self._rooms[room]
        if room not in self._opening:
            self._opening[room] = self._plane.tasks.begin(self._open(room))
        return await asyncio.shield(self._opening[room])

    async def _open(self, id: int) -> Room | None:
        """Subscribe and buffer, read SQL, read the relay, apply: in this order nothing falls between."""
        try:
            await self._plane.relay.open(id)
            room = await self._read(id)
            if room is None:
                await self._plane.relay.close(id)
                return None
            self._rooms[id] = room
            self._by_slug[room.record.slug] = id
            room.relay_health(self.healthy)
            for apply in self._buffered.pop(id, []):
                apply(room)
            room.attendance.ask()
            return room
        except BaseException:
            await self._plane.relay.close(id)
            raise
        finally:
            self._opening.pop(id, None)
            self._buffered.pop(id, None)

    async def _read(self, id: int) -> Room | None:
        state = await self._plane.ledger.room_state(id)
        if state is None:
            return None
        room = Room(self._plane, state)
        try:
            await room.watch()
        except BaseException:
            room.stop()
            raise
        return room

    async def reap(self) -> None:
        """Let go of rooms that nobody has looked at for a while and that hold nothing SQL lacks."""
        loop = asyncio.get_running_loop()
        for room in self:
            if room.may_be_reaped and loop.time() - room.quiet_since > REAP_AFTER_S:
                del self._rooms[room.id], self._by_slug[room.record.slug]
                room.stop()
                await self._plane.relay.close(room.id)

    def holds(self, room: Room) -> bool:
        """Whether it has not been let go of."""
        return self._rooms.get(room.id) is room

    # People -------------------------------------------------------------------------------------------------------

    def register(self, connection: Connection) -> None:
        """A socket is open; the oldest of a writer with too many is closed."""
        self._sockets[connection] = None
        self.devices.add(connection)
        if connection.person is not None:
            theirs = self._sockets_of[connection.person.id]
            theirs.append(connection)
            if len(theirs) > MAX_SOCKETS_OF_A_WRITER:
                theirs.pop(0).close(CloseCode.TOO_MANY_SOCKETS)

    def unregister(self, connection: Connection) -> None:
        del self._sockets[connection]
        self.devices.remove(connection)
        if connection.person is not None:
            theirs = self._sockets_of[connection.person.id]
            if connection in theirs:
                theirs.remove(connection)
            if not theirs:
                del self._sockets_of[connection.person.id]

    def sign_out(self, sessions: Sequence[str], anew: bool = False) -> None:
        """These have ended in SQL: whoever came by them is shown out, in all processes. `anew`: see devices.py."""
        self.devices.sign_out(sessions, anew)

    async def join(self, room: int, person: Person) -> Member:
        """Make the person a writer of the room, and tell everybody. A removed one comes back removed.

        RuleError (CONFLICT): they are new here, and their name may be taken for a host's. FullError: no place is free.
        """
        opened = await self.open(room)
        if opened is not None:
            place = await self.member(opened, person)  # so that a host made elsewhere a moment ago is known at the door
            has_place = place is not None and (not place.left or place.role is Role.HOST)
            if not has_place and opened.crowd.writers >= self._plane.limits.room_writers:
                raise FullError
            person = opened.crowd.admitted(person)
        member = await self._plane.ledger.join(room, person, self._plane.clock.now())
        await self._changed(room, member.rev)
        return member

    async def member(self, room: Room, person: Person) -> Member | None:
        """The person's place. SQL is asked before they have none: they may just have joined through another process."""
        member = room.crowd.of_writer(person.id)
        if member is None:
            await room.refresh()
            member = room.crowd.of_writer(person.id)
        return member

    # Commands -----------------------------------------------------------------------------------------------------

    async def command(self, room: int, person: Person, id: str, op: int, args: CommandArgs) -> Outcome:
        """Run a command in SQL, then tell every process. A repeat of the same id answers as before."""
        outcome = await self._plane.ledger.command(room, person.id, id, op, args, self._plane.clock.now())
        if outcome.code == ErrorCode.OK:
            if op == Op.BASELINE and isinstance(args, Baseline):
                await self._tell_start_total(room, person, args)
            else:
                await self._changed(room, outcome.rev)
        return outcome

    async def _tell_start_total(self, id: int, person: Person, args: Baseline) -> None:
        room = await self.open(id)
        member = None if room is None else room.crowd.of_writer(person.id)
        if room is not None and member is not None:
            room.tell_start_total(args.sprint, member.slot, args.start_total)

    async def _changed(self, id: int, rev: int | None = None) -> None:
        """SQL has news of a room, at this rev if that is known: read it here, tell the others."""
        room = await self.open(id)
        if room is not None:
            await room.refresh(rev)
            room.tell_rev()

    async def tell_as_stored(self, id: int) -> None:
        """Say to every process that has the room open what SQL has of it. Opens it nowhere."""
        state = await self._plane.ledger.room_state(id, NO_MEMBERS)
        if state is not None:
            self._plane.relay.notify(id, pack(rev_notice(state.room.rev, state.sprint)))

    # Counts -------------------------------------------------------------------------------------------------------

    def board(self, sprint: int) -> Mapping[int, Register] | None:
        room = self._with_sprint(sprint)
        if room is None or room.round is None:
            return None
        return {each.slot: each.register for each in room.round.counts.board}

    def _with_sprint(self, sprint: int) -> Room | None:
        return next((room for room in self if room.sprint is not None and room.sprint.id == sprint), None)

    async def offer(self, sprint: int, person: Person, seq: int, words: int, flags: int, active_ms: int) -> CountRow:
        """A COUNT from outside the socket: the same rules, answered when it is stored with what stands in SQL.

        Raises RuleError: NO_SUCH_SPRINT, NOT_ALLOWED (no member), CLOCK_AHEAD.
        """
        record = await self._plane.ledger.sprint(sprint)
        room = None if record is None else await self.open(record.room)
        if record is None or room is None:
            raise RuleError(ErrorCode.NO_SUCH_SPRINT, "id", "names no sprint")
        return await self.offer_in(room, record, person, Count(sprint, seq, words, flags, active_ms))

    async def offer_in(
        self, room: Room, sprint: SprintRecord, person: Person, count: Count, received: int | None = None
    ) -> CountRow:
        """As `offer`, of any sprint of this room, the current one or one long over. `received`: Unix ms, if it was not
        just now."""
        member = await self.member(room, person)
        if member is None or member.removed:
            raise RuleError(ErrorCode.NOT_ALLOWED, "", JOIN_FIRST)
        round = room.round
        if round is not None and round.id == sprint.id:
            await room.recall(person.id)
            round.begin([member.slot], member.joined_at)
            round.offer(member.slot, count, received)
            if not await round.store({member.slot}):
                raise OSError("the count is held, and not stored yet")
            stored = round.counts.stored.get(member.slot)
            if stored is None:  # SQL has just given their place to somebody else
                raise RuleError(ErrorCode.NOT_ALLOWED, "", JOIN_FIRST)
            return CountRow(member.slot, person.id, stored, round.counts.active_ms(member.slot))
        return await self._offer_former(room, sprint, member, count, received)

    async def _offer_former(
        self, room: Room, sprint: SprintRecord, member: Member, count: Count, received: int | None
    ) -> CountRow:
        """A count of a sprint that the room has left behind goes straight to SQL."""
        now = self._plane.clock.now()
        held = await self._plane.ledger.count_of(sprint.id, member.writer)
        news = judge(count, sprint.timeline, received or now, None if held is None else held.register)
        if news is None:
            assert held is not None
            return held
        since = max(sprint.timeline.starts, member.joined_at)
        active_ms = min(count.active_ms, rules.active_limit(sprint.timeline))
        row = CountRow(member.slot, member.writer, news, active_ms, joined_at=since)
        stands = await self._plane.ledger.checkpoint(sprint.id, [row], now)
        await self._changed(room.id)
        if member.slot not in stands:
            raise RuleError(ErrorCode.NOT_ALLOWED, "", JOIN_FIRST)
        return stands[member.slot]

    # The relay's listener -----------------------------------------------------------------------------------------

    def rows_came(self, room: int, sprint: int, rows: Sequence[Row]) -> None:
        self._apply(room, lambda opened: opened.rows_came(sprint, rows))

    def notice_came(self, room: int, notice: bytes) -> None:
        message = unpack(notice)
        if isinstance(message, EndedNotice):
            self.devices.ended(message.sessions, message.anew)
        elif message is not None:
            known: Notice = message
            self._apply(room, lambda opened: opened.notice_came(known))

    def _apply(self, id: int, apply: Callable[[Room], None]) -> None:
        room = self._rooms.get(id)
        if room is not None:
            apply(room)
        elif id in self._opening:
            self._buffered[id].append(apply)

    def held(self, room: int, sprint: int) -> Sequence[tuple[int, Register]]:
        return self._rooms[room].held(sprint) if room in self._rooms else []

    def relay_health(self, healthy: bool) -> None:
        for room in self:
            room.relay_health(healthy)

    # Keeping true -------------------------------------------------------------------------------------------------

    async def poll(self) -> None:
        """One query for all open rooms: whichever has a newer rev in SQL than here is read again."""
        rooms = list(self)
        if not rooms:
            return
        revs = await self._plane.ledger.revs([room.id for room in rooms])
        for room in rooms:
            try:
                if revs.get(room.id, -1) > room.rev:
                    await room.refresh()
                await room.keep_true()
            except Exception as error:  # the others want to be looked at all the same
                log.warning("room %s could not be looked at, trying again: %r", room.record.slug, error)

    async def drain(self, spread_ms: int) -> None:
        """Send everybody elsewhere, and leave nothing behind that SQL lacks."""
        self.draining = True
        await self._to_all(lambda connection: connection.say(GoAway(0, spread_ms)))
        if not await self._plane.tasks.ends_within(STORE_S, self._store_all()):
            log.warning("not everything could be stored before the end; browsers keep what was not acknowledged")
        await self._to_all(lambda connection: connection.close(CloseCode.DRAIN))
        for room in self:
            room.attendance.end()

    async def _store_all(self) -> None:
        if not all(await asyncio.gather(*(room.store() for room in self))):
            raise OSError("SQL did not take all counts")

    async def _to_all(self, tell: Callable[[Connection], object]) -> None:
        """In slices, between which everything else goes on."""
        sockets = list(self._sockets)
        for start in range(0, len(sockets), SLICE):
            for connection in sockets[start : start + SLICE]:
                tell(connection)
            await asyncio.sleep(0)

    def stop(self) -> None:
        for room in self:
            room.stop()
