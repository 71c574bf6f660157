"""The crowd: who is shown, who is away, and how the roster tells of it."""

from dataclasses import replace

import pytest

from protocol.codes import ErrorCode
from protocol.messages import CountFlags, Role, RosterFlags
from server.core.records import Member, Person
from server.core.sprint import RuleError
from server.live.crowd import Crowd

ANA = Member(0, 100, "Ana", Role.HOST, 5, rev=1)
BEN = Member(1, 101, "Ben", Role.WRITER, 6, rev=2)


def crowd(*members: Member) -> Crowd:
    made = Crowd()
    made.apply(members)
    return made


def test_a_removed_writer_is_not_shown_and_keeps_the_words_from_before() -> None:
    people = crowd(ANA, BEN)
    assert people.apply([replace(BEN, removed=True, rev=3)]) == [replace(BEN, removed=True, rev=3)]
    assert (people.shown(1), people.writers, list(people.slots())) == (False, 1, [0])
    assert people.writer_of(1) == 101


def test_one_who_left_is_not_shown_but_keeps_their_words() -> None:
    people = crowd(ANA, replace(BEN, left=True))
    assert not people.shown(1)
    assert people.writer_of(1) == 101


def test_a_place_that_became_another_s_is_the_former_s_no_more() -> None:
    people = crowd(ANA, BEN)
    people.apply([replace(BEN, writer=102, rev=3)])
    assert people.of_writer(101) is None
    assert people.of_writer(102) == replace(BEN, writer=102, rev=3)


def test_who_lost_a_place_and_got_another_in_one_reading_has_that_one() -> None:
    people = crowd(ANA, BEN)
    apart = [replace(ANA, writer=BEN.writer, rev=3), replace(BEN, writer=102, rev=3)]
    people.apply(apart)
    assert [people.of_writer(writer) for writer in (ANA.writer, BEN.writer, 102)] == [None, *apart]
    again = replace(ANA, rev=4)
    people.apply([again])
    assert [people.of_writer(writer) for writer in (ANA.writer, BEN.writer)] == [again, None]


def test_a_namesake_is_told_by_the_number_of_their_place_also_after_a_rename() -> None:
    people = crowd(ANA, BEN)
    assert [people.row(slot, 0).name for slot in (0, 1)] == ["Ana", "Ben"]
    renamed = replace(BEN, name="ANA", rev=3)
    assert people.apply([renamed]) == [renamed]
    assert [people.row(slot, 0).name for slot in (0, 1)] == ["Ana", "ANA ¹"]
    gone = replace(ANA, name="Cleo", rev=4)
    assert people.apply([gone]) == [gone, renamed], "Ben has the name for himself now"
    assert people.row(1, 0).name == "ANA"


@pytest.mark.parametrize("host", [ANA, replace(ANA, left=True)])
def test_nobody_new_comes_in_under_a_host_s_name(host: Member) -> None:
    people = crowd(host, BEN)
    with pytest.raises(RuleError, match="looks like a host's here: choose another one") as refused:
        people.admitted(Person(200, "ANA"))
    assert (refused.value.code, refused.value.field) == (ErrorCode.CONFLICT, "name")
    assert people.admitted(Person(200, "Ben")) == Person(200, "Ben"), "two writers may be Ben"
    assert people.admitted(Person(ANA.writer, "ANA")) == Person(ANA.writer, "ANA"), "it is the host's own"
    assert people.admitted(Person(BEN.writer, "Ana")) == Person(BEN.writer, "Ben"), "who is in stays in, as Ben"


def test_a_removed_host_s_name_is_free() -> None:
    people = crowd(replace(ANA, removed=True), BEN)
    assert people.admitted(Person(200, "Ana")) == Person(200, "Ana")


def test_known_rows_are_no_news() -> None:
    assert crowd(ANA, BEN).apply([ANA, BEN]) == []


def test_the_roster_tells_of_hosts_of_who_is_away_and_of_who_has_gone() -> None:
    people = crowd(ANA, replace(BEN, left=True))
    people.presence.came(0)
    assert people.row(0, CountFlags.WRITING).flags == CountFlags.WRITING | RosterFlags.HOST
    assert people.row(1, 0).flags == RosterFlags.AWAY | RosterFlags.GONE


def test_a_writer_is_here_while_any_socket_is_open_here_or_elsewhere() -> None:
    presence = crowd(ANA).presence
    assert presence.is_away(0)
    assert presence.came(0)
    assert not presence.came(0)
    assert not presence.went(0)
    assert presence.went(0)
    assert presence.is_away(0)
    assert presence.heard([0], True, 10) == [0]
    assert not presence.is_away(0)
    assert presence.heard([0], False, 9) == [], "older news"
    assert presence.heard([0], False, 11) == [0]
    assert presence.is_away(0)
