"""What a process concludes from the versions of a hash."""

from server.live.relay_versions import Known, Versions

E1, E2 = b"first", b"second"


def read_at(version: int, epoch: bytes = E1) -> Versions:
    versions = Versions()
    versions.read(Known(), Known(epoch, version))
    return versions


def test_the_first_message_of_a_new_hash_is_in_order() -> None:
    versions = Versions()
    assert versions.came(E1, 1)
    assert versions.came(E1, 2)
    assert versions.known == Known(E1, 2)


def test_a_first_message_that_is_not_the_hash_s_first_is_a_gap() -> None:
    assert not Versions().came(E1, 2)


def test_a_gap_is_noticed_once() -> None:
    versions = read_at(5)
    assert not versions.came(E1, 7)
    assert versions.came(E1, 8)


def test_messages_that_a_read_overtook_are_no_trouble() -> None:
    versions = read_at(5)
    assert versions.came(E1, 4)
    assert versions.came(E1, 5)
    assert versions.came(E1, 6)


def test_a_message_that_comes_twice_is_a_step_back() -> None:
    versions = read_at(5)
    assert versions.came(E1, 6)
    assert not versions.came(E1, 6)


def test_another_epoch_is_trouble_until_the_hash_is_read() -> None:
    versions = read_at(5)
    assert not versions.came(E2, 1)
    assert not versions.came(E2, 2)
    versions.read(Known(E1, 5), Known(E2, 2))
    assert versions.came(E2, 3)


def test_a_read_that_messages_overtook_does_not_set_the_version_back() -> None:
    versions = read_at(5)
    assert versions.came(E1, 6)
    assert versions.came(E1, 7)
    versions.read(Known(E1, 5), Known(E1, 6))
    assert versions.came(E1, 8)


def test_a_read_of_a_hash_that_stepped_back_is_believed() -> None:
    versions = read_at(100)
    versions.read(Known(E1, 100), Known(E1, 90))
    assert versions.came(E1, 91)


def test_a_round_agrees_when_nothing_changed_or_every_change_came() -> None:
    versions = read_at(5)
    before = versions.known
    assert versions.agrees(before, Known(E1, 5))
    assert versions.came(E1, 6)
    assert versions.agrees(before, Known(E1, 6))
    assert versions.came(E1, 7)
    assert versions.agrees(before, Known(E1, 6))


def test_a_round_disagrees_on_a_lost_message_a_step_back_another_epoch_and_a_lost_hash() -> None:
    versions = read_at(5)
    before = versions.known
    assert not versions.agrees(before, Known(E1, 6))
    assert not versions.agrees(before, Known(E1, 4))
    assert not versions.agrees(before, Known(E2, 5))
    assert not versions.agrees(before, Known())


def test_a_round_asked_before_the_first_message_agrees() -> None:
    versions = Versions()
    assert versions.came(E1, 1)
    assert versions.agrees(Known(), Known())
    assert versions.agrees(Known(), Known(E1, 1))
