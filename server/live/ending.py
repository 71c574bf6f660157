"""What a process owes a sprint after its bell: counts stored, the window for reports closed early, results final.

Each process that has the room open does all of it; SQL lets only the first one change something.
"""

import logging
from collections.abc import Awaitable, Callable

from protocol.messages import Phase
from server.core import sprint as rules
from server.core.records import SprintRecord
from server.live.plane import Plane

log = logging.getLogger("wordtide.live")


class Ending:
    """`store` brings every count into SQL. `change` awaits a conditional update of the room's timeline, and if that
    changed something tells everybody. `everybody_reported`: whether all who are shown in this process have.
    """

    def __init__(
        self,
        plane: Plane,
        store: Callable[[], Awaitable[bool]],
        change: Callable[[Awaitable[int | None]], Awaitable[None]],
        everybody_reported: Callable[[], bool],
    ) -> None:
        self._plane = plane
        self._store = store
        self._change = change
        self._everybody_reported = everybody_reported
        self._is_settling = self._is_closing = False

    async def settle(self, sprint: SprintRecord, now: int) -> None:
        """Do what is due by now, Unix ms. Where the database does not answer this takes long, and is done by one call
        at a time."""
        if self._is_settling:
            return
        self._is_settling = True
        try:
            await self._settle(sprint, now)
        finally:
            self._is_settling = False

    async def _settle(self, sprint: SprintRecord, now: int) -> None:
        if rules.phase(sprint.timeline, now) in (Phase.REPORTING, Phase.RESULTS):
            await self._store()
            self.maybe_close(sprint)
        if rules.is_final_due(sprint.timeline, now) and not sprint.final:
            try:
                await self._change(self._plane.ledger.finalise(sprint.id, now))
            except Exception as error:
                log.warning("results of sprint %d are not final yet, trying again: %r", sprint.id, error)

    def maybe_close(self, sprint: SprintRecord) -> None:
        """If all that are shown here have reported, ask SQL whether everybody has."""
        if self._is_closing or not self._everybody_reported():
            return
        now = self._plane.clock.now()
        if rules.all_in_due(sprint.timeline, now):
            self._is_closing = True
            self._plane.tasks.spawn(self._close(sprint.id, now))

    async def _close(self, sprint: int, now: int) -> None:
        try:
            await self._change(self._plane.ledger.close_if_all_in(sprint, now))
        finally:
            self._is_closing = False
