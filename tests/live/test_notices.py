"""Notices between processes survive the way there and back, and a later version's are passed over."""

import msgpack
import pytest

from server.core.board import Row
from server.core.records import SprintRecord
from server.core.sprint import Timeline
from server.live.notices import (
    BaselineNotice,
    CheerNotice,
    EndedNotice,
    Notice,
    PresenceNotice,
    RevNotice,
    WhoNotice,
    pack,
    rev_notice,
    stored_notice,
    unpack,
)

T = 1_764_000_000_000


@pytest.mark.parametrize(
    "notice",
    [
        RevNotice(4),
        stored_notice(7, [Row(1, T, -12, 8)]),
        CheerNotice(1, None, 2, 2**53),
        PresenceNotice(T, True, [1, 2]),
        WhoNotice(),
        BaselineNotice(7, 1, 41_000),
        EndedNotice(["3f0d2c1e-0000-4000-8000-0123456789ab"]),
        EndedNotice(["3f0d2c1e-0000-4000-8000-0123456789ab"], anew=True),
    ],
    ids=lambda notice: type(notice).__name__,
)
def test_a_notice_comes_back_as_it_was(notice: Notice | EndedNotice) -> None:
    assert unpack(pack(notice)) == notice


def test_the_sprint_travels_with_its_rev() -> None:
    record = SprintRecord(7, 3, 2, Timeline(T, T + 1, T + 2, cancelled=T), final=True)
    notice = unpack(pack(rev_notice(9, record)))
    assert isinstance(notice, RevNotice)
    assert (notice.rev, notice.record(3)) == (9, record)


def test_a_room_without_a_sprint_says_so() -> None:
    assert rev_notice(2, None).record(3) is None


def test_an_unknown_notice_is_passed_over() -> None:
    assert unpack(msgpack.packb([99, 1])) is None
