"""One simulated world: processes, Redis, SQL and browsers in virtual time, all of it drawn from one seed."""

import random
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from protocol.messages import Ack, AckKind, ClientMessage, Count, Phase, PhaseNow, ServerMessage
from server.core.board import Register
from server.core.sprint import FINAL_DELAY_MS
from tests.simulation.browser import Browser
from tests.simulation.direct import ENGINE_EVERY
from tests.simulation.image import PEOPLE, image
from tests.simulation.line import Browser as Ended
from tests.simulation.line import Line
from tests.simulation.loop import Universe, VirtualLoop, bury
from tests.simulation.network import Network
from tests.simulation.process import Process
from tests.simulation.size import drawn
from tests.simulation.sql import SqlServer, access
from tests.support.ledgers import NOW

BEGINS_S = NOW / 1_000 + 60
READ_S = 1.5
"""A process that is about to act on a deadline waits so long for SQL, and a little more for its turn."""
CLOCKS_MS = 50
"""How far the clocks of processes may be apart."""
HEALTHY_S = 5.0
"""So long after trouble nobody is blamed for a count that is not stored yet."""


class World:
    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        random.seed(seed)  # the relay's pauses are drawn from it
        self.universe = Universe()
        self.loop = VirtualLoop(self.universe)
        self.image = image()
        self.size = drawn(self.random)
        for index in range(self.size.processes):
            access(index)
        self.sql = SqlServer(self.universe, Random(self.random.random()), self.wall)
        self.sql.committed.append(self._committed)
        self.network = Network(self.universe, self.loop, Random(self.random.random()))
        self.processes = [
            Process(
                index,
                self.universe,
                self.network,
                self.sql,
                Random(self.random.random()),
                self.size.limits,
                with_engine=seed % ENGINE_EVERY == 0,
            )
            for index in range(self.size.processes)
        ]
        self.browsers: list[Browser] = []
        self.lines: list[Line] = []
        self.typed: dict[tuple[int, int], dict[int, Register]] = {}
        """By (sprint, writer): the registers that the writer's browsers stamped, by seq."""
        self.gone: set[int] = set()
        """Writers who were removed or left, or are about to: their last words may be refused."""
        self.failures = self.universe.failures
        self.events: list[str] = []
        self.sql_away_until = 0.0
        self.troubled_at = 0.0
        """When something was last out of order that may delay a commit."""
        self._received: dict[tuple[int, int], tuple[int, Register, VirtualLoop]] = {}
        self._finals: set[int] = set()
        self._in_doubt: set[VirtualLoop] = set()
        self._rang: set[Line] = set()
        """Where the bell has rung, by what was said there last."""
        self._ends: dict[int, tuple[int, float]] = {}
        """By sprint: when it ends, as SQL has it, and since when (s) it has it so."""
        self._lines_random = Random(self.random.random())

    def wall(self) -> float:
        return BEGINS_S + self.universe.now

    def now_ms(self) -> int:
        return int(self.wall() * 1_000)

    def tell(self, event: str) -> None:
        """For who reads what happened."""
        self.events.append(f"{self.universe.now:9.4f}  {event}")

    def fail(self, what: str) -> None:
        self.tell(f"FAILED: {what}")
        self.failures.append(what)

    def later(self, delay: float, call: Callable[[], object]) -> None:
        self.loop.call_later(delay, call)

    def end(self) -> None:
        """Bury everything, in peace."""
        self.loop.kill()
        bury(self.universe, [loop for process in self.processes for loop in process.loops])
        self.sql.close()

    # Browsers ---------------------------------------------------------------------------------------------------------

    def browser(self, who: int, device: str, reports: bool) -> Browser:
        assert who < PEOPLE
        person = self.image.people[who]
        name = f"{person.name}{device}"
        self.browsers.append(Browser(self, Random(self.random.random()), name, person.id, self.image.slug, reports))
        return self.browsers[-1]

    def dial(self, browser: Browser) -> Line:
        """The load balancer: to a process that is up, as far as it knows, and has the fewest lines."""
        up = [process for process in self.processes if process.is_up]
        known = up if up and self.random.random() < 0.8 else self.processes
        self.lines = [each for each in self.lines if each.browser is not browser]
        held = Counter(line.process for line in self.lines)
        fewest = min(held[process] for process in known)
        process = self.random.choice([process for process in known if held[process] == fewest])
        token = self.image.people[browser.writer - self.image.people[0].id].name
        line = Line(self.universe, self.loop, self._lines_random, process, token, browser, self)
        self.tell(f"{browser.name} dials process {process.index}")
        self.lines.append(line)
        return line

    def stamped(self, writer: int, sprint: int, register: Register) -> None:
        typed = self.typed.setdefault((sprint, writer), {})
        typed[register.seq] = max(register, typed.get(register.seq, register))
        self.tell(f"writer {writer} counts {register.words} (seq {register.seq}, flags {register.flags})")

    def refused_stamp(self, writer: int, sprint: int, seq: int) -> None:
        self.typed[sprint, writer].pop(seq, None)

    # What must hold at every instant ----------------------------------------------------------------------------------

    def stored(self, sprint: int, writer: int) -> Register | None:
        """What SQL has committed."""
        asked = "SELECT seq, words, flags FROM writing_sessions WHERE sprint = ? AND writer = ?"
        row = self.sql.looker.execute(asked, (sprint, writer)).fetchone()
        return None if row is None else Register(*row)

    def said(self, line: Line, message: ServerMessage) -> None:
        if isinstance(message, Ack) and message.kind == AckKind.COUNT:
            self._acknowledged(line.browser, message)
        elif isinstance(message, PhaseNow):
            if message.phase not in (Phase.REPORTING, Phase.RESULTS):
                self._rang.discard(line)
            elif line not in self._rang:  # once told, it is said again when others' counts are delayed no more
                self._rang.add(line)
                self._rung(line, message)

    def _acknowledged(self, browser: Ended, message: Ack) -> None:
        """What is acknowledged is committed."""
        stands = self.stored(message.id, browser.writer)
        acknowledged = Register(message.seq, message.words, message.flags)
        self.tell(f"{browser.name} is acknowledged {acknowledged.words} (seq {acknowledged.seq})")
        if stands is None or stands.on_time() < acknowledged.on_time():
            self.fail(f"an ACK of {acknowledged} for {browser.name}, where SQL has {stands}")

    def _rung(self, line: Line, message: PhaseNow) -> None:
        """The bell is not rung while SQL, which was there to be asked, has it later."""
        ends, since = self._ends[message.sprint or 0]
        excused = max(since, self.sql_away_until, line.server.thawed_at) + READ_S
        if ends > message.now + CLOCKS_MS and self.universe.now > excused and not self.sql.is_away:
            self.fail(
                f"{line.browser.name} is told of the bell of sprint {message.sprint} {ends - message.now} ms too early"
            )

    def _committed(self, loop: VirtualLoop) -> None:
        """Results become final only once everybody had the time to store what came before the window closed."""
        asked = "SELECT id, ends, reporting_ends, finished_at, cancelled FROM sprints"
        for sprint, ends, reporting_ends, finished_at, cancelled in self.sql.looker.execute(asked):
            if self._ends.get(sprint, (0, 0.0))[0] != ends:
                self._ends[sprint] = ends, self.universe.now
            if finished_at is None or cancelled is not None or sprint in self._finals:
                continue
            self._finals.add(sprint)
            self.tell(f"sprint {sprint} is final")
            if finished_at < reporting_ends + FINAL_DELAY_MS:
                self.fail(f"sprint {sprint} final {finished_at - reporting_ends} ms after its reporting window")
            if self.universe.now - self.troubled_at > HEALTHY_S:
                self._nobody_is_missing(sprint, reporting_ends)

    def _nobody_is_missing(self, sprint: int, reporting_ends: int) -> None:
        for (of, writer), (came, register, server) in self._received.items():
            if of != sprint or came >= reporting_ends or server.is_dead or writer in self.gone:
                continue
            stands = self.stored(sprint, writer)
            if stands is None or stands.on_time() < register:
                self.fail(f"sprint {sprint} is final without {register} of writer {writer}, which came in time")

    def heard(self, line: Line, message: ClientMessage) -> None:
        if isinstance(message, Count):
            register = Register(message.seq, message.words, message.flags)
            key = message.sprint, line.browser.writer
            held = self._received.get(key)
            if held is None or held[1] < register:
                self._received[key] = self.now_ms(), register, line.server

    # Faults -----------------------------------------------------------------------------------------------------------

    def kill(self, process: Process) -> None:
        if process.loop.is_dead:
            return
        self.tell(f"process {process.index} is killed")
        loop, link = process.loop, process.link
        if self.network.is_down or self.universe.now < link.unheard_until:
            self._in_doubt.update(each.loop for each in self.processes if each is not process)
        process.kill()
        for line in [each for each in self.lines if each.server is loop]:
            line.cut()

    def doubt(self) -> None:
        """Let the counts be read from SQL again, as the product does each half minute, and here never: where a process
        stored some and ended before Redis heard of them, no other can know.
        """
        for process in self.processes:
            if process.loop in self._in_doubt and process.rooms is not None:
                for room in process.rooms:
                    if room.round is not None:
                        room.round.may_have_missed = True

    def start(self, process: Process) -> None:
        if process.loop.is_dead:
            self.tell(f"process {process.index} starts")
            process.start()

    def drain(self, process: Process) -> None:
        self.tell(f"process {process.index} is to end")
        loop = process.loop
        process.drain(lambda: None if process.loop is not loop else self.kill(process))

    def rows(self, asked: str, *given: Any) -> list[Any]:
        """What SQL has committed."""
        return self.sql.looker.execute(asked, given).fetchall()
