"""The board as JSON, from stored counts and those this process holds."""

from protocol.messages import CountFlags
from server.core.board import Register
from server.core.sprint import Timeline
from server.web.board import Entry, rows

START, MINUTE = 1_795_000_000_000, 60_000
SPRINT = Timeline(START, START + 20 * MINUTE, START + 22 * MINUTE)


def _entry(slot: int, words: int, flags: int = 0, started_at: int = START) -> Entry:
    return Entry(slot, f"writer {slot}", Register(START + 1, words, flags), started_at)


def test_equal_counts_share_a_rank_and_the_next_is_left_out() -> None:
    shown = rows([_entry(1, 10), _entry(2, 30), _entry(3, 10), _entry(4, -5)], SPRINT, SPRINT.ends)
    assert [(each.slot, each.rank) for each in shown] == [(2, 1), (1, 2), (3, 2), (4, 4)]


def test_the_time_written_ends_at_the_bell() -> None:
    row = rows([_entry(1, 400)], SPRINT, SPRINT.ends + 60 * MINUTE)[0]
    assert (row.minutes, row.wpm) == (20, 20)


def test_a_cancelled_sprint_stops_the_time() -> None:
    cancelled = Timeline(SPRINT.starts, SPRINT.ends, SPRINT.reporting_ends, cancelled=START + 5 * MINUTE)
    assert rows([_entry(1, 400)], cancelled, SPRINT.ends)[0].minutes == 5


def test_before_the_start_nobody_has_written() -> None:
    row = rows([_entry(1, 0)], SPRINT, START - MINUTE)[0]
    assert (row.minutes, row.wpm) == (0, None)


def test_five_seconds_to_load_the_page_are_not_late() -> None:
    on_time, late = rows(
        [_entry(1, 2, started_at=START + 5_000), _entry(2, 1, started_at=START + 5_001)], SPRINT, START
    )
    assert (on_time.joined_late, late.joined_late) == (False, True)


def test_flags_are_told_in_words() -> None:
    row = rows([_entry(1, 1, CountFlags.FOLLOWED | CountFlags.IN | CountFlags.LATE)], SPRINT, SPRINT.ends)[0]
    assert (row.how, row.reported, row.late) == ("followed", True, True)


def test_an_empty_board_is_empty() -> None:
    assert rows([], SPRINT, START) == []
