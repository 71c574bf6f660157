"""What is generated from protocol/ is as committed."""

from pathlib import Path

import pytest

from protocol.codes import CloseCode, reconnects
from protocol.generate import TARGETS


@pytest.mark.parametrize("path", TARGETS, ids=lambda path: path.name)
def test_generated_files_are_fresh(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == TARGETS[path](), "run ./dev generate and commit what it wrote"


def test_close_codes_say_by_their_number_whether_to_come_back() -> None:
    assert [code for code in CloseCode if reconnects(code)] == [code for code in CloseCode if code < 4500]
    assert all(reconnects(code) for code in (1006, 1012))
    assert not reconnects(1000)
