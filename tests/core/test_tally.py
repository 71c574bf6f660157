"""The tally: who is shown, who is in, and the standing, from which everybody finds their own rank."""

import random
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.messages import MAX_WORDS, CountFlags
from server.core.board import Register, ranks
from server.core.tally import ACTIVE_MS, KNOTS, TOP, Standing, Tally
from tests.support.ranking import rank_in

SEQ = 1_795_415_636_303
HOSTILE: dict[str, Callable[[random.Random], int]] = {
    "all equal": lambda rng: 250,
    "half idle": lambda rng: rng.choice((0, rng.randrange(1, 900))),
    "lognormal": lambda rng: min(MAX_WORDS, int(rng.lognormvariate(5, 2))),
    "two values": lambda rng: rng.choice((10, 900)),
    "one huge": lambda rng: MAX_WORDS if rng.random() < 0.001 else rng.randrange(300),
    "some below nothing": lambda rng: rng.randrange(-500, 600),
    "as far apart as can be": lambda rng: rng.randrange(-MAX_WORDS, MAX_WORDS + 1),
    "steps": lambda rng: rng.randrange(12) * 50,
    "a long tail of ones": lambda rng: rng.choice((1,) * 30 + (2, 3, 500)),
}


def tally_of(words: list[int]) -> Tally:
    made = Tally()
    for slot, each in enumerate(words):
        made.show(slot, Register(SEQ, each, 0))
    return made


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(HOSTILE)), st.integers(1, 12_000), st.integers(0, 2**32))
def test_each_finds_their_rank_exactly_among_the_top_and_else_within_two_hundredths_of_n(
    shape: str, n: int, seed: int
) -> None:
    rng = random.Random(seed)
    words = [HOSTILE[shape](rng) for _ in range(n)]
    standing = tally_of(words).standing(waiting=False)
    assert (standing.n, standing.sum) == (n, sum(words))
    least = standing.top[-1][1]
    for mine, truth in ranks(words).items():
        told = rank_in(n, standing.top, standing.knots, mine)
        if mine >= least:
            assert told == truth
        assert abs(told - truth) <= max(1, 0.02 * n), (mine, told, truth)


@given(st.lists(st.integers(-MAX_WORDS, MAX_WORDS), max_size=200))
def test_the_standing_is_what_sorting_all_of_them_gives(words: list[int]) -> None:
    standing = tally_of(words).standing(waiting=False)
    best = sorted(enumerate(words), key=lambda each: (-each[1], each[0]))
    assert standing.top == best[:TOP]
    assert len(standing.knots) == (KNOTS if len(words) > TOP else 0)
    assert standing.knots == sorted(standing.knots, reverse=True)
    if standing.knots:
        assert (standing.knots[0], standing.knots[-1]) == (best[TOP - 1][1], best[-1][1])


changes = st.tuples(
    st.integers(0, 9),
    st.none()
    | st.builds(Register, st.integers(1, 50), st.integers(-9, 9), st.sampled_from([0, int(CountFlags.IN)]))
    | st.just("hide"),
)


@given(st.lists(changes), st.booleans())
def test_it_stands_as_if_it_had_been_asked_of_each_just_now(
    each: list[tuple[int, Register | str | None]], waiting: bool
) -> None:
    tally = Tally()
    shown: dict[int, Register | None] = {}
    for slot, change in each:
        if isinstance(change, str):
            tally.hide(slot)
            shown.pop(slot, None)
        else:
            tally.show(slot, change)
            shown[slot] = change
    again = Tally()
    for slot, register in shown.items():
        again.show(slot, register)
    counted = [register for register in shown.values() if register is not None]
    assert (len(tally), tally.open) == (len(shown), sum(not register.flags & CountFlags.IN for register in counted))
    assert tally.standing(waiting) == again.standing(waiting)
    assert tally.standing(waiting).n == (len(shown) if waiting else len(counted))


def test_those_without_a_count_have_no_words_while_they_are_waited_for() -> None:
    tally = tally_of([5, -3])
    tally.show(9, None)
    assert tally.standing(waiting=True).top == [(0, 5), (9, 0), (1, -3)]
    assert tally.standing(waiting=False).top == [(0, 5), (1, -3)]
    assert Tally().standing(waiting=True) == Standing(0, 0, 0, [], [])


def test_active_is_who_counted_within_a_minute_of_the_newest_count() -> None:
    tally = Tally()
    for slot, ago in enumerate((0, 1, ACTIVE_MS, ACTIVE_MS + 1)):
        tally.show(slot, Register(SEQ - ago, 10, 0))
    tally.show(8, Register(1, 0, 0))  # there, and has not counted
    tally.show(9, None)
    assert tally.standing(waiting=True).active == 3
    idle = Tally()
    idle.show(0, None)
    assert idle.standing(waiting=True).active == 0
