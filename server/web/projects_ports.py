"""What HTTP asks of the ledger about projects and goals; a part of ports.py."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from server.core.goals import Goal
from server.core.plan import DayDone, Project
from server.core.records import Member, Said


class Projects(Protocol):
    """A writer's projects; see server/ledger/projects.py."""

    async def of(self, writer: int) -> list[Project]: ...
    async def done(
        self, writer: int, begun_by: int, project: str | None = None
    ) -> Mapping[str, Mapping[date, DayDone]]: ...
    async def add(self, writer: int, project: Project) -> bool: ...
    async def choose(self, writer: int, id: str | None, now: int) -> None: ...
    async def change(self, writer: int, id: str, changes: Mapping[str, Any], now: int) -> bool: ...


class Goals(Protocol):
    """A writer's goals; see server/ledger/goals.py."""

    async def of(self, writer: int) -> list[Goal]: ...
    async def set(self, writer: int, goal: Goal) -> None: ...


class Mine(Protocol):
    """What writers say of sprints for themselves; see server/ledger/mine.py."""

    async def of(self, sprint: int, writer: int) -> Said: ...
    async def say(self, sprint: int, me: Member, said: Mapping[str, Any], now: int) -> None: ...
