"""Folding is what casefold() does, by steps that SQL can do as well."""

from hypothesis import given
from hypothesis import strategies as st

from server.ledger.folding import folded


def test_no_two_characters_are_told_apart_that_casefold_makes_one() -> None:
    every = [chr(n) for n in range(0x20000) if not 0xD800 <= n < 0xE000]
    assert [each for each in every if folded(each) != folded(each.casefold())] == []


@given(st.text(), st.text())
def test_what_is_within_a_text_is_within_it_in_capitals(text: str, around: str) -> None:
    assert folded(f"{around} {text} {around}") == folded(f"{around} {text} {around}".upper())
