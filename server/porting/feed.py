"""The days written as an iCalendar feed (RFC 5545): all-day events with counts in them, and nothing of any text."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from server.core.calendars import WrittenDay
from server.porting.numbers import so_many

_EVENTS = UUID("6b0d5f0a-3d0c-4f5e-9c41-0a6d1f2b7c11")
"""The namespace of the events' ids: a day of a writer's keeps its id, also at another address."""
REFRESH = timedelta(hours=6)


def feed(days: Iterable[WrittenDay], writer: int, now: datetime) -> bytes:
    """`now`, an aware instant: when it is told, which a published calendar's events say (RFC 5545, 3.8.7.2).

    Of two tellings of an event a calendar believes the later, so what is mended in a day arrives.
    Takes some 100 ms for a year: not for the event loop.
    """
    from icalendar import Calendar, Event  # takes half a second, which nobody should wait for who needs no calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Wordtide//Days written//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "Days written")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for each in days:
        event = Event()
        event.add("uid", f"{uuid5(_EVENTS, f'{writer} {each.day}')}@wordtide")
        event.add("dtstamp", now)
        event.add("dtstart", each.day)
        event.add("dtend", each.day + timedelta(days=1))
        event.add("summary", summary(each))
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def summary(day: WrittenDay) -> str:
    """As "412 words, 2 sprints"; of a day without words its minutes."""
    parts = [so_many(day.words, "word")] if day.words else [so_many(round(day.minutes), "minute")]
    if day.sprints:
        parts.append(so_many(day.sprints, "sprint"))
    return ", ".join(parts)
