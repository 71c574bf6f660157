"""The JSON of projects and goals. As http.py, which declares the rest. Amounts are in the project's or goal's unit."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from protocol.history import Intention, Note, Outcome
from protocol.http import Day, Instant, Title

Unit = Literal["words", "pages", "minutes", "lines"]
Amount = Annotated[int, Meta(ge=0, le=10_000_000)]
Target = Annotated[int, Meta(ge=1, le=10_000_000)]
# The length too: "$" alone lets a line break follow.
Weights = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{7}$",
        max_length=7,
        description="seven digits, Monday first: how much of the work each weekday takes, 0 none, as 1111100",
    ),
]
PlanState = Literal["counting", "undated", "early", "asked", "done", "resting", "no_days", "over", "reached"]


class NewProject(Struct, frozen=True):
    """`id` makes a repeat harmless. `start_total`: what there is already. `chosen`: new words go here."""

    id: UUID
    title: Title
    unit: Unit = "words"
    start_total: Amount = 0
    target: Target | None = None
    first_day: date | None = None
    """None: the writer's today."""
    deadline: date | None = None
    weights: Weights = "1111111"
    chosen: bool = True


class ChangeProject(Struct, frozen=True):
    """What is not said stays. The unit stays, too, once sessions say an amount in it."""

    title: Title | UnsetType = UNSET
    unit: Unit | UnsetType = UNSET
    start_total: Amount | UnsetType = UNSET
    target: Target | UnsetType | None = UNSET
    first_day: date | UnsetType = UNSET
    deadline: date | UnsetType | None = UNSET
    weights: Weights | UnsetType = UNSET
    chosen: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


class Plan(Struct, frozen=True):
    """How a project stands today; null where that cannot be said.

    `need`: what today asks, from what was left when the day began. `ahead`: of the plan; below 0 it is behind.
    `ends`: when it will be done at the pace of the last 14 days that have closed.
    """

    state: PlanState
    today: Day
    done_today: int
    need: int | None
    remaining: int | None
    ahead: int | None
    ahead_days: int | None
    """Days of work."""
    ends: Day | None


class Project(Struct, frozen=True):
    id: str
    title: str
    unit: Unit
    start_total: int
    target: int | None
    first_day: Day
    deadline: Day | None
    weights: str
    chosen: bool
    """New words go here. At most one of a writer's."""
    archived: bool
    created_at: Instant
    total: int
    """start_total and all that its sessions added and took out."""
    sessions: int
    plan: Plan


class Projects(Struct, frozen=True):
    """The last made first."""

    projects: list[Project]


class ProjectDay(Struct, frozen=True):
    """`amount`: what its sessions added; less than 0 where more was taken out."""

    day: Day
    amount: int
    sessions: int


class ProjectInFull(Struct, frozen=True):
    project: Project
    days: list[ProjectDay]
    """Oldest first; only days with a session."""
    line: list[int]
    """What the total should be at the end of each day from first_day to deadline; empty where there is no plan."""
    closes_at: Instant
    """When the plan's today ends."""


# What a sprint is for its writer --------------------------------------------------------------------------------


class Say(Struct, frozen=True):
    """For oneself alone, before a sprint, while it runs or after it. What is not said stays.

    `project`: where its words go; said before the bell, new words of later sprints go there, too. null: to none.
    """

    project: UUID | UnsetType | None = UNSET
    intention: Intention | UnsetType = UNSET
    outcome: Outcome | UnsetType | None = UNSET
    note: Note | UnsetType = UNSET


class Said(Struct, frozen=True):
    """`project`: where its words go, or will go."""

    project: str | None
    intention: str
    outcome: Outcome | None
    note: str


# Goals ------------------------------------------------------------------------------------------------------------

Period = Literal["day", "week", "month", "year"]
GoalUnit = Literal["words", "minutes"]


class SetGoal(Struct, frozen=True):
    """Holds for the period that runs and for those to come; past ones are judged by what held then."""

    target: Target
    unit: GoalUnit = "words"


class GoalPeriod(Struct, frozen=True):
    """`target` None: there was no goal then. `done`: words added, or minutes, from the first day to the last."""

    first: Day
    last: Day
    unit: GoalUnit
    target: int | None
    done: int
    met: bool


class Goal(Struct, frozen=True):
    """`past`: the twelve periods before the one that runs, oldest first."""

    period: Period
    unit: GoalUnit
    target: int
    first: Day
    last: Day
    done: int
    left: int
    past: list[GoalPeriod]


class Goals(Struct, frozen=True):
    """Those that hold now, the shortest period first."""

    goals: list[Goal]
    today: Day
    closes_at: Instant
    """When today ends, by the writer's zone and rollover."""


SHAPES: tuple[type[Struct], ...] = (
    NewProject,
    ChangeProject,
    Plan,
    Project,
    Projects,
    ProjectDay,
    ProjectInFull,
    Say,
    Said,
    SetGoal,
    GoalPeriod,
    Goal,
    Goals,
)
