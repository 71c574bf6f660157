"""A sprint's counts in a process: what is unsaved stays so until SQL has answered with it."""

from server.core.board import Register, Row, row
from server.core.records import CountRow
from server.core.sprint import Timeline
from server.live.counts import THERE, Counts

T = 1_764_000_000_000


def stored(slot: int, register: Register) -> CountRow:
    return CountRow(slot, slot + 100, register, active_ms=60_000, start_total=500, joined_at=T)


def test_a_row_is_unsaved_until_what_sql_has_is_what_the_board_has() -> None:
    counts = Counts(7)
    assert counts.merge(Row(1, T, 10, 0))
    counts.merge(Row(1, T + 1, 12, 0))
    counts.load([stored(1, Register(T, 10, 0))])
    assert counts.unsaved == {1}, "an older batch was committed meanwhile"
    counts.load([stored(1, Register(T + 1, 12, 0))])
    assert counts.unsaved == set()
    assert counts.is_stored(1)


def test_what_sql_has_newer_is_taken_over() -> None:
    counts = Counts(7)
    counts.merge(Row(1, T, 10, 0))
    counts.load([stored(1, Register(T + 5, 3, 0))])
    assert counts.board.get(1) == Register(T + 5, 3, 0)
    assert counts.unsaved == set()


def test_a_start_total_without_a_count_puts_nobody_on_the_board() -> None:
    counts = Counts(7)
    counts.load([CountRow(2, 102, Register(0, 0, 0), start_total=50_000)])
    assert 2 not in counts.board
    assert counts.start_total(2) == 50_000


def test_beginning_twice_is_one_row_and_keeps_the_first_instant() -> None:
    counts, line = Counts(7), Timeline(T, T + 60_000, T + 180_000)
    assert counts.begin(1, line, T - 5)
    assert not counts.begin(1, line, T + 9_000)
    assert counts.to_store(1, 101) == CountRow(1, 101, THERE, joined_at=T)


def test_a_count_is_greater_than_being_there_even_if_it_was_stamped_before_the_start() -> None:
    counts, line = Counts(7), Timeline(T, T + 60_000, T + 180_000)
    assert counts.begin(1, line, T)
    assert counts.merge(Row(1, T - 300, 15, 0))
    assert not counts.begin(1, line, T + 1)
    assert counts.board.get(1) == Register(T - 300, 15, 0)


def test_what_another_process_stored_need_not_be_stored_again() -> None:
    counts = Counts(7)
    counts.merge(Row(1, T, 10, 0))
    assert counts.saw_stored(row(1, Register(T, 10, 0)))
    assert counts.unsaved == set()
    assert not counts.saw_stored(row(1, Register(T, 10, 0)))


def test_active_time_only_grows() -> None:
    counts = Counts(7)
    counts.active_for(1, 5_000)
    counts.active_for(1, 3_000)
    assert counts.active_ms(1) == 5_000
