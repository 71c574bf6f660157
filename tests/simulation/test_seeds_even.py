"""Half of the simulated worlds: after the last fault all agree with what was typed, and no ACK was ever taken back."""

from tests.simulation.seeds import SEEDS, all_agree


def test_all_agree_in_the_end() -> None:
    all_agree(range(0, SEEDS, 2))
