"""A writer's browser in virtual time. It does what client/src does: connection.ts, sync.ts, own.ts and writing.ts.

It stamps a count only when the writer changes it, offers it until it is acknowledged, again after 20 s and with each
HELLO, takes over what another device of the writer counted later, and comes back with jitter to whatever process lives.
"""

from collections.abc import Callable
from random import Random
from typing import Any, Protocol

from protocol.codes import ErrorCode
from protocol.messages import (
    CAN_VIEW_ONLY,
    RESEND_MS,
    THERE_SEQ,
    Ack,
    AckKind,
    Command,
    CommandArgs,
    Count,
    CountFlags,
    ErrorMessage,
    GoAway,
    Hello,
    Keyframe,
    Op,
    Phase,
    PhaseNow,
    Ping,
    Pong,
    Roster,
    RosterFlags,
    ServerMessage,
    Tick,
    Welcome,
)
from server.core.board import Register
from tests.simulation.line import Line
from tests.simulation.loop import Step, VirtualLoop
from tests.simulation.own import Own

OFFER_S = 0.4
ANSWER_S = PING_S = 4.0
"""Shorter than in a browser, as everything is here."""
FIRST_S, LONGEST_S, STABLE_S = 0.25, 10.0, 5.0
NO_RECONNECT = 4500


class Around(Protocol):
    """What a browser asks of the world around it."""

    loop: VirtualLoop

    def dial(self, browser: "Browser") -> Line: ...

    def stamped(self, writer: int, sprint: int, register: Register) -> None:
        """The writer's count is this now."""

    def refused_stamp(self, writer: int, sprint: int, seq: int) -> None:
        """The server found it ahead of its clock: it will be stamped anew."""


