"""Tells the other processes who is here, and hears from them who is there."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from itertools import islice

from server.clock import Clock
from server.live.notices import Notice, PresenceNotice, WhoNotice
from server.live.plane import Timing
from server.live.presence import Presence

SLICE = 256
"""Writers in one notice, and looked at in one turn of the event loop."""


class Attendance:
    """`notify` says something to all processes; `changed` is told whose presence is not what it was.

    A crowd comes and goes together: what is to be said is gathered for as long as rows are before they are pushed.
    """

    def __init__(
        self,
        presence: Presence,
        clock: Clock,
        timing: Timing,
        notify: Callable[[Notice], None],
        changed: Callable[[int], None],
    ) -> None:
        self._presence = presence
        self._clock = clock
        self._away_s, self._gather_s = timing.away_ms / 1_000, timing.relay_flush_ms / 1_000
        self._notify, self._changed = notify, changed
        self._loop = asyncio.get_running_loop()
        self._unsaid: dict[int, bool] = {}
        """Slot -> whether here."""
        self._leaving: deque[tuple[float, int]] = deque()
        """When a slot without a socket is away, loop time in s; the first is due first."""
        self._saying: asyncio.Handle | None = None
        self._looking: asyncio.Handle | None = None
        self._is_over = False

    def came(self, slot: int) -> None:
        """A socket of this writer opened here."""
        if self._presence.came(slot):
            self._say([slot])
            self._changed(slot)

    def went(self, slot: int) -> None:
        """A socket of this writer closed here. A reload is no leaving: they have a moment to come back."""
        if self._presence.went(slot):
            self._leaving.append((self._loop.time() + self._away_s, slot))
            if self._looking is None:
                self._looking = self._loop.call_later(self._away_s, self._look)

    def _look(self) -> None:
        """Who has not come back is away."""
        self._looking = None
        now = self._loop.time()
        due = 0
        while self._leaving and self._leaving[0][0] <= now and due < SLICE:
            slot = self._leaving.popleft()[1]
            due += 1
            if not self._presence.is_local(slot):
                self._say([slot], here=False)
                self._changed(slot)
        if self._leaving:
            self._looking = self._loop.call_at(self._leaving[0][0], self._look)

    def ask(self) -> None:
        """This process has just opened the room."""
        self._notify(WhoNotice())

    def call_roll(self) -> None:
        """Notices were lost, others' and this process's own: nobody is there but who is said to be there anew."""
        self.ask()
        self._say(self._presence.known_elsewhere(), here=False)  # who has one of them here says so

    def answer(self) -> None:
        self._say(self._presence.local())

    def heard(self, notice: PresenceNotice) -> None:
        for slot in self._presence.heard(notice.slots, notice.here, notice.at):
            self._changed(slot)
        if not notice.here:  # a device of theirs went elsewhere, and another one may be here
            self._say(slot for slot in notice.slots if self._presence.is_local(slot))

    def end(self) -> None:
        """This process goes: whoever is here, or was a moment ago, is there no more. A process to which they went says
        so when it hears this; from this one nothing is heard after it."""
        self.stop()
        self._unsaid.update(dict.fromkeys([*self._presence.local(), *(slot for _, slot in self._leaving)], False))
        while self._unsaid:
            self._say_part()

    def _say(self, slots: Iterable[int], here: bool = True) -> None:
        if self._is_over:
            return
        self._unsaid.update(dict.fromkeys(slots, here))
        if self._unsaid and self._saying is None:
            self._saying = self._loop.call_later(self._gather_s, self._say_some)

    def _say_some(self) -> None:
        self._saying = None
        self._say_part()
        if self._unsaid and self._saying is None:
            self._saying = self._loop.call_soon(self._say_some)

    def _say_part(self) -> None:
        part = list(islice(self._unsaid.items(), SLICE))
        for slot, _ in part:
            del self._unsaid[slot]  # before it is said: this process hears it, too, and may have more to say of them
        for here in (True, False):
            slots = [slot for slot, is_here in part if is_here is here]
            if slots:
                self._notify(PresenceNotice(self._clock.now(), here, slots))

    def stop(self) -> None:
        self._is_over = True
        for timer in (self._saying, self._looking):
            if timer is not None:
                timer.cancel()
        self._saying = self._looking = None
