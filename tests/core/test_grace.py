"""Rolling grace on its own: days are letters, W written and M missed, oldest first."""

import pytest

from server.core.grace import Misses, Runs


def runs(days: str, grace: int = 1) -> Runs:
    missed = [place for place, letter in enumerate(days) if letter == "M"]
    return Runs(Misses(missed, list(missed), [grace] * len(missed)), days.count("W"))


@pytest.mark.parametrize(
    ("days", "grace", "current", "longest"),
    [
        ("", 1, 0, 0),
        ("WWW", 0, 3, 3),
        ("WWM", 0, 0, 2),
        ("WWMW", 0, 1, 2),
        ("WWMW", 1, 3, 3),
        ("WMWM", 1, 1, 2),
        ("WWMM", 1, 0, 2),
        ("WWMM", 2, 2, 2),
        ("WWMMM", 2, 0, 2),
        ("WWMMWM", 2, 1, 3),
        ("WMWWWWWWMW", 1, 8, 8),
        ("WMWWWWWMW", 1, 6, 6),
        ("MMMMWM", 1, 1, 1),
    ],
)
def test_a_run_survives_as_many_misses_in_seven_days_as_grace_allows(
    days: str, grace: int, current: int, longest: int
) -> None:
    found = runs(days, grace)
    assert (found.current, found.longest) == (current, longest)


@pytest.mark.parametrize(
    ("days", "grace", "falls"),
    [
        ("WWW", 0, True),
        ("WWW", 1, False),
        ("WWM", 1, True),
        ("WMWWWWW", 1, True),
        ("WMWWWWWW", 1, False),
        ("WM", 2, False),
    ],
)
def test_a_run_falls_with_a_miss_too_many(days: str, grace: int, falls: bool) -> None:
    assert runs(days, grace).falls_with(position=len(days), grace=grace) is falls
    assert (runs(f"{days}M", grace).current < runs(days, grace).current) is falls


@pytest.mark.parametrize(
    ("days", "held"),
    [
        ("WMW", [1]),
        ("WWM", [2]),  # holds the streak until today decides
        ("WMWM", [3]),  # the first one is where the run was cut
        ("WMWMMMW", [1]),  # in a run that is over, what lies between written days
        ("WMWMMM", [1]),
        ("WWMM", []),
        ("WMWWWMWMMMMMWMW", [5, 13]),
        ("MW", []),
    ],
)
def test_grace_days_are_those_that_hold_a_run(days: str, held: list[int]) -> None:
    assert sorted(runs(days).held()) == held


def test_a_miss_is_judged_by_the_grace_of_its_own_day() -> None:
    lowered = Runs(Misses([1, 4], [1, 4], [1, 0]), written=4)  # WMWWMW
    assert (lowered.current, lowered.longest) == (1, 3)
    assert lowered.before == 3