class Browser:
    """`writer`: the person's id. `reports`: they count elsewhere, and give the number after the bell if at all."""

    def __init__(self, around: Around, random: Random, name: str, writer: int, slug: str, reports: bool) -> None:
        self.name, self.writer, self.reports = name, writer, reports
        self._around, self._random, self._slug = around, random, slug
        self._loop = around.loop
        self.line: Line | None = None
        self.is_online = self.is_out = False
        """In the room; sent away for good."""
        self.is_viewing = False
        self.slot: int | None = None
        self.timeline: PhaseNow | None = None
        self.words: dict[int, int] = {}
        self.names: dict[int, int] = {}
        """The roster's flags by slot."""
        self.own = Own()
        self.older: list[Own] = []
        self._board_of = 0
        self._welcome: Welcome | None = None
        self._is_known = self._is_ready = False
        self._offset: float | None = None
        self._pinged = 0.0
        self._tries = 0
        self._leaving: GoAway | None = None
        self._welcomed_at: float | None = None
        self._last_offer = -OFFER_S
        self._timers: dict[str, Step] = {}
        self._commands: dict[int, tuple[Command, Callable[[int], None]]] = {}
        self._next_command = random.randrange(2**40)
        self.dial()

    # The connection ---------------------------------------------------------------------------------------------------

    def _after(self, name: str, delay: float, call: Callable[[], object]) -> None:
        """A timer, of which there is one of each name."""
        self._stop(name)
        self._timers[name] = self._loop.call_later(delay, call)

    def _stop(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()

    def dial(self) -> None:
        self._leaving = None
        self._after("watch", ANSWER_S, self._give_up)
        self.line = self._around.dial(self)

    def opened(self) -> None:
        last = next(
            iter(sorted(filter(lambda own: own.is_open, [*self.older, self.own]), key=lambda own: -own.seq)), None
        )
        if last is None or not self._is_known or self.is_viewing:
            self._send(Hello(self._slug, capabilities=CAN_VIEW_ONLY if self.is_viewing else 0))
        else:
            self._send(Hello(self._slug, last.sprint, last.seq, last.words, last.flags))

    def _send(self, message: Hello | Count | Command | Ping) -> None:
        if self.line is not None:
            self.line.send(message)

    def _give_up(self) -> None:
        assert self.line is not None
        self.line.hang_up()
        self.closed(1006)

    def closed(self, code: int) -> None:
        self.line = None
        self.is_online = self._is_ready = False
        for name in ("watch", "ping", "offer", "resend"):
            self._stop(name)
        lived = 0.0 if self._welcomed_at is None else self._loop.time() - self._welcomed_at
        self._welcomed_at = None
        if lived >= STABLE_S:
            self._tries = 0
        if code >= NO_RECONNECT:
            self.is_out = True
        else:
            self._after("dial", self._pause(), self.dial)

    def _pause(self) -> float:
        """s"""
        if self._leaving is not None:
            return (self._leaving.retry_ms + self._random.random() * self._leaving.spread_ms) / 1_000
        most = float(min(LONGEST_S, FIRST_S * 2**self._tries))
        self._tries += 1
        return self._random.random() * most

    def _ping(self) -> None:
        self._pinged = self._loop.time()
        self._send(Ping(1))
        self._after("watch", ANSWER_S, self._give_up)

    # The clock --------------------------------------------------------------------------------------------------------

    def now(self) -> int:
        """Unix ms on the server's clock, as best known."""
        assert self._offset is not None
        return int(self._loop.time() * 1_000 + self._offset)

    def _heard_now(self, now: int) -> None:
        if self._offset is None or now > self.now() + 1_000:
            self._offset = now - self._loop.time() * 1_000

    # What the server says ---------------------------------------------------------------------------------------------

    def received(self, message: ServerMessage) -> None:
        match message:
            case Welcome():
                self._welcomed(message)
            case PhaseNow():
                self._phased(message)
            case Keyframe() | Tick():
                self._framed(message)
            case Roster():
                self._named(message)
            case Ack(kind=AckKind.COUNT):
                self._acked(message)
            case Ack():
                self._answered(message.id, 0)
            case ErrorMessage():
                self._refused(message)
            case Pong():
                self._stop("watch")
                self._offset = (message.s1 + message.s2) / 2 - (self._pinged + self._loop.time()) * 500
                self._after("ping", PING_S, self._ping)
            case GoAway():
                self._leaving = message
            case _:
                pass

    def _welcomed(self, welcome: Welcome) -> None:
        self._welcome = welcome
        self._heard_now(welcome.now)
        if not self.is_online:
            self._welcomed_at = self._loop.time()
            self._ping()
        self.is_online = self._is_known = True
        self.slot = welcome.slot
        for command, _ in list(self._commands.values()):
            self._send(command)

    def _phased(self, phase: PhaseNow) -> None:
        self._heard_now(phase.now)
        if self.timeline is None or phase.rev >= self.timeline.rev:
            self._follow(phase)
        if self._welcome is not None:
            self._settle(self._welcome)
        self._welcome = None

    def _follow(self, phase: PhaseNow) -> None:
        self.timeline = phase
        if phase.sprint is not None:
            self._begin_board(phase.sprint)
            if self.own.sprint == phase.sprint:
                self.own.ends = phase.ends
            else:
                if self.own.joined and not self.own.rung and self.now() >= self.own.ends:
                    self._ring()
                last, self.own = self.own, Own(phase.sprint, phase.ends)
                if last.is_open:
                    self.older.append(last)
                    self._offer_all()
        self._turn()

    def _begin_board(self, sprint: int) -> None:
        if sprint != self._board_of:
            self._board_of = sprint
            self.words = {}

    def _framed(self, frame: Keyframe | Tick) -> None:
        if frame.sprint < self._board_of:
            return
        self._begin_board(frame.sprint)
        rows = dict(zip(frame.rows[::2], frame.rows[1::2], strict=True))
        self.words = rows if isinstance(frame, Keyframe) else self.words | rows
        own = self.own
        if self.slot in rows and own.sprint == frame.sprint and own.joined and not own.is_open:
            self._adopt(max(own.seq, 1), rows[self.slot], self.names.get(self.slot, 0))

    def _named(self, roster: Roster) -> None:
        rows = {row.slot: row.flags for row in roster.rows}
        self.names = rows if roster.whole else self.names | rows

    def shown(self) -> dict[int, int]:
        """The board as people see it: words by slot."""
        return {
            slot: self.words[slot]
            for slot, flags in self.names.items()
            if not flags & RosterFlags.GONE and slot in self.words
        }

    # My count ---------------------------------------------------------------------------------------------------------

    def phase(self) -> Phase:
        line = self.timeline
        if line is None or line.sprint is None:
            return Phase.LOBBY
        if line.cancelled is not None:
            return Phase.CANCELLED
        bounds = (line.starts, Phase.COUNTDOWN), (line.ends, Phase.WRITING), (line.reporting_ends, Phase.REPORTING)
        return next((phase for until, phase in bounds if self.now() < until), Phase.RESULTS)

    def _turn(self) -> None:
        """Bring my count to where the sprint is, and wake again when that changes."""
        phase, line, own = self.phase(), self.timeline, self.own
        self._stop("turn")
        if line is not None and phase in (Phase.COUNTDOWN, Phase.WRITING):
            boundary = line.starts if phase is Phase.COUNTDOWN else line.ends
            self._after("turn", (boundary - self.now() + 1) / 1_000, self._turn)
        if self.slot is None or own.sprint == 0 or phase < Phase.WRITING or phase is Phase.CANCELLED:
            return
        own.joined = True
        if phase is not Phase.WRITING:
            if not own.rung and self._ring():
                self._changed(at_once=True)
        elif own.rung:
            own.rung = False
            if not self.reports and own.seq > 0:
                self._stamp(self.now())
                self._changed()

    def _ring(self) -> bool:
        """The bell: a typed count is final by itself. Whether there is something to offer."""
        own = self.own
        own.rung = True
        if self.reports or not own.mine or own.flags & CountFlags.IN:
            return False
        self._stamp(own.seq, CountFlags.IN)
        return True

    def _stamp(self, now: int, more: int = 0) -> None:
        own = self.own
        own.seq = max(now, own.seq + 1)
        kept = own.flags & CountFlags.IN if own.rung else 0
        own.flags = (CountFlags.REPORTED if self.reports else CountFlags.TYPED) | kept | more
        own.mine = True
        self._around.stamped(self.writer, own.sprint, Register(own.seq, own.words, own.flags))

    def type(self, words: int) -> bool:
        """The writer adds words, or deletes some. Whether it counted."""
        if self.own.rung or not self.own.joined or self.slot is None or self.phase() is not Phase.WRITING:
            return False
        self.own.words += words
        self._stamp(self.now(), CountFlags.WRITING)
        self._changed()
        return True

    def report(self, words: int) -> None:
        """After the bell: that is my count."""
        if self.own.joined and self.slot is not None:
            self.own.words = words
            self._stamp(self.now(), CountFlags.IN)
            self._changed(at_once=True)

    def _settle(self, welcome: Welcome) -> None:
        if welcome.slot is None:
            return
        if self.own.sprint and self._is_news(welcome.seq, welcome.words):
            self._adopt(welcome.seq, welcome.words, welcome.flags)
        else:
            self.own.acked = min(self.own.acked, welcome.seq)
        self._is_ready = True
        self._turn()
        self._offer_all()

    def _adopt(self, seq: int, words: int, flags: int) -> None:
        """Another device of mine changed the count later, or as late: go on from there."""
        own = self.own
        if seq == own.seq and words == own.words:
            return
        own.seq = own.acked = seq
        own.words, own.flags, own.mine = words, flags & 0xFF & ~CountFlags.WRITING, False

    def _acked(self, ack: Ack) -> None:
        for each in [*self.older, self.own]:
            if each.sprint == ack.id:
                is_more_here = each.is_behind(ack.seq, ack.words) < 0  # and is still to be committed
                each.acked = max(each.acked, min(ack.seq, each.seq - is_more_here))
        self.older = [each for each in self.older if each.is_open]
        if self.own.sprint == ack.id and self._is_news(ack.seq, ack.words):
            self._adopt(ack.seq, ack.words, ack.flags)

    def _is_news(self, seq: int, words: int) -> bool:
        return seq > THERE_SEQ and self.own.is_behind(seq, words) > 0

    # Offers -----------------------------------------------------------------------------------------------------------

    def _changed(self, at_once: bool = False) -> None:
        if not self._is_ready or not self.own.is_open:
            return
        wait = 0.0 if at_once else max(0.0, self._last_offer + OFFER_S - self._loop.time())
        if wait == 0:
            self._offer_all()
        elif "offer" not in self._timers:
            self._after("offer", wait, self._offer_all)

    def _offer_all(self) -> None:
        self._stop("offer")
        for own in [*self.older, self.own]:
            if own.is_open and self._is_ready:
                self._send(Count(own.sprint, own.seq, own.words, own.flags))
                self._last_offer = self._loop.time()
                self._after("resend", RESEND_MS / 1_000, self._offer_all)

    def _refused(self, error: ErrorMessage) -> None:
        if error.ref in self._commands:
            if not error.temporary:
                self._answered(error.ref, error.code)
            else:
                self._after(f"again {error.ref}", 1.0, lambda: self._again(error.ref))
            return
        refused = next((own for own in [*self.older, self.own] if own.sprint == error.ref and own.sprint), None)
        if refused is None:
            return
        if error.code == ErrorCode.CLOCK_AHEAD:
            self._around.refused_stamp(self.writer, refused.sprint, refused.seq)
            self._offset = error.now - self._loop.time() * 1_000
            refused.seq = max(refused.acked + 1, self.now())
            self._around.stamped(self.writer, refused.sprint, Register(refused.seq, refused.words, refused.flags))
            self._offer_all()
        elif error.code in (ErrorCode.NO_SUCH_SPRINT, ErrorCode.BAD_REQUEST):
            refused.acked = refused.seq

    # Commands ---------------------------------------------------------------------------------------------------------

    def command(self, op: Op, args: CommandArgs, done: Callable[[int], None] = lambda _: None) -> None:
        """Say it until it is answered, over new lines too, with the same id. `done` gets the code, 0 for well done."""
        self._next_command += 1
        fields: list[Any] = [getattr(args, name) for name in args.__struct_fields__]
        self._commands[self._next_command] = Command(self._next_command, op, fields), done
        self._again(self._next_command)

    def _again(self, id: int) -> None:
        if id in self._commands and self.is_online:
            self._send(self._commands[id][0])

    def _answered(self, id: int, code: int) -> None:
        if id in self._commands:
            self._commands.pop(id)[1](code)

    def left(self) -> None:
        """LEAVE went well: from now on this browser only watches."""
        self.is_viewing = True
        self.slot = None
        self._is_ready = False
