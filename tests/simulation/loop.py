"""Virtual time, and event loops that live in it: one for each simulated process, all run by one thread in one order.

A real loop waits for sockets and for its next timer. Here nothing else can happen, so time jumps to the next timer of
all loops. A loop that is killed never runs again, between any two steps of its tasks: no `finally` of them runs, as
with SIGKILL. A frozen one runs later all that it would have run meanwhile, as after SIGSTOP and SIGCONT.
"""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from contextvars import Context, copy_context
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple
from weakref import WeakSet

if TYPE_CHECKING:
    Loop = asyncio.SelectorEventLoop  # whose methods for sockets and processes are there, and not abstract
else:
    Loop = asyncio.AbstractEventLoop  # whose methods for those raise NotImplementedError

GIVES_BACK = "AsyncConnection.close"
"""The coroutine by which SQLAlchemy gives a connection back: who is cancelled in the middle of it has it go on."""

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Step:
    """What a loop is to call: asyncio.Handle, without what it keeps for people who look for a mistake in it."""

    __slots__ = ("args", "call", "context")

    def __init__(self, call: Callable[..., object], args: tuple[Any, ...], context: Context | None = None) -> None:
        self.call: Callable[..., object] | None = call
        self.args = args
        self.context = copy_context() if context is None else context

    def cancel(self) -> None:
        self.call = None
        self.args = ()

    def cancelled(self) -> bool:
        return self.call is None


class Universe:
    """The time (`now`, s) that all loops have in common, and whose turn it is."""

    def __init__(self) -> None:
        self.now = 0.0
        self.failures: list[str] = []
        """What a loop was told that nobody handled: an exception in a callback, or one that nobody asked for."""
        self._timers: list[tuple[float, int, VirtualLoop, Step]] = []
        self._order = count()
        self._turns: deque[VirtualLoop] = deque()
        self.has_turn = self._turns.append

    def at(self, when: float, loop: "VirtualLoop", step: Step) -> None:
        heapq.heappush(self._timers, (when, next(self._order), loop, step))

    def after(self, delay: float, loop: "VirtualLoop", callback: Callable[[*Ts], object], *args: *Ts) -> None:
        """Call on that loop in `delay` s: how what is sent arrives elsewhere."""
        self.at(self.now + delay, loop, Step(callback, args))

    def run_until(self, when: float) -> None:
        """Let everything happen that happens until then."""
        timers, turns = self._timers, self._turns
        try:
            while True:
                while turns:
                    turns.popleft().turn()
                if not timers or timers[0][0] > when:
                    break
                due, _, loop, step = heapq.heappop(timers)
                if step.call is not None:
                    if due > self.now:
                        self.now = due
                    loop.soon(step)
        finally:
            asyncio._set_running_loop(None)
        self.now = max(self.now, when)


def bury(universe: Universe, loops: Sequence["VirtualLoop"]) -> None:
    """Let everything that is left of these loops come to its end, now that nobody minds what it still does."""
    for _ in range(100):
        if not sum([loop.cancel_all() for loop in loops]):
            break
        universe.run_until(universe.now + 1)
    for loop in loops:
        loop.kill()


class VirtualLoop(Loop):
    """What asyncio's tasks, futures and timers ask of a loop. Its clock begins at `begins` (s): each has its own."""

    def __init__(self, universe: Universe, begins: float = 0.0) -> None:
        self._universe = universe
        self._shift = begins - universe.now
        self._ready: deque[Step] = deque()
        self._has_turn = False
        self._is_frozen = self._is_dead = False
        self.thawed_at = 0.0
        self._fuse: tuple[int, Callable[[], object]] | None = None
        self._tasks: WeakSet[asyncio.Task[Any]] = WeakSet()
        self._kept: list[asyncio.Task[Any]] = []

    # Life and death -------------------------------------------------------------------------------------------------

    @property
    def is_dead(self) -> bool:
        return self._is_dead

    @property
    def is_frozen(self) -> bool:
        return self._is_frozen

    def kill(self) -> None:
        self._is_dead = True
        self._kept = list(self._tasks)  # what is thrown away would still run its `finally`

    def after_steps(self, steps: int, call: Callable[[], object]) -> None:
        """Call once the loop has run so many more callbacks: between two that no time lies between."""
        self._fuse = steps, call

    def freeze(self) -> None:
        self._is_frozen = True

    def thaw(self) -> None:
        self._is_frozen = False
        self.thawed_at = self._universe.now
        self._take_turn()

    def cancel_all(self) -> int:
        """Let all tasks end, also those that died with the process; how many there are."""
        self._is_dead = self._is_frozen = False
        tasks = [task for task in self._tasks if not task.done()]
        for task in tasks:
            if getattr(task.get_coro(), "__qualname__", "") != GIVES_BACK:
                task.cancel()
        self._kept.clear()
        self._take_turn()
        return len(tasks)

    # Running --------------------------------------------------------------------------------------------------------

    def soon(self, step: Step) -> None:
        self._ready.append(step)
        if not (self._has_turn or self._is_frozen or self._is_dead):
            self._has_turn = True
            self._universe.has_turn(self)

    def _take_turn(self) -> None:
        if self._ready and not (self._has_turn or self._is_frozen or self._is_dead):
            self._has_turn = True
            self._universe.has_turn(self)

    def turn(self) -> None:
        """One pass of a loop: all that is ready by now."""
        self._has_turn = False
        asyncio._set_running_loop(self)
        ready = self._ready
        for _ in range(len(ready)):
            if self._is_dead or self._is_frozen:
                return
            step = ready.popleft()
            call = step.call
            if call is not None:
                try:
                    step.context.run(call, *step.args)
                except (Exception, asyncio.CancelledError) as error:
                    self.call_exception_handler({"message": f"in {call}", "exception": error})
            if self._fuse is not None:
                self._burn(*self._fuse)
        if ready:
            self._take_turn()

    def _burn(self, steps: int, call: Callable[[], object]) -> None:
        self._fuse = (steps - 1, call) if steps else None
        if not steps:
            call()

    # asyncio.AbstractEventLoop --------------------------------------------------------------------------------------

    def time(self) -> float:
        return self._universe.now + self._shift

    def call_soon(self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None) -> Any:
        step = Step(callback, args, context)
        self.soon(step)
        return step

    def call_later(
        self, delay: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> Any:
        step = Step(callback, args, context)
        self._universe.at(self._universe.now + delay, self, step)
        return step

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> Any:
        step = Step(callback, args, context)
        self._universe.at(when - self._shift, self, step)
        return step

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, *, name: object = None, context: Context | None = None) -> asyncio.Task[Any]:
        task = asyncio.Task(coro, loop=self, context=context)
        self._tasks.add(task)
        return task

    def begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """A task whose outcome somebody outside looks at."""
        task: asyncio.Task[T] = self.create_task(work)
        return task

    def is_running(self) -> bool:
        return not self._is_dead

    def is_closed(self) -> bool:
        return False

    def get_debug(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        if not self._is_dead:
            self._universe.failures.append(f"{context.get('message')}: {context.get('exception')!r}")
