"""The relay's messages as they stand in Redis."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.board import Row
from server.live.relay_format import (
    NoticeMessage,
    RowsMessage,
    pack_notice,
    pack_rows,
    read_message,
    room_channel,
    room_of,
    unpack_row,
)

ROWS = st.lists(
    st.builds(
        Row,
        st.integers(0, 2**31 - 1),
        st.integers(0, 4_102_444_800_000),
        st.integers(-10_000_000, 10_000_000),
        st.integers(0, 255),
    ),
    min_size=1,
)


@given(ROWS)
def test_rows_come_out_as_they_went_in(rows: list[Row]) -> None:
    message = read_message(b"R me e0 17 3 " + pack_rows(rows).encode())
    assert message == RowsMessage("me", b"e0", 17, 3, rows)


def test_of_rows_that_one_has_sent_only_the_version_is_read() -> None:
    message = read_message(b"R me e0 17 3 1 2 3 4", "me")
    assert message == RowsMessage("me", b"e0", 17, 3, [])
    assert read_message(b"R me e0 17 3 1 2 3 4", "you") == RowsMessage("me", b"e0", 17, 3, [Row(1, 2, 3, 4)])


@given(st.binary())
def test_a_notice_comes_out_as_it_went_in(notice: bytes) -> None:
    assert read_message(pack_notice("me", notice)) == NoticeMessage("me", notice)


@pytest.mark.parametrize(
    "data",
    [b"", b"X later", b"R", b"R me", b"R me e0 1", b"R me e0 1 3 1 2 3", b"R me e0 1 3 1 2 3 x", b"R me e0 1 3 \xff"],
)
def test_what_is_not_understood_is_left_alone(data: bytes) -> None:
    assert read_message(data) is None


def test_a_field_of_the_hash_is_a_row() -> None:
    assert unpack_row(b"12", b"1790000000000 -5 9") == Row(12, 1_790_000_000_000, -5, 9)


def test_a_channel_names_its_room() -> None:
    assert room_of(room_channel(2**53).encode()) == 2**53
