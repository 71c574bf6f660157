"""The sprint's machine: phases, deadlines, commands, and what holds over any course of events."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from protocol.codes import ErrorCode
from protocol.messages import CountFlags, Phase
from server.core import sprint
from server.core.board import Board, Register, offered
from server.core.sprint import Limits, RuleError, Timeline

MINUTE = 60_000
T = 1_764_000_000_000
LIMITS = Limits()
TWENTY = Timeline(T, T + 20 * MINUTE, T + 22 * MINUTE)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (T - 1, Phase.COUNTDOWN),
        (T, Phase.WRITING),
        (T + 20 * MINUTE - 1, Phase.WRITING),
        (T + 20 * MINUTE, Phase.REPORTING),
        (T + 22 * MINUTE - 1, Phase.REPORTING),
        (T + 22 * MINUTE, Phase.RESULTS),
    ],
)
def test_a_phase_begins_at_its_very_instant(at: int, expected: Phase) -> None:
    assert sprint.phase(TWENTY, at) is expected


def test_a_room_without_a_sprint_is_in_the_lobby_and_has_no_deadline() -> None:
    assert sprint.phase(None, T) is Phase.LOBBY
    assert sprint.next_deadline(None, T) is None


def test_deadlines_come_in_order_and_then_none() -> None:
    seen, now = [], T - MINUTE
    while (due := sprint.next_deadline(TWENTY, now)) is not None:
        seen.append(due - T)
        now = due
    all_in, final = 20 * MINUTE + sprint.FINAL_DELAY_MS, 22 * MINUTE + sprint.FINAL_DELAY_MS
    assert seen == [0, 20 * MINUTE, all_in, 22 * MINUTE, final]


def test_a_cancelled_sprint_has_no_deadline() -> None:
    cancelled = sprint.cancel(TWENTY, T + MINUTE)
    assert sprint.phase(cancelled, T + 30 * MINUTE) is Phase.CANCELLED
    assert sprint.next_deadline(cancelled, T + MINUTE) is None


def test_start_makes_a_timeline_with_the_reporting_window() -> None:
    assert sprint.start(None, T - MINUTE, 20 * MINUTE, T, LIMITS) == TWENTY


@pytest.mark.parametrize("now", [T - 1, T, T + 20 * MINUTE])
def test_a_second_start_is_refused_while_a_sprint_is_under_way(now: int) -> None:
    with pytest.raises(RuleError) as refused:
        sprint.start(TWENTY, now, 20 * MINUTE, now + MINUTE, LIMITS)
    assert refused.value.code is ErrorCode.CONFLICT


@pytest.mark.parametrize("current", [TWENTY, Timeline(T, T + 20 * MINUTE, T + 22 * MINUTE, cancelled=T + 1)])
def test_another_round_starts_from_results_or_after_a_cancelled_sprint(current: Timeline) -> None:
    now = T + 22 * MINUTE
    assert sprint.start(current, now, 15 * MINUTE, now, LIMITS).ends == now + 15 * MINUTE


@pytest.mark.parametrize(
    ("duration", "starts", "field"),
    [
        (59_999, T, "minutes"),
        (86_400_001, T, "minutes"),
        (MINUTE, T - 1_001, "starts_at"),
        (MINUTE, T + 8 * 86_400_000, "starts_at"),
    ],
)
def test_a_start_that_cannot_be_names_the_field(duration: int, starts: int, field: str) -> None:
    with pytest.raises(RuleError) as refused:
        sprint.start(None, T, duration, starts, LIMITS)
    assert (refused.value.code, refused.value.field) == (ErrorCode.BAD_REQUEST, field)


def test_extend_moves_the_bell_and_the_reporting_window_alike() -> None:
    extended = sprint.extend(TWENTY, T + MINUTE, 5 * MINUTE, LIMITS)
    assert (extended.ends, extended.reporting_ends) == (T + 25 * MINUTE, T + 27 * MINUTE)


def test_end_rings_the_bell_now_and_then_closes_the_window() -> None:
    ended = sprint.end(TWENTY, T + 7 * MINUTE, LIMITS)
    assert (ended.ends, ended.reporting_ends) == (T + 7 * MINUTE, T + 9 * MINUTE)
    closed = sprint.end(ended, T + 8 * MINUTE, LIMITS)
    assert sprint.phase(closed, T + 8 * MINUTE) is Phase.RESULTS


@pytest.mark.parametrize("now", [T + 20 * MINUTE, T + 30 * MINUTE])
def test_after_the_bell_nothing_is_cancelled_or_extended(now: int) -> None:
    with pytest.raises(RuleError):
        sprint.cancel(TWENTY, now)
    with pytest.raises(RuleError):
        sprint.extend(TWENTY, now, MINUTE, LIMITS)


def test_end_is_refused_before_the_start_and_after_the_results() -> None:
    for now in (T - 1, T + 22 * MINUTE):
        with pytest.raises(RuleError):
            sprint.end(TWENTY, now, LIMITS)


@pytest.mark.parametrize(
    ("seq", "received", "late"),
    [
        (T + 19 * MINUTE, T + 19 * MINUTE, False),
        (T + 20 * MINUTE, T + 20 * MINUTE + 300, False),
        (T + 19 * MINUTE, T + 21 * MINUTE, True),
        (T + 21 * MINUTE, T + 21 * MINUTE, False),
        (T + 21 * MINUTE, T + 22 * MINUTE, True),
    ],
    ids=["in time", "at the bell", "cut off at the bell", "a report in the window", "after the window"],
)
def test_late_is_what_was_cut_off_at_the_bell_or_came_after_the_window(seq: int, received: int, late: bool) -> None:
    assert sprint.is_late(TWENTY, seq, received) is late


class SprintMachine(RuleBasedStateMachine):
    """Any course of commands, counts and passing time."""

    @initialize()
    def begin(self) -> None:
        self.now = T
        self.timeline: Timeline | None = None
        self.board = Board()
        self.offers: dict[int, Register] = {}
        self.last_phase: Phase | None = None

    def apply(self, timeline: Timeline) -> None:
        """A command took effect: a new rev, from which phases are watched anew."""
        self.timeline, self.last_phase = timeline, None

    @rule(by=st.integers(0, 30 * MINUTE))
    def time_passes(self, by: int) -> None:
        self.now += by

    @rule(minutes=st.integers(1, 60), delay=st.integers(0, 5 * MINUTE))
    def start(self, minutes: int, delay: int) -> None:
        try:
            timeline = sprint.start(self.timeline, self.now, minutes * MINUTE, self.now + delay, LIMITS)
        except RuleError:
            assert sprint.is_unfinished(self.timeline, self.now)
            return
        self.apply(timeline)
        self.board, self.offers = Board(), {}

    @precondition(lambda self: self.timeline is not None)
    @rule(command=st.sampled_from(["cancel", "extend", "end"]), by=st.integers(1, 10 * MINUTE))
    def command(self, command: str, by: int) -> None:
        assert self.timeline is not None
        before = sprint.phase(self.timeline, self.now)
        try:
            match command:
                case "cancel":
                    self.apply(sprint.cancel(self.timeline, self.now))
                case "extend":
                    self.apply(sprint.extend(self.timeline, self.now, by, LIMITS))
                case _:
                    self.apply(sprint.end(self.timeline, self.now, LIMITS))
        except RuleError:
            return
        assert before not in (Phase.RESULTS, Phase.CANCELLED), "what is over cannot be changed"

    @precondition(lambda self: self.timeline is not None)
    @rule(
        slot=st.integers(0, 3),
        words=st.integers(-500, 5_000),
        behind=st.integers(0, 3 * MINUTE),
        final=st.booleans(),
        times=st.integers(1, 2),
    )
    def count(self, slot: int, words: int, behind: int, final: bool, times: int) -> None:
        assert self.timeline is not None
        seq = self.now - behind
        flags = CountFlags.IN if final else 0
        offer = offered(seq, words, flags, sprint.is_late(self.timeline, seq, self.now))
        self.offers[slot] = max(offer, self.offers.get(slot, offer))
        for _ in range(times):
            self.board.merge(slot, offer)

    @invariant()
    def no_count_is_lost(self) -> None:
        assert {each.slot: each.register for each in self.board} == self.offers

    @invariant()
    def phases_never_go_back_within_a_rev(self) -> None:
        phase = sprint.phase(self.timeline, self.now)
        assert self.last_phase is None or phase >= self.last_phase
        self.last_phase = phase

    @invariant()
    def the_next_deadline_is_in_the_future_or_none(self) -> None:
        due = sprint.next_deadline(self.timeline, self.now)
        assert due is None or due > self.now

    @invariant()
    def nothing_is_due_before_the_next_deadline(self) -> None:
        due = sprint.next_deadline(self.timeline, self.now)
        if due is not None:
            assert sprint.phase(self.timeline, due - 1) is sprint.phase(self.timeline, self.now)


TestSprintMachine = SprintMachine.TestCase
