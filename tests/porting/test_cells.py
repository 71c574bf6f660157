"""Text in a CSV that no spreadsheet runs, and that comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.porting.cells import FORMULA, as_was, neutral


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "'=1", "''@", "\n=1", "＝1+1", "＋1", "－1", "＠x"]
)
def test_what_would_be_run_gets_an_apostrophe(text: str) -> None:
    assert neutral(text) == f"'{text}"


@given(st.text(alphabet="'=+-@＝＋－＠\t\r\na 1"))
def test_nothing_is_run_and_nothing_is_lost(text: str) -> None:
    assert not neutral(text).startswith(FORMULA)
    assert as_was(neutral(text)) == text
