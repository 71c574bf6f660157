"""Offers: what is news, what is late, and what comes from a clock that is ahead."""

import pytest

from protocol.codes import ErrorCode
from protocol.messages import MAX_SKEW_MS, Count, CountFlags
from server.core.board import Register
from server.core.offer import judge
from server.core.sprint import LATE_AFTER_MS, RuleError, Timeline

T = 1_764_000_000_000
LINE = Timeline(T, T + 60_000, T + 180_000)
COUNT = Count(7, T + 1_000, 42, CountFlags.IN | CountFlags.LATE)


def test_what_is_offered_again_after_the_end_is_no_news_and_not_late() -> None:
    on_time = judge(COUNT, LINE, T + 2_000, None)
    assert on_time == Register(T + 1_000, 42, CountFlags.IN)
    assert judge(COUNT, LINE, LINE.reporting_ends, on_time) is None
    late = judge(COUNT, LINE, LINE.ends + LATE_AFTER_MS + 1, None)
    assert late == Register(T + 1_000, 42, CountFlags.IN | CountFlags.LATE)
    assert judge(COUNT, LINE, T + 2_000, late) is None


def test_fewer_words_are_news_where_they_are_newer() -> None:
    held = Register(T + 999, 900, CountFlags.IN)
    assert judge(COUNT, LINE, T + 2_000, held) == Register(T + 1_000, 42, CountFlags.IN)
    assert judge(COUNT, LINE, T + 2_000, Register(T + 1_001, 0, 0)) is None


def test_a_stamp_may_be_ahead_by_as_much_as_clocks_differ() -> None:
    assert judge(COUNT, LINE, COUNT.seq - MAX_SKEW_MS, None) is not None
    with pytest.raises(RuleError) as refused:
        judge(COUNT, LINE, COUNT.seq - MAX_SKEW_MS - 1, None)
    assert (refused.value.code, refused.value.field) == (ErrorCode.CLOCK_AHEAD, "seq")
