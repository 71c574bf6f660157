"""Instants between Unix ms and ISO 8601."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def iso(ms: int) -> str:
    """Unix ms as ISO 8601 UTC with ms, as 2026-11-23T06:30:00.000Z."""
    return instant(ms).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def iso_or_none(ms: int | None) -> str | None:
    return None if ms is None else iso(ms)


def instant(ms: int) -> datetime:
    """Unix ms as an aware datetime in UTC."""
    return _EPOCH + ms * _MS


def unix_ms(when: datetime) -> int:
    """An aware datetime as Unix ms. Any: a subtraction does not overflow at the ends of the calendar."""
    return (when - _EPOCH) // _MS
