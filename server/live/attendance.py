"""Tells the other processes who is here, and hears from them who is there."""

import asyncio
from collections.abc import Callable, Iterable

from server.clock import Clock
from server.live.notices import Notice, PresenceNotice, WhoNotice
from server.live.presence import Presence


class Attendance:
    """`notify` says something to all processes; `changed` is told whose presence is not what it was."""

    def __init__(
        self,
        presence: Presence,
        clock: Clock,
        away_ms: int,
        notify: Callable[[Notice], None],
        changed: Callable[[int], None],
    ) -> None:
        self._presence = presence
        self._clock = clock
        self._away_s = away_ms / 1_000
        self._notify, self._changed = notify, changed

    def came(self, slot: int) -> None:
        """A socket of this writer opened here."""
        if self._presence.came(slot):
            self._say([slot])
            self._changed(slot)

    def went(self, slot: int) -> None:
        """A socket of this writer closed here."""
        if self._presence.went(slot):
            asyncio.get_running_loop().call_later(self._away_s, self._maybe_away, slot)

    def _maybe_away(self, slot: int) -> None:
        """A reload is no leaving: "away" is only said of who has not come back meanwhile."""
        if not self._presence.is_local(slot):
            self._say([slot], here=False)
            self._changed(slot)

    def ask(self) -> None:
        """This process has just opened the room."""
        self._notify(WhoNotice())

    def answer(self) -> None:
        self._say(self._presence.local())

    def heard(self, notice: PresenceNotice) -> None:
        for slot in self._presence.heard(notice.slots, notice.here, notice.at):
            self._changed(slot)
        if not notice.here:  # a device of theirs went elsewhere, and another one may be here
            self._say(slot for slot in notice.slots if self._presence.is_local(slot))

    def _say(self, slots: Iterable[int], here: bool = True) -> None:
        said = list(slots)
        if said:
            self._notify(PresenceNotice(self._clock.now(), here, said))
