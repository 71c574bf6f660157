"""Instants as the API writes them, and back to Unix ms."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from server.core.instants import iso, unix_ms


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_795_000_000_007, "2026-11-18T11:06:40.007Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
    ],
)
def test_instants_are_written_in_utc_with_ms(ms: int, text: str) -> None:
    assert iso(ms) == text
    assert unix_ms(datetime.fromisoformat(text)) == ms


def test_the_ends_of_the_calendar_can_be_read() -> None:
    east, west = timezone(timedelta(hours=14)), timezone(-timedelta(hours=14))
    assert unix_ms(datetime.max.replace(tzinfo=west)) > unix_ms(datetime.max.replace(tzinfo=UTC))
    assert unix_ms(datetime.min.replace(tzinfo=east)) < unix_ms(datetime.min.replace(tzinfo=UTC))
