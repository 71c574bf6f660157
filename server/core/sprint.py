"""The sprint as a pure machine: a timeline, what phase it is in at an instant, and what each command may change.

All instants are Unix ms. Nothing here reads a clock: `now` is always given.
"""

from dataclasses import dataclass, replace

from protocol.codes import ErrorCode
from protocol.messages import CountFlags, Phase

FINAL_DELAY_MS = 3_000
"""Results are final so long after the reporting window: every process has stored its last counts by then."""
LATE_AFTER_MS = 5_000
"""A count stamped before the bell that comes later than this after it was sent by a writer who was away: it is late."""
_IN = int(CountFlags.IN)  # as a plain number: each count comes by here


@dataclass(frozen=True, slots=True)
class Limits:
    """What an operator allows. Seconds, but for the reporting window in ms; how much each writer may keep, and how many
    writers a room takes."""

    min_sprint_s: int = 60
    max_sprint_s: int = 86_400
    reporting_ms: int = 120_000
    sessions_each: int = 500_000
    projects_each: int = 1_000
    rooms_each: int = 10_000
    room_writers: int = 20_000


@dataclass(frozen=True, slots=True)
class Timeline:
    """When a sprint starts, ends, and stops waiting for reports; when it was cancelled, if it was. Unix ms."""

    starts: int
    ends: int
    reporting_ends: int
    cancelled: int | None = None

    @property
    def minutes(self) -> float:
        return (self.ends - self.starts) / 60_000

    @property
    def called_off(self) -> bool:
        """Cancelled before it began: who counted in it wrote no session."""
        return self.cancelled is not None and self.cancelled < self.starts


class RuleError(Exception):
    """A command that the rules refuse. `field` and `rule` tell a person what to mend."""

    def __init__(self, code: ErrorCode, field: str, rule: str) -> None:
        super().__init__(f"{field}: {rule}" if field else rule)
        self.code, self.field, self.rule = code, field, rule


class FullError(RuleError):
    """A room has as many writers as it takes."""

    def __init__(self) -> None:
        super().__init__(ErrorCode.CONFLICT, "", "this room is full: watch, or come back when somebody has left")


def phase(timeline: Timeline | None, now: int) -> Phase:
    if timeline is None:
        return Phase.LOBBY
    if timeline.cancelled is not None:
        return Phase.CANCELLED
    if now < timeline.starts:
        return Phase.COUNTDOWN
    if now < timeline.ends:
        return Phase.WRITING
    if now < timeline.reporting_ends:
        return Phase.REPORTING
    return Phase.RESULTS


def final_due(timeline: Timeline) -> int:
    """When the results may become final."""
    return timeline.reporting_ends + FINAL_DELAY_MS


def is_final_due(timeline: Timeline, now: int) -> bool:
    return timeline.cancelled is None and now >= final_due(timeline)


def next_deadline(timeline: Timeline | None, now: int) -> int | None:
    """The next instant after `now` at which something is due, or None."""
    if timeline is None or timeline.cancelled is not None:
        return None
    dues = [timeline.starts, timeline.ends, timeline.reporting_ends, final_due(timeline)]
    all_in = timeline.ends + FINAL_DELAY_MS
    if all_in < timeline.reporting_ends:
        dues.append(all_in)
    return min((due for due in dues if due > now), default=None)


def is_unfinished(timeline: Timeline | None, now: int) -> bool:
    """Whether a room is busy with this sprint: another cannot be started before its results stand."""
    return phase(timeline, now) in (Phase.COUNTDOWN, Phase.WRITING, Phase.REPORTING)


def start(current: Timeline | None, now: int, duration_ms: int, starts: int, limits: Limits) -> Timeline:
    """The timeline of a new sprint. Raises RuleError where one runs already or the length is not allowed."""
    if is_unfinished(current, now):
        raise RuleError(ErrorCode.CONFLICT, "", "a sprint is under way in this room: cancel or end it first")
    _check_length(duration_ms, limits)
    if starts < now - 1_000:
        raise RuleError(ErrorCode.BAD_REQUEST, "starts_at", "lies in the past: choose a time to come")
    if starts > now + 7 * 86_400_000:
        raise RuleError(ErrorCode.BAD_REQUEST, "starts_at", "is more than a week away")
    ends = starts + duration_ms
    return Timeline(starts, ends, ends + limits.reporting_ms)


def _check_length(duration_ms: int, limits: Limits) -> None:
    if duration_ms < limits.min_sprint_s * 1_000:
        raise RuleError(ErrorCode.BAD_REQUEST, "minutes", f"is {limits.min_sprint_s} seconds or more")
    if duration_ms > limits.max_sprint_s * 1_000:
        raise RuleError(ErrorCode.BAD_REQUEST, "minutes", f"is {limits.max_sprint_s // 60} minutes or less")


def cancel(timeline: Timeline, now: int) -> Timeline:
    """Call a sprint off, before its bell."""
    if phase(timeline, now) not in (Phase.COUNTDOWN, Phase.WRITING):
        raise RuleError(ErrorCode.CONFLICT, "", "only a sprint that has not ended can be cancelled")
    return replace(timeline, cancelled=now)


def extend(timeline: Timeline, now: int, by_ms: int, limits: Limits) -> Timeline:
    """Move the bell to a later time, before it has rung."""
    if phase(timeline, now) not in (Phase.COUNTDOWN, Phase.WRITING):
        raise RuleError(ErrorCode.CONFLICT, "", "only a sprint that has not ended can be extended")
    _check_length(timeline.ends + by_ms - timeline.starts, limits)
    return replace(timeline, ends=timeline.ends + by_ms, reporting_ends=timeline.reporting_ends + by_ms)


def end(timeline: Timeline, now: int, limits: Limits) -> Timeline:
    """Ring the bell now; in the reporting window, show the results now."""
    match phase(timeline, now):
        case Phase.WRITING:
            return replace(timeline, ends=now, reporting_ends=now + limits.reporting_ms)
        case Phase.REPORTING:
            return replace(timeline, reporting_ends=now)
        case _:
            raise RuleError(ErrorCode.CONFLICT, "", "there is nothing to end: the sprint is not running")


def is_late(timeline: Timeline, seq: int, received: int) -> bool:
    """Whether a count (stamped `seq`, received at `received`, Unix ms) is shown as late.

    After the reporting window every count is. Within it a report is on time, but a count from before the bell
    that arrives long after it is not: its writer was cut off when the bell rang.
    """
    if received >= timeline.reporting_ends:
        return True
    return seq <= timeline.ends and received > timeline.ends + LATE_AFTER_MS


def active_limit(timeline: Timeline) -> int:
    """The most active time (ms) that anybody can have had in a sprint: all of it."""
    return timeline.ends - timeline.starts


def all_in_due(timeline: Timeline, now: int) -> bool:
    """Whether the reporting window may be ended early: not before every process has stored what the bell left it."""
    return phase(timeline, now) is Phase.REPORTING and now >= timeline.ends + FINAL_DELAY_MS


def reports(flags: int) -> bool:
    """Whether a count with these flags is the writer's final one."""
    return bool(flags & _IN)
