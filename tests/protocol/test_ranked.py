"""How BIG packs the top and the knots: what comes out is what went in, and it is short whatever the counts are."""

import json
import random
from itertools import accumulate
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.codec import encode
from protocol.messages import MAX_WORDS, Big
from protocol.ranked import pack, unpack
from server.core.tally import KNOTS, TOP
from tests.support.ranking import rank_in

STANDINGS = json.loads((Path(__file__).parents[2] / "protocol/vectors.json").read_text())["standings"]
MOST_BYTES = 600
MAX_SLOT, MAX_N, MAX_ID = 2**31 - 1, 2**31, 2**53 - 1

words = st.integers(-MAX_WORDS, MAX_WORDS)
boards = st.lists(st.tuples(st.integers(0, MAX_SLOT), words), max_size=TOP)


@given(boards, st.lists(words, max_size=KNOTS))
def test_what_is_packed_is_unpacked(rows: list[tuple[int, int]], more: list[int]) -> None:
    top = sorted(rows, key=lambda row: -row[1])
    knots = sorted((min(each, top[-1][1] if top else MAX_WORDS) for each in more), reverse=True)
    assert unpack(pack(top, knots)) == (top, knots)


def size(words: list[int]) -> int:
    top = [(MAX_SLOT - place, each) for place, each in enumerate(words[:TOP])]
    packed = pack(top, words[TOP:])
    return len(encode(Big(MAX_ID, MAX_N, MAX_N, MAX_N * MAX_WORDS, packed)))


def test_no_counts_within_the_limits_make_it_longer_than_600_bytes() -> None:
    """The drops share 2 * MAX_WORDS: at their worst, some just need a fourth byte, and all others a third."""
    longest = 0
    for fours in range(TOP + KNOTS):
        drops = [1 << 21] * fours + [1 << 14] * (TOP + KNOTS - fours)
        words = [max(-MAX_WORDS, MAX_WORDS - total) for total in accumulate(drops)]
        longest = max(longest, size(words))
    assert 580 < longest <= MOST_BYTES
    rng = random.Random(3)
    for _ in range(200):
        cuts = sorted(rng.randint(0, 2 * MAX_WORDS) for _ in range(TOP + KNOTS))
        assert size([MAX_WORDS - cut for cut in cuts]) <= longest


@pytest.mark.parametrize("standing", STANDINGS, ids=lambda each: each["why"])
def test_a_golden_standing_gives_the_golden_ranks(standing: dict[str, Any]) -> None:
    packed = bytes.fromhex(standing["ranked"])
    top, knots = unpack(packed)
    assert pack(top, knots) == packed
    assert [[words, rank_in(standing["n"], top, knots, words)] for words, _ in standing["ranks"]] == standing["ranks"]
