"""What happens in a simulated world: a sprint or two, writers, a host's commands, and faults at random times."""

from collections.abc import Callable
from functools import partial
from random import Random

from protocol.messages import Extend, Nothing, OfSprint, Op, Phase, Remove, Start
from tests.simulation.browser import Browser
from tests.simulation.image import PEOPLE
from tests.simulation.line import Line
from tests.simulation.process import Process
from tests.simulation.world import World

AGAIN_S = 3.0
"""Within so long of a silence a process says again to Redis what was not heard."""
LAST_ACT_S, LAST_FAULT_S = 11.0, 7.0
"""After these instants nobody starts anything, and nothing more begins to break, in a large world."""

Call = Callable[[], object]


class Story:
    """`quiet_at`: when the last fault has ended, s."""

    def __init__(self, world: World) -> None:
        self._world, self._random, self._size = world, Random(world.random.random()), world.size
        self.quiet_at = 0.0
        self._people()
        for _ in range(self._size.faults):
            self._fault()

    def _at(self, when: float, call: Call) -> None:
        self._world.later(when, call)

    def _drawn(self, earliest: float, latest: float) -> float:
        """A time, s, as it is in a large world."""
        return self._random.uniform(earliest, latest) * self._size.pace

    # People -----------------------------------------------------------------------------------------------------------

    def _people(self) -> None:
        random = self._random
        who = list(range(self._size.writers))
        if random.random() < 0.2:
            who.append(PEOPLE - 1)  # who is no member yet
        for n in who:
            devices = ["", "-phone"] if n and random.random() < 0.25 else [""]
            comes = self._drawn(0.2, 0.6) if n == 0 or random.random() < 0.8 else self._drawn(2, 6)
            reports = n > 0 and random.random() < 0.2
            for device in devices:
                self._at(comes, partial(self._come, n, device, reports))
                comes += self._drawn(0, 3)
        self._at(0.8 * self._size.pace, self._begin)

    def _come(self, who: int, device: str, reports: bool) -> None:
        browser = self._world.browser(who, device, reports)
        random = self._random
        idle_from = self._drawn(3, 10)  # some are idle before the first fault, and some till the end
        when = self._drawn(0.2, 4)
        while when < idle_from:
            words = random.choice((1, 5, 20, 60, -10))
            self._at(when, partial(browser.type, words))
            when += random.expovariate(1 / 1.5) * self._size.pace
        if reports:
            self._at(self._drawn(3, 11), lambda: browser.report(random.randrange(500)))

    def _begin(self) -> None:
        """The host is there, or soon will be."""
        world, random = self._world, self._random
        host = next((each for each in world.browsers if each.writer == world.image.people[0].id), None)
        if host is None:
            self._at(0.5, self._begin)
            return
        duration, pace = random.randint(*self._size.durations_s), self._size.pace
        host.command(Op.START, Start(duration, random.randint(0, 1) if pace == 1 else 0))
        if random.random() < 0.5:
            self._at(random.uniform(0.2, duration), lambda: self._extend(host))
        if random.random() < 0.2:
            self._at(random.uniform(0.8 * duration, duration + 4 * pace), lambda: self._of_sprint(host, Op.END))
        if random.random() < 0.04:
            self._at(random.uniform(0.3 * duration, duration), lambda: self._of_sprint(host, Op.CANCEL))
        if random.random() < 0.35:
            self._at(random.uniform(0.3 * duration, duration + 6 * pace), lambda: self._remove(host))
        if random.random() < 0.2:
            self._at(random.uniform(0.6 * duration, duration + 6 * pace), self._leave)
        if random.random() < 0.2:
            self._at(duration + 5 * pace, lambda: self._again(host))

    def _sprint(self, host: Browser) -> int | None:
        return None if host.timeline is None else host.timeline.sprint

    def _extend(self, host: Browser) -> None:
        sprint = self._sprint(host)
        if sprint is not None:
            host.command(Op.EXTEND, Extend(sprint, self._random.randint(1, min(self._size.durations_s))))

    def _of_sprint(self, host: Browser, op: Op) -> None:
        sprint = self._sprint(host)
        if sprint is not None:
            host.command(op, OfSprint(sprint))

    def _remove(self, host: Browser) -> None:
        slot = self._random.randint(1, 2)
        self._world.gone.add(self._world.image.people[slot].id)
        host.command(Op.REMOVE, Remove(slot))

    def _leave(self) -> None:
        browser = self._random.choice(self._world.browsers)
        others = [each for each in self._world.browsers if each.writer == browser.writer]
        if browser.slot and len(others) == 1:
            self._world.gone.add(browser.writer)
            browser.command(Op.LEAVE, Nothing(), lambda code: None if code else browser.left())

    def _again(self, host: Browser) -> None:
        """The next round, as soon as the last one's window has closed, which may be before its results are final."""
        if host.phase() in (Phase.RESULTS, Phase.CANCELLED) and host.is_online:
            host.command(Op.START, Start(max(self._size.durations_s) - 1, 0))
        elif self._world.universe.now < LAST_ACT_S * self._size.pace:
            self._at(0.5, lambda: self._again(host))

    # Faults -----------------------------------------------------------------------------------------------------------

    def _fault(self) -> None:
        kinds = (
            self._killed,
            self._killed_at_a_commit,
            self._power_cut,
            self._power_cut,
            self._drained,
            self._frozen,
            self._redis_down,
            self._redis_emptied,
            self._redis_failed_over,
            self._silent,
            self._deaf,
            self._lossy,
            self._sql_away,
            self._lines_cut,
            self._line_silent,
            self._line_stuck,
        )
        random = self._random
        begins = self._drawn(1.2, LAST_FAULT_S)
        lasts = random.uniform(0.2, self._size.fault_s)
        self.quiet_at = max(self.quiet_at, begins + lasts)
        random.choice(kinds)(begins, begins + lasts)

    def _between(self, begins: float, ends: float, name: str, begin: Call, end: Call) -> None:
        world = self._world

        def begun() -> None:
            world.tell(f"{name} begins")
            begin()
            trouble()

        def ended() -> None:
            world.tell(f"{name} ends")
            end()

        def trouble() -> None:
            world.troubled_at = max(world.troubled_at, ends)

        self._at(begins, begun)
        self._at(ends, ended)

    def _process(self) -> Process:
        return self._random.choice(self._world.processes)

    def _killed(self, begins: float, ends: float) -> None:
        process, world = self._process(), self._world
        steps = self._random.randrange(200)

        def kill() -> None:
            process.loop.after_steps(steps, lambda: world.kill(process))

        self._between(begins, ends, "a kill", kill, lambda: self._start(process))

    def _killed_at_a_commit(self, begins: float, ends: float) -> None:
        """Between a commit and the word of it, or soon after."""
        process, world = self._process(), self._world
        steps = self._random.randrange(12)

        def committed(loop: object) -> None:
            if loop is process.loop and world.universe.now < ends:
                world.sql.committed.remove(committed)
                process.loop.after_steps(steps, lambda: world.kill(process))

        self._between(
            begins,
            ends,
            "a kill at a commit",
            lambda: world.sql.committed.append(committed),
            lambda: self._start(process),
        )

    def _start(self, process: Process) -> None:
        self._world.kill(process)  # if it has not been by now
        self._world.start(process)

    def _power_cut(self, begins: float, ends: float) -> None:
        """All that only memory held is lost."""
        world = self._world

        def cut() -> None:
            for process in world.processes:
                world.kill(process)
            world.network.go_down()

        def back() -> None:
            world.network.is_down = False
            for process in world.processes:
                world.start(process)

        self._between(begins, ends, "a power cut", cut, back)

    def _drained(self, begins: float, ends: float) -> None:
        process = self._process()
        self._between(begins, ends, "a deploy", lambda: self._world.drain(process), lambda: self._start(process))

    def _frozen(self, begins: float, ends: float) -> None:
        process = self._process()
        frozen = []

        def freeze() -> None:
            frozen.append(process.loop)
            process.loop.freeze()

        self._between(begins, ends, f"process {process.index} frozen", freeze, lambda: frozen[0].thaw())

    def _redis_down(self, begins: float, ends: float) -> None:
        network = self._world.network

        def down() -> None:
            network.go_down()
            for link in network.links:
                link.unheard_until = ends + AGAIN_S

        def up() -> None:
            network.is_down = False

        self._between(begins, ends, "Redis down", down, up)

    def _redis_emptied(self, begins: float, ends: float) -> None:
        network = self._world.network
        self._between(begins, ends, "Redis emptied", lambda: network.server.flush(), lambda: None)

    def _redis_failed_over(self, begins: float, ends: float) -> None:
        network = self._world.network
        held = []
        self._between(
            begins,
            ends,
            "a replica of Redis that lags",
            lambda: held.append(network.server.copy()),
            lambda: network.fail_over(held[0]),
        )

    def _silent(self, begins: float, ends: float) -> None:
        process = self._process()
        self._link(process, begins, ends, "is_silent")

    def _deaf(self, begins: float, ends: float) -> None:
        process = self._process()
        self._link(process, begins, ends, "is_deaf")

    def _link(self, process: Process, begins: float, ends: float, what: str) -> None:
        held = []

        def begin() -> None:
            held.append(process.link)
            setattr(process.link, what, True)
            process.link.unheard_until = ends + AGAIN_S

        name = f"process {process.index}'s line to Redis {what}"
        self._between(begins, ends, name, begin, lambda: setattr(held[0], what, False))

    def _lossy(self, begins: float, ends: float) -> None:
        network, random = self._world.network, self._random

        def begin() -> None:
            network.loss, network.repeat, network.late_s = (
                random.uniform(0.1, 0.8),
                random.random() / 2,
                random.random(),
            )

        def end() -> None:
            network.loss = network.repeat = network.late_s = 0.0

        self._between(begins, ends, "Redis lossy", begin, end)

    def _sql_away(self, begins: float, ends: float) -> None:
        world = self._world
        sql = world.sql

        def back() -> None:
            sql.is_away = False
            world.sql_away_until = world.universe.now

        self._between(begins, ends, "SQL away", sql.go_away, back)

    def _lines_cut(self, begins: float, ends: float) -> None:
        def cut() -> None:
            for line in self._world.lines:
                if self._random.random() < 0.6:
                    line.cut()

        self._between(begins, ends, "lines cut", cut, lambda: None)

    def _line_silent(self, begins: float, ends: float) -> None:
        self._line(begins, ends, "silent", Line.silence, Line.heal)

    def _line_stuck(self, begins: float, ends: float) -> None:
        def stick(line: Line) -> None:
            line.is_stuck = True

        def loosen(line: Line) -> None:
            line.is_stuck = False

        self._line(begins, ends, "stuck", stick, loosen)

    def _line(
        self, begins: float, ends: float, how: str, begin: Callable[[Line], None], end: Callable[[Line], None]
    ) -> None:
        held = []

        def begun() -> None:
            if self._world.lines:
                held.append(self._random.choice(self._world.lines))
                begin(held[0])

        def ended() -> None:
            for line in held:
                end(line)

        self._between(begins, ends, f"a browser's line {how}", begun, ended)
