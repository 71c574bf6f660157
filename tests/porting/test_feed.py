"""The feed that calendars read: told by reading it back."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from server.core.calendars import WrittenDay
from server.porting.feed import feed, summary

DAY = date(2026, 3, 28)
AT = 1_795_000_000_000


def events(body: bytes) -> list[tuple[str | None, date, date, str | None]]:
    found = Calendar.from_ical(body)
    assert isinstance(found, Calendar)
    return [(each.uid, each.start, each.end, each.summary) for each in found.events]


def test_each_day_is_an_event_of_that_date_whatever_clocks_do() -> None:
    days = [WrittenDay(DAY + timedelta(days=n), 400 + n, 20, 1, AT) for n in range(3)]  # over a change to summer time
    found = events(feed(days, 7))
    assert [(begin, end) for _, begin, end, _ in found] == [
        (DAY + timedelta(days=n), DAY + timedelta(days=n + 1)) for n in range(3)
    ]
    assert [text for *_, text in found] == ["400 words, 1 sprint", "401 words, 1 sprint", "402 words, 1 sprint"]


def test_an_event_keeps_its_id_and_the_same_days_give_the_same_bytes() -> None:
    before, after = WrittenDay(DAY, 400, 20, 1, AT), WrittenDay(DAY, 900, 45, 2, AT + 60_000)
    assert feed([before], 7) == feed([before], 7)
    assert feed([before], 7) != feed([after], 7)
    ids = [events(feed([day], writer))[0][0] for day, writer in ((before, 7), (after, 7), (before, 8))]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (WrittenDay(DAY, 412, 40, 2, AT), "412 words, 2 sprints"),
        (WrittenDay(DAY, 1, 40, 1, AT), "1 word, 1 sprint"),
        (WrittenDay(DAY, 0, 25.4, 1, AT), "25 minutes, 1 sprint"),
        (WrittenDay(DAY, 12_000, 0, 0, AT), "12,000 words"),
    ],
)
def test_a_day_in_words(day: WrittenDay, text: str) -> None:
    assert summary(day) == text


def test_no_days_are_a_calendar_without_events() -> None:
    assert events(feed([], 7)) == []
    lines = feed([], 7).decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert {"VERSION:2.0", "REFRESH-INTERVAL;VALUE=DURATION:PT6H", "METHOD:PUBLISH"} <= set(lines)
