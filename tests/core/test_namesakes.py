"""Who may be taken for another in a room is told apart, the same in whatever order a process heard of them."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from server.core.namesakes import Namesakes, marked, told_apart

Said = tuple[int, str, bool]
NAMES = st.sampled_from(["Ann", "ANN", "ann", "Ben", "ben", "Cy"])
NEWS: st.SearchStrategy[list[Said]] = st.lists(st.tuples(st.integers(0, 12), NAMES, st.booleans()), max_size=30)


def test_the_first_has_the_name_bare_and_the_others_have_the_number_of_their_place() -> None:
    assert list(told_apart([(0, "Ann"), (3, "ann"), (12, "Ben"), (40, "ANN")], str.casefold)) == [
        *("Ann", "ann ³", "Ben", "ANN ⁴⁰")
    ]


@given(NAMES, st.integers(0, 10_000))
def test_nobody_can_write_a_mark_into_a_name(name: str, slot: int) -> None:
    assert unicodedata.normalize("NFKC", marked(name, slot)) != marked(name, slot)


@given(NEWS)
def test_any_order_ends_the_same_and_tells_who_else_is_told_otherwise(news: list[Said]) -> None:
    namesakes, names = Namesakes(str.casefold), dict[int, str]()
    for slot, name, is_host in news:
        before = {each: namesakes.shown(each, names[each]) for each in names if each != slot}
        others = namesakes.take(slot, name, is_host)
        names[slot] = name
        after = {each: namesakes.shown(each, names[each]) for each in before}
        assert others == {each for each in before if before[each] != after[each]}
    assert [namesakes.shown(slot, names[slot]) for slot in sorted(names)] == list(
        told_apart(sorted(names.items()), str.casefold)
    )


@given(NEWS, NAMES)
def test_only_what_looks_like_one_with_a_say_now_is_a_host_s(news: list[Said], asked: str) -> None:
    namesakes, hosts = Namesakes(str.casefold), dict[int, str]()
    for slot, name, is_host in news:
        namesakes.take(slot, name, is_host)
        hosts.pop(slot, None)
        if is_host:
            hosts[slot] = name.casefold()
    assert namesakes.is_a_host_s(asked) is (asked.casefold() in hosts.values())


def test_what_one_more_costs_does_not_grow_with_the_room() -> None:
    """Counted in names that are looked at, not in time."""
    looked: list[str] = []

    def likeness(name: str) -> str:
        looked.append(name)
        return name

    namesakes = Namesakes(likeness)
    for slot in range(2_000):
        assert namesakes.take(slot, "Ann", is_host=not slot) == set()
    looked.clear()
    namesakes.is_a_host_s("Ben")
    namesakes.take(2_000, "Ann", is_host=False)
    assert looked == ["Ben", "Ann"]


@given(st.lists(NAMES, max_size=30))
def test_no_two_are_told_alike(names: list[str]) -> None:
    shown = list(told_apart(enumerate(names), str.casefold))
    assert len({each.casefold() for each in shown}) == len(shown)
