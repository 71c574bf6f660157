"""The streak of writers who stay in one zone is what the rules say word by word: half of 5,000 random histories."""

from tests.core.streak_histories import all_are_as_read


def test_the_streak_is_what_the_rules_say_word_by_word() -> None:
    all_are_as_read(travels=False, examples=2_500)
