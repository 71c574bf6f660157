"""A room's address, made of its title."""

import re

from hypothesis import given
from hypothesis import strategies as st

from server.ledger.rooms import new_slug


def test_a_slug_is_the_title_in_plain_letters_and_a_part_nobody_can_guess() -> None:
    assert re.fullmatch(r"friday-night-no-2-cafe-[a-z2-7]{6}", new_slug("  Friday night: no 2, Café! "))
    assert re.fullmatch(r"room-[a-z2-7]{6}", new_slug("書く会"))
    assert new_slug("Twice") != new_slug("Twice")


@given(st.text(max_size=200))
def test_any_title_makes_a_slug_that_needs_no_escaping(title: str) -> None:
    slug = new_slug(title)

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= 64
