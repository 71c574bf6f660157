"""The board: merging by the greater tuple in any order, ranks, rates."""

import random

from hypothesis import given
from hypothesis import strategies as st

from protocol.messages import CountFlags
from server.core.board import Board, Register, Row, how, newer, offered, ranks, row, wpm

rows = st.builds(Row, st.integers(0, 5), st.integers(0, 50), st.integers(-100, 100), st.integers(0, 47))


@given(st.lists(rows), st.randoms(use_true_random=False))
def test_merging_is_idempotent_and_order_free(each: list[Row], rng: random.Random) -> None:
    shuffled = each * 2
    rng.shuffle(shuffled)
    one, other = Board(), Board()
    for mine in each:
        one.merge(mine.slot, mine.register)
    for mine in shuffled:
        other.merge(mine.slot, mine.register)
    assert set(one) == set(other)


def test_a_writer_who_deletes_has_fewer_words_not_their_old_ones() -> None:
    board = Board()
    board.merge(1, Register(10, 500, 0))
    assert board.merge(1, Register(11, 420, 0))
    assert not board.merge(1, Register(10, 900, 0))
    assert board.get(1) == Register(11, 420, 0)


def by_slot(board: Board) -> dict[int, Register]:
    return {each.slot: each.register for each in board}


@given(st.lists(rows), st.lists(rows))
def test_what_is_newer_here_makes_two_boards_equal_when_sent(mine: list[Row], theirs: list[Row]) -> None:
    a, b = Board(), Board()
    for each in mine:
        a.merge(each.slot, each.register)
    for each in theirs:
        b.merge(each.slot, each.register)
    for each in newer(a.registers(), by_slot(b)):
        assert b.merge(each.slot, each.register)
    for each in newer(b.registers(), by_slot(a)):
        a.merge(each.slot, each.register)
    assert set(a) == set(b)


def test_an_offer_keeps_only_the_clients_own_flags() -> None:
    forged = CountFlags.LATE | CountFlags.IN | 64
    assert offered(5, 1, forged, late=False) == Register(5, 1, CountFlags.IN)
    assert offered(5, 1, 0, late=True) == Register(5, 1, CountFlags.LATE)
    assert offered(5, 1, CountFlags.IN, late=True).on_time() == Register(5, 1, CountFlags.IN)


def test_ties_are_ties() -> None:
    assert ranks([500, 300, 500, 100]) == {500: 1, 300: 3, 100: 4}


def test_words_a_minute_say_nothing_under_a_minute_or_without_words() -> None:
    assert wpm(100, 0.9) is None
    assert wpm(0, 10) is None
    assert wpm(-20, 10) is None
    assert wpm(500, 20) == 25.0


def test_how_a_count_came_to_be_is_in_its_flags() -> None:
    assert [how(flags | CountFlags.WRITING) for flags in (0, 1, 2)] == ["typed", "reported", "followed"]


def test_a_row_is_a_register_and_a_slot() -> None:
    assert row(3, Register(1, 2, 0)).register == Register(1, 2, 0)
