"""What is said on one socket, from HELLO to goodbye, and how its faults become close codes."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from protocol.codec import MalformedError, WrongFieldError, decode_client, tag_of
from protocol.codes import CloseCode, ErrorCode, is_temporary
from protocol.messages import (
    CAN_VIEW_ONLY,
    Ack,
    AckKind,
    Bye,
    Command,
    Count,
    ErrorMessage,
    GiveCheer,
    Hello,
    Op,
    Ping,
    Pong,
)
from server.core.records import Person
from server.core.sprint import FullError, RuleError
from server.live import telling
from server.live.connection import Connection
from server.live.plane import Plane
from server.live.room import Room
from server.live.rooms import JOIN_FIRST, Rooms
from server.live.wire import MAX_WAITING, Wire

log = logging.getLogger("wordtide.live")

NORMAL, INTERNAL = 1000, 1011
"""The standard's close codes for an end that was asked for, and for what went wrong here: browsers come back then."""
MESSAGES_PER_S = 50
BURST = 200
FLOOD = -400
"""Counts above the rate are merged all the same, other messages are refused; this far below zero ends it."""
COMMANDS_AT_ONCE = 8
CHEERS_PER_S, CHEERS_AT_ONCE = 1, 5
"""Each goes to everybody in the room."""
COUNT = Count.__struct_config__.tag
ONLY_WATCHES = "needs a token with rooms:write"


class CloseError(Exception):
    """This connection is to be closed with `code`."""

    def __init__(self, code: CloseCode) -> None:
        super().__init__(code.name)
        self.code = code


