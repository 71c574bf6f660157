"""Names that a reader may take for one another have one key, and those that nobody would have two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.people.alike import _prototypes, alike, key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann", "ann"),
        ("Ann", "\u0410nn"),  # Cyrillic
        ("Ann", "A\u0578\u0578"),  # Armenian
        ("Alice", "AIice"),
        ("Alice", "A1ice"),
        ("Bob", "B0b"),
        ("Bob", "B\u03bfb"),  # Greek
        ("Emma", "Ernma"),
        ("Zo\u00eb", "Zoe"),
        ("Ann Lee", "AnnLee."),
        ("\u0418\u0432\u0430\u043d", "\u0418\u0432a\u043d"),
        ("\U0001f98a", "\U0001f98a"),
    ],
)
def test_these_look_alike(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ann", "Anna"), ("Ben", "Bea"), ("Ann 1", "Ann 2"), ("\U0001f98a", "\U0001f43a"), ("Leo", "Lea"), ("", ".")],
)
def test_these_do_not(one: str, other: str) -> None:
    assert not alike(one, other)


def test_what_stands_for_others_stands_for_itself() -> None:
    prototypes = _prototypes()
    assert len(prototypes) > 5_000
    unstable = {each: to for each, to in prototypes.items() if len(to) == 1 and prototypes.get(to, to) != to}
    assert unstable == {}


@given(st.text(max_size=20))
def test_what_a_key_is_made_of_looks_like_itself(text: str) -> None:
    assert alike(text, text)
    assert key(key(text)) == key(text)
