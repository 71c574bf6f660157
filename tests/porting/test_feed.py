"""The feed that calendars read: told by reading it back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from server.core.calendars import WrittenDay
from server.porting.feed import feed, summary

DAY = date(2026, 3, 28)
AT = datetime(2026, 11, 27, 6, 30, tzinfo=UTC)


def events(body: bytes) -> list[tuple[str | None, date, date, str | None]]:
    found = Calendar.from_ical(body)
    assert isinstance(found, Calendar)
    return [(each.uid, each.start, each.end, each.summary) for each in found.events]


def test_each_day_is_an_event_of_that_date_whatever_clocks_do() -> None:
    days = [WrittenDay(DAY + timedelta(days=n), 400 + n, 20, 1) for n in range(3)]  # over a change to summer time
    found = events(feed(days, 7, AT))
    assert [(begin, end) for _, begin, end, _ in found] == [
        (DAY + timedelta(days=n), DAY + timedelta(days=n + 1)) for n in range(3)
    ]
    assert [text for *_, text in found] == ["400 words, 1 sprint", "401 words, 1 sprint", "402 words, 1 sprint"]


def test_an_event_that_is_told_again_keeps_its_id_and_says_that_it_is_later() -> None:
    before, after, later = WrittenDay(DAY, 400, 20, 1), WrittenDay(DAY, 900, 45, 2), AT + timedelta(minutes=1)
    told = [Calendar.from_ical(feed(*each)) for each in (([before], 7, AT), ([after], 7, later), ([before], 8, AT))]
    (first,), (mended,), (other,) = (each.events for each in told)
    assert first.uid == mended.uid != other.uid
    assert [each.stamp for each in (first, mended)] == [AT, later]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (WrittenDay(DAY, 412, 40, 2), "412 words, 2 sprints"),
        (WrittenDay(DAY, 1, 40, 1), "1 word, 1 sprint"),
        (WrittenDay(DAY, 0, 25.4, 1), "25 minutes, 1 sprint"),
        (WrittenDay(DAY, 12_000, 0, 0), "12,000 words"),
    ],
)
def test_a_day_in_words(day: WrittenDay, text: str) -> None:
    assert summary(day) == text


def test_no_days_are_a_calendar_without_events() -> None:
    assert events(feed([], 7, AT)) == []
    lines = feed([], 7, AT).decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert {"VERSION:2.0", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "METHOD:PUBLISH"} <= set(lines)
