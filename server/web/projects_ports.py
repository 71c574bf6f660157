"""What HTTP asks of the ledger about projects; a part of ports.py."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from server.core.plan import DayDone, Project


class Projects(Protocol):
    """A writer's projects; see server/ledger/projects.py."""

    async def of(self, writer: int) -> list[Project]: ...
    async def done(
        self, writer: int, begun_by: int, project: str | None = None
    ) -> Mapping[str, Mapping[date, DayDone]]: ...
    async def add(self, writer: int, project: Project) -> bool: ...
    async def change(self, writer: int, id: str, changes: Mapping[str, Any], now: int) -> bool: ...