class Bucket:
    """A rate limit: `take()` answers what is left, below zero when it came too fast."""

    def __init__(self, per_s: float, burst: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._per_s, self._burst = per_s, burst
        self._left = float(burst)
        self._at = self._loop.time()

    def take(self) -> float:
        now = self._loop.time()
        self._left = min(self._burst, self._left + (now - self._at) * self._per_s) - 1
        self._at = now
        return self._left


Step = Callable[[], Coroutine[Any, Any, None]]
"""Begun only by the task that takes it: one that ends before leaves no coroutine behind that nobody awaited."""


class Dialogue:
    """Hears what its socket says, in order. Most of it is dealt with at once, and costs no task; what has to wait for
    SQL is a step, and what is said meanwhile waits for its end.
    """

    def __init__(self, plane: Plane, rooms: Rooms, connection: Connection) -> None:
        self._plane = plane
        self._rooms = rooms
        self._connection = connection
        self._room: Room | None = None
        self._bucket = Bucket(MESSAGES_PER_S, BURST)
        self._cheers = Bucket(CHEERS_PER_S, CHEERS_AT_ONCE)
        self._commands = 0
        self._one_by_one = asyncio.Lock()
        self._step: asyncio.Task[None] | None = None
        self._waiting: deque[tuple[bytes | None, int]] = deque()
        """What was said meanwhile, and when it came, Unix ms: the bell may ring before it is heard."""
        self._is_over = False
        self._is_closed = False
        hello_s = plane.timing.hello_ms / 1_000
        self._hello_due = asyncio.get_running_loop().call_later(hello_s, self._close, CloseCode.NO_HELLO)
        rooms.register(connection)

    @property
    def wire(self) -> Wire:
        return self._connection.wire

    # What the wire says -------------------------------------------------------------------------------------------

    def heard(self, data: bytes | None) -> None:
        room = self._room
        if room is not None and self._step is None:
            if data is not None and tag_of(data) == COUNT:
                room.inbox.take(self, data)
                return
            room.inbox.hear_from(self)
        if self._step is None:
            self._hear(data)
        elif len(self._waiting) < MAX_WAITING:
            self._waiting.append((data, self._plane.clock.now()))
            self.wire.pause()
        else:
            self.wire.abort()

    def say(self, data: bytes, received: int) -> None:
        """A count that came at `received` (Unix ms) and has waited in the room."""
        if self._step is not None:
            self._waiting.append((data, received))
        elif not self._is_closed:
            self._hear(data, received)

    def gone(self) -> None:
        self._is_over = True
        self._hello_due.cancel()
        self._rooms.unregister(self._connection)
        self._rooms.connections -= 1
        if self._step is None:
            self._leave()

    def _leave(self) -> None:
        """After all that was said: a count may have come just before its page was closed."""
        if self._room is not None:
            self._room.leave(self._connection)

    def _hear(self, data: bytes | None, received: int | None = None) -> None:
        """`received`: Unix ms, if it is not just now."""
        try:
            step = self._understand(data, received)
        except Exception as error:
            self._fail(error)
        else:
            if step is not None:
                self._step = self._plane.tasks.begin(self._take(step))

    async def _take(self, step: Step) -> None:
        try:
            await step()
        except Exception as error:
            self._fail(error)
        self._step = None
        self._catch_up()

    def _catch_up(self) -> None:
        while self._waiting:
            self._hear(*self._waiting.popleft())
            if self._step is not None:
                return
        if self._is_over:
            self._leave()
        else:
            self.wire.resume()

    def _fail(self, error: Exception) -> None:
        match error:
            case CloseError(code=code):
                self._close(code)
            case MalformedError():
                self._close(CloseCode.MALFORMED)
            case _ if self._plane.passes(error):
                log.warning("a connection is closed, the database is away: %r", error)
                self._close(INTERNAL)
            case _:
                log.error("a connection failed", exc_info=error)  # what went wrong is for the log, not for the client
                self._close(INTERNAL)

    def _close(self, code: int) -> None:
        """What waits is not heard any more: it was said to a socket that is closed."""
        self._is_closed = True
        self._waiting.clear()
        self._connection.close(code)

    def _understand(self, data: bytes | None, received: int | None) -> Step | None:
        """Deal with a message; what is left to be awaited, if anything is."""
        if data is None:
            raise MalformedError("messages are binary")
        left = self._bucket.take()
        if left < FLOOD:
            raise CloseError(CloseCode.RATE_LIMITED)
        try:
            message = decode_client(data)
        except WrongFieldError as error:
            self._say_wrong(error)
            return None
        match message:
            case None:
                self._rooms.unknown_messages += 1
            case Ping() | Command() if left < 0:
                self._refuse(_ref(message), ErrorCode.TOO_FAST)
            case Ping():
                self._pong(message)
            case Bye():
                self._close(NORMAL)
            case _:
                if self._room is None:
                    return self._first(message, received)
                return self._next(self._room, message, received)
        return None

    # HELLO --------------------------------------------------------------------------------------------------------

    def _first(self, message: Hello | Count | Command, received: int | None) -> Step | None:
        if isinstance(message, Hello):
            self._hello_due.cancel()
            return partial(self._begin, message, received or self._plane.clock.now())
        self._refuse(_ref(message), ErrorCode.BAD_REQUEST, rule="say HELLO first")
        return None

    async def _begin(self, hello: Hello, received: int) -> None:
        room, slot = await self._enter(hello)
        if not self._rooms.holds(room):
            raise TimeoutError("SQL answered so late that the room was let go of meanwhile")
        room.enter(self._connection, slot)
        self._room = room
        if hello.sprint is not None:  # a count that the writer's browser never saw acknowledged
            count = Count(hello.sprint, hello.seq, hello.words, hello.flags, hello.active_ms)
            step = self._count(room, count, received)
            if step is not None:
                await step()

    async def _enter(self, hello: Hello) -> tuple[Room, int | None]:
        """The room, and the writer's slot in it; None for who watches."""
        person = self._connection.person
        room = await self._rooms.open_slug(hello.room)
        if room is None:
            raise CloseError(CloseCode.NO_SUCH_ROOM)
        is_private = room.record.visibility == "private"
        if person is None and is_private:
            raise CloseError(CloseCode.NO_SUCH_ROOM)  # whoever has no name may not learn either that it is there
        view_only = bool(hello.capabilities & CAN_VIEW_ONLY) or not self._connection.may_write
        if person is None and not view_only:
            raise CloseError(CloseCode.NOT_SIGNED_IN)
        member = None if person is None else room.crowd.of_writer(person.id)
        if person is not None and member is None and is_private:
            member = await self._rooms.member(room, person)
        if member is not None and member.removed:
            raise CloseError(CloseCode.REMOVED)
        if is_private and member is None:
            raise CloseError(CloseCode.NO_SUCH_ROOM)
        slot = None
        if person is not None and not view_only:
            await room.recall(person.id)  # before their place: nothing may wait between that and their entering
            try:
                slot = await self._place(room, person)
            except FullError as full:
                raise CloseError(CloseCode.FULL) from full
            except RuleError as misnamed:
                raise CloseError(CloseCode.MISNAMED) from misnamed
        return room, slot

    async def _place(self, room: Room, person: Person) -> int:
        """The writer's slot. Coming back writes nothing, unless the name changed and no sprint is disturbed."""
        member = room.crowd.of_writer(person.id)
        if member is None or member.left or (member.name != person.name and not room.is_busy):
            joined = await self._rooms.join(room.id, person)
            member = room.crowd.of_writer(person.id) or joined  # they may have been removed since
        if member.removed:
            raise CloseError(CloseCode.REMOVED)
        return member.slot

    # What is said after it ----------------------------------------------------------------------------------------

    def _next(self, room: Room, message: Hello | Count | Command, received: int | None) -> Step | None:
        match message:
            case Count():
                return self._count(room, message, received)
            case Command():
                self._command(room, message)
            case Hello():
                self._refuse(0, ErrorCode.BAD_REQUEST, rule="HELLO is said once")
        return None

    def _pong(self, ping: Ping) -> None:
        came = self._plane.clock.now()
        self._connection.say(Pong(ping.c0, came, self._plane.clock.now()))

    def _count(self, room: Room, count: Count, received: int | None = None) -> Step | None:
        slot = self._connection.slot
        if not self._connection.may_write:
            self._refuse(count.sprint, ErrorCode.NOT_ALLOWED, rule=ONLY_WATCHES)
        elif slot is None or self._connection.person is None:
            self._refuse(count.sprint, ErrorCode.NOT_ALLOWED, rule=JOIN_FIRST)
        elif room.round is not None and room.round.id == count.sprint:
            try:
                room.round.offer(slot, count, received)
            except RuleError as error:
                self._refuse(count.sprint, error.code, error.field, error.rule)
            else:
                room.acknowledge_if_stored(self._connection, slot)
        else:
            came = received or self._plane.clock.now()
            return partial(self._former_count, room, self._connection.person, count, came)
        return None

    async def _former_count(self, room: Room, person: Person, count: Count, received: int) -> None:
        """A sprint that the room has left behind. SQL is asked before it is said that there is none."""
        try:
            record = await self._plane.ledger.sprint(count.sprint)
            if record is None or record.room != room.id:
                raise RuleError(ErrorCode.NO_SUCH_SPRINT, "sprint", "is no sprint of this room")
            stands = await self._rooms.offer_in(room, record, person, count, received)
        except RuleError as error:
            self._refuse(count.sprint, error.code, error.field, error.rule)
        except Exception as error:  # no ACK, so the browser offers it again
            if self._plane.passes(error):
                log.warning("a count of sprint %d is not stored yet: %r", count.sprint, error)
            else:
                log.exception("a count of sprint %d cannot be stored", count.sprint)
            self._refuse(count.sprint, ErrorCode.INTERNAL)
        else:
            self._connection.say(telling.ack(count.sprint, stands.register))

    def _command(self, room: Room, command: Command) -> None:
        """Commands wait for SQL; counts on the same socket do not wait for commands."""
        if self._commands >= COMMANDS_AT_ONCE:
            self._refuse(command.id, ErrorCode.TOO_FAST)
            return
        self._commands += 1
        self._plane.tasks.spawn(self._run_command(room, command))

    async def _run_command(self, room: Room, command: Command) -> None:
        try:
            async with self._one_by_one:  # LEAVE and JOIN end as they were said
                await self._obey(room, command)
        except RuleError as error:
            self._refuse(command.id, error.code, error.field, error.rule)
        except CloseError as error:
            self._connection.close(error.code)
        except Exception as error:
            if self._plane.passes(error):
                log.warning("a command failed for now: %r", error)
            else:
                log.exception("a command failed")
            self._refuse(command.id, ErrorCode.INTERNAL)
        finally:
            self._commands -= 1

    async def _obey(self, room: Room, command: Command) -> None:
        person, slot = self._connection.person, self._connection.slot
        if person is None:
            raise RuleError(ErrorCode.NOT_SIGNED_IN, "", "give a name first")
        if not self._connection.may_write:
            raise RuleError(ErrorCode.NOT_ALLOWED, "", ONLY_WATCHES)
        if command.op == Op.JOIN:
            await room.recall(person.id)
            slot = await self._place(room, person)
            room.take_place(self._connection, slot)
        elif command.op == Op.CHEER:
            self._cheer(room, slot, command.id, command.args)
        else:
            outcome = await self._rooms.command(room.id, person, str(command.id), command.op, command.args)
            if outcome.code != ErrorCode.OK:
                raise RuleError(ErrorCode(outcome.code), outcome.field, outcome.rule)
        self._connection.say(Ack(AckKind.COMMAND, command.id))

    def _cheer(self, room: Room, slot: int | None, id: int, args: GiveCheer) -> None:
        if slot is None:
            raise RuleError(ErrorCode.NOT_ALLOWED, "", JOIN_FIRST)
        if args.to is not None and not room.crowd.shown(args.to):
            raise RuleError(ErrorCode.BAD_REQUEST, "to", "is nobody in this room")
        if self._cheers.take() < 0:
            raise RuleError(ErrorCode.TOO_FAST, "", "cheer again in a moment")
        room.cheer(slot, args.to, args.kind, id)

    # Refusals -----------------------------------------------------------------------------------------------------

    def _say_wrong(self, error: WrongFieldError) -> None:
        self._refuse(error.ref, ErrorCode.BAD_REQUEST, error.field, error.rule)

    def _refuse(self, ref: int, code: ErrorCode, field: str = "", rule: str = "") -> None:
        temporary = is_temporary(code)
        retry_ms = 1_000 if temporary else 0
        now = self._plane.clock.now()
        self._connection.say(ErrorMessage(ref, code, temporary, retry_ms, field, rule, now))


def _ref(message: Count | Command | Ping) -> int:
    match message:
        case Count(sprint=sprint):
            return sprint
        case Command(id=id):
            return id
        case _:
            return 0
