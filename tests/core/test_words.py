"""The counting rule, on the cases that the client is tested with too."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

import protocol
from server.core.words import count_words

WORD_SEPARATORS = " \n\t\u0085\u00a0\u200b\u2013\u2014\u2015\u2e3a\u2e3b\u3000"


class Case(NamedTuple):
    text: str
    words: int
    client_only: bool
    why: str


def cases() -> list[Case]:
    assert protocol.__file__ is not None
    vectors = json.loads(Path(protocol.__file__).with_name("vectors.json").read_text("utf-8"))
    return [Case(c["text"], c["count"], c.get("client_only", False), c["why"]) for c in vectors["words"]]


SHARED = [case for case in cases() if not case.client_only]
CLIENT_ONLY = [case for case in cases() if case.client_only]


def test_there_are_enough_shared_cases_and_none_is_told_twice() -> None:
    texts = [case.text for case in cases()]
    assert len(SHARED) >= 80
    assert len(texts) == len(set(texts))


@pytest.mark.parametrize("case", SHARED, ids=lambda case: case.why)
def test_a_text_has_the_words_of_the_shared_case(case: Case) -> None:
    assert count_words(case.text) == case.words


@pytest.mark.parametrize("case", CLIENT_ONLY, ids=lambda case: case.why)
def test_a_run_of_a_script_without_spaces_is_at_most_what_the_client_finds_in_it(case: Case) -> None:
    assert 1 <= count_words(case.text) < case.words


@given(st.text(), st.text(), st.sampled_from(WORD_SEPARATORS))
def test_texts_with_a_separator_between_them_have_the_words_of_both(one: str, other: str, separator: str) -> None:
    assert count_words(one + separator + other) == count_words(one) + count_words(other)


@given(st.text())
def test_every_character_adds_at_most_one_word(text: str) -> None:
    assert 0 <= count_words(text) <= len(text)


@given(st.lists(st.sampled_from(["it’s", "well-known", "3.14", "and/or", "naïve", "x", "(so", "end.”", "‘tis"])))
def test_prose_has_as_many_words_as_were_put_into_it(words: list[str]) -> None:
    assert count_words(" ".join(words)) == len(words)


def test_a_long_text_of_one_token_is_counted_in_linear_time() -> None:
    assert count_words("-" * 200_000) == 0
    assert count_words("a" * 200_000) == 1
    assert count_words("a--" * 100_000) == 100_000
