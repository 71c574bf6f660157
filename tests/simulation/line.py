"""A socket between a simulated browser and a simulated process: in order, with a delay, till it is cut or silent."""

from collections.abc import Callable
from random import Random
from typing import Protocol

from protocol.codec import encode
from protocol.messages import ClientMessage, ServerMessage
from server.live.life import Life
from server.live.wire import Hearer
from tests.simulation.loop import Universe, VirtualLoop
from tests.simulation.process import Process
from tests.support.frames import messages

LATENCY_S = 0.001, 0.03
UNHEARD_S = 5.0
"""After so long without a word from a browser its server takes the line for dead. In production it is 45 s."""
CUT_OFF = 1006


class Browser(Protocol):
    """What hears of the line at its other end."""

    name: str
    writer: int

    def opened(self) -> None: ...

    def received(self, message: ServerMessage) -> None: ...

    def closed(self, code: int) -> None: ...


class Watch(Protocol):
    """Who looks on."""

    def said(self, line: "Line", message: ServerMessage) -> None:
        """The server hands this to its transport: it is not on its way yet."""

    def heard(self, line: "Line", message: ClientMessage) -> None:
        """It has arrived at the server."""


class Line:
    """The server's `Wire`, and what the browser has in its hand. `is_stuck`: the browser reads nothing."""

    def __init__(
        self,
        universe: Universe,
        loop: VirtualLoop,
        random: Random,
        process: Process,
        token: str,
        browser: Browser,
        watch: Watch,
    ) -> None:
        self.process = process
        self.is_stuck = False
        self._held: list[tuple[VirtualLoop, Callable[..., None], tuple[object, ...]]] | None = None
        self._universe, self._loop, self._random = universe, loop, random
        self.browser, self._watch = browser, watch
        self.server = process.loop
        self._hearer: Hearer | None = None
        self._unheard: list[bytes] = []
        self._is_reading = False
        self._open_here = self._open_there = True
        self._here = self._there = 0.0
        """When what was sent last arrives at the browser, and at the server."""
        self._to_server(self._arrive, token)

    # The browser's end ------------------------------------------------------------------------------------------------

    def send(self, message: ClientMessage) -> None:
        self._to_server(self._hear, message)

    def silence(self) -> None:
        """Nothing passes any more, and nobody is told."""
        self._held = self._held or []

    def heal(self) -> None:
        """What was sent meanwhile arrives, if both ends have waited for it: TCP loses nothing."""
        held, self._held = self._held, None
        for loop, call, args in held or ():
            self._universe.after(0, loop, self._pass, loop, call, *args)

    def _pass(self, loop: VirtualLoop, call: Callable[..., None], *args: object) -> None:
        if self._held is None:
            call(*args)
        else:
            self._held.append((loop, call, args))

    def hang_up(self) -> None:
        """The browser wants no more of it. The server hears of it now or, where nothing passes, later."""
        self._open_here = False
        self._to_server(self._gone)
        if self._held is not None:
            self._universe.after(UNHEARD_S, self.server, self._gone)

    def cut(self) -> None:
        """Reset: both ends are told."""
        self._to_browser(self._lost, CUT_OFF)
        self._to_server(self._gone)

    def _to_server(self, call: Callable[..., None], *args: object) -> None:
        self._there = max(self._there, self._universe.now + self._random.uniform(*LATENCY_S))
        self._universe.after(self._there - self._universe.now, self.server, self._pass, self.server, call, *args)

    # The server's end -------------------------------------------------------------------------------------------------

    def _arrive(self, token: str) -> None:
        if not self.process.is_up or self.process.loop is not self.server:
            self._to_browser(self._lost, CUT_OFF)
            return
        self.process.accept(token, self)
        self._to_browser(self._opened)

    def _hear(self, message: ClientMessage) -> None:
        if self._open_there:
            self._watch.heard(self, message)
            self._unheard.append(encode(message))
            self._hand_on()

    def _hand_on(self) -> None:
        while self._is_reading and self._unheard and self._hearer is not None:
            self._hearer.heard(self._unheard.pop(0))

    def _gone(self) -> None:
        if self._open_there:
            self._open_there = False
            if self._hearer is not None:
                self.server.call_soon(self._hearer.gone)

    async def attend(self, hearer: Hearer, life: Life) -> None:
        """Its life is looked after by UNHEARD_S."""
        self._hearer = hearer
        self._is_reading = True
        self._hand_on()
        if not self._open_there:
            self.server.call_soon(hearer.gone)

    def pause(self) -> None:
        self._is_reading = False

    def resume(self) -> None:
        self._is_reading = True
        self._hand_on()

    def write(self, frame: bytes) -> bool:
        if not self._open_there or self.is_stuck:
            return False
        for message in messages(frame):
            self._watch.said(self, message)
            self._to_browser(self._receive, message)
        return True

    def is_slow(self) -> bool:
        return self.is_stuck

    def is_drained(self) -> bool:
        return not self.is_stuck

    def close(self, code: int, reason: str) -> None:
        if self._open_there:
            self._gone()
            self._to_browser(self._lost, code)

    def abort(self) -> None:
        self.close(CUT_OFF, "")

    def _to_browser(self, call: Callable[..., None], *args: object) -> None:
        self._here = max(self._here, self._universe.now + self._random.uniform(*LATENCY_S))
        self._universe.after(self._here - self._universe.now, self._loop, self._pass, self._loop, call, *args)

    # At the browser ---------------------------------------------------------------------------------------------------

    def _opened(self) -> None:
        if self._open_here:
            self.browser.opened()

    def _receive(self, message: ServerMessage) -> None:
        if self._open_here:
            self.browser.received(message)

    def _lost(self, code: int) -> None:
        if self._open_here:
            self._open_here = False
            self.browser.closed(code)
