"""Counts as people write them."""

import pytest

from server.porting.numbers import minutes, whole, whole_at_the_beginning


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("1667", 1667),
        (" 1,667 ", 1667),
        ("1.667", 1667),
        ("1 667", 1667),
        ("1\u202f667", 1667),
        ("1'667", 1667),
        ("1,234,567", 1234567),
        ("1667.0", 1667),
        ("1667,00", 1667),
        ("+250", 250),
        ("-400", -400),
        ("−400", -400),
        ("0", 0),
        ("", None),
        ("=1+1", None),
        ("12 words", None),
        ("1.5", None),
        ("1,66", None),
        ("1,667.000", None),
        ("١٢", None),
        ("1e3", None),
        ("9" * 40, None),
    ],
)
def test_a_count_with_or_without_marks(cell: str, count: int | None) -> None:
    assert whole(cell) == count


def test_what_a_browser_copied_behind_a_count_is_left() -> None:
    assert whole_at_the_beginning("1,667 Delete") == 1667
    assert whole_at_the_beginning("1667") == 1667
    assert whole_at_the_beginning("Delete 1667") is None


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("25", 25),
        ("25.5", 25.5),
        ("25,5", 25.5),
        ("1:05", 65),
        ("0:00:30", 0.5),
        ("-5", None),
        ("soon", None),
        ("٥", None),
    ],
)
def test_minutes(cell: str, told: float | None) -> None:
    assert minutes(cell) == told
