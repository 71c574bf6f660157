"""A name is one visible line; each refusal says which rule it breaks."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.sprint import RuleError
from server.ledger.deletion import NOBODY
from server.people.names import MAX_NAME, MOST_CODE_POINTS_EACH, characters, handle, name, title


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("Ann", "Ann"),
        ("  Ann   Lee ", "Ann Lee"),
        ("Ａｎｎ\u3000Lee", "Ann Lee"),
        ("Ann\u00a0Lee", "Ann Lee"),
        ("e\u0301lodie", "élodie"),
        ("中村 あおい", "中村 あおい"),
        ("नमस्ते", "नमस्ते"),
        ("O'Brien-Smith Jr.", "O'Brien-Smith Jr."),
        ("🦊", "🦊"),
        ("x" * 40, "x" * 40),
        ("\U0001f44b\U0001f3fd" * 40, "\U0001f44b\U0001f3fd" * 40),  # hands, each with its tone
        ("\U0001f1ee\U0001f1ea" * 40, "\U0001f1ee\U0001f1ea" * 40),  # flags
        ("\u0928\u093f" * 40, "\u0928\u093f" * 40),  # Devanagari: a letter with its vowel
    ],
)
def test_a_name_is_kept_in_one_form(given_name: str, kept: str) -> None:
    assert name(given_name) == kept


@pytest.mark.parametrize(
    ("given_name", "rule"),
    [
        ("", "1 to 40 characters"),
        ("   ", "1 to 40 characters"),
        ("x" * 41, "1 to 40 characters"),
        ("ﷺ" * 3, "1 to 40 characters"),
        ("An\x00n", "control characters"),
        ("\x01\x02\x03", "control characters"),
        ("Ann\n", "control characters"),
        ("An\u200bn", "invisible formatting"),
        ("\u202eAnn", "invisible formatting"),
        ("Ann\ue000", "private characters"),
        ("Ann\ud800", "halves of characters"),
        ("Ann\u0378", "do not exist"),
        ("Ann\u2028Lee", "line breaks"),
        ("\u3164", "blank characters"),
        ("\uffa0", "blank characters"),
        ("\u115f\u1160", "blank characters"),
        ("\u2800", "blank characters"),
        ("Z\u0330\u0331\u0332algo", "combining marks"),
        ("\u0301", "at least one letter"),
        ("\U0001f44b\U0001f3fd" * 41, "1 to 40 characters"),
        ("\u0928\u093f" * 41, "1 to 40 characters"),
        ("q\u0323\u0307" * 40, "put together of several"),
        ("\ufe0f", "at least one letter"),
    ],
)
def test_a_refused_name_is_told_its_rule(given_name: str, rule: str) -> None:
    with pytest.raises(RuleError) as refused:
        name(given_name)
    assert refused.value.field == "name"
    assert rule in refused.value.rule


@pytest.mark.parametrize(
    "given_name",
    [
        *("admin", "Admin", "ADMIN", "аdmin", "admіn", "a d m i n", "ádmin", "Admin.", "-admin-", "adm1n", "adrnin"),
        *("Host", "hοst", "һost", "H0ST", "Wordtide", "VVordtide", "A Writer", NOBODY),
    ],
)
def test_nobody_has_the_name_of_somebody_with_a_say_nor_one_that_looks_like_it(given_name: str) -> None:
    with pytest.raises(RuleError, match="with a say"):
        name(given_name)
    if re.fullmatch("[a-z0-9_-]{3,30}", given_name):
        with pytest.raises(RuleError, match="with a say"):
            handle(given_name)


@pytest.mark.parametrize("given_name", ["Adminah", "Hosta", "Ad", "Madmin", "Анна", "Tide", "Rooth", "0"])
def test_other_names_stay_free(given_name: str) -> None:
    assert name(given_name) == given_name


@pytest.mark.parametrize(("given_handle", "kept"), [("Ann_Lee-2", "ann_lee-2"), (" abc ", "abc"), ("x" * 30, "x" * 30)])
def test_a_handle_is_kept_in_lower_case(given_handle: str, kept: str) -> None:
    assert handle(given_handle) == kept


@pytest.mark.parametrize("given_handle", ["", "ab", "x" * 31, "änn", "an n", "ann.", "---", "___", "ann\n1", "аnn"])
def test_a_refused_handle_is_told_its_rule(given_handle: str) -> None:
    with pytest.raises(RuleError, match="3 to 30 of a-z") as refused:
        handle(given_handle)
    assert refused.value.field == "handle"


def test_a_title_may_be_longer() -> None:
    assert title("x" * 80) == "x" * 80
    with pytest.raises(RuleError, match="title"):
        title("x" * 81)


@given(st.text(max_size=60))
def test_what_is_kept_is_within_the_limit_and_stays_as_it_is(text: str) -> None:
    try:
        kept = name(text)
    except RuleError:
        return
    assert 1 <= characters(kept) <= MAX_NAME
    assert len(kept.encode()) <= MAX_NAME * MOST_CODE_POINTS_EACH * 4
    assert name(kept) == kept


@given(
    st.lists(st.sampled_from(["a", "q\u0323", "\U0001f1ee\U0001f1ea", "\U0001f44b\U0001f3fd", "\u0928\u093f", "中"]))
)
def test_what_a_reader_counts_as_one_is_one(shown: list[str]) -> None:
    assert characters(" ".join(shown)) == max(0, 2 * len(shown) - 1)
