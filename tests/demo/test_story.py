"""The demo's story: the same whenever it is told, and one that people could have lived."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from server.demo.story import Arrived, Began, Booked, ByHand, Moved, Room, Round, Shelved, Story, tell

UNTIL = datetime(2026, 11, 27, 22, tzinfo=UTC)
REPORTING = timedelta(minutes=2)


@pytest.fixture(scope="module")
def story() -> Story:
    return tell(1, UNTIL)


def test_it_is_the_same_whenever_it_is_told(story: Story) -> None:
    assert tell(1, UNTIL) == story
    assert tell(2, UNTIL) != story


def test_it_lasts_a_year_and_ends_when_it_is_told_to(story: Story) -> None:
    instants = [event.at for event in story.events]
    assert instants == sorted(instants)
    assert timedelta(days=363) < UNTIL - instants[0] < timedelta(days=366)
    ends = [each.at + timedelta(minutes=each.minutes) for each in story.events if isinstance(each, Round | ByHand)]
    assert timedelta(0) < UNTIL - max(ends) < timedelta(days=1)


@pytest.mark.parametrize("days", [1, 3, 40])
def test_a_shorter_one_is_as_whole(days: int) -> None:
    story = tell(1, UNTIL, days)
    arrived = {event.writer.name: event.at for event in story.events if isinstance(event, Arrived)}
    assert UNTIL - min(arrived.values()) < timedelta(days=days + 2)
    for event in story.events:
        match event:
            case Round(at=at, wrote=wrote, room=room):
                assert arrived[room.host] < at
                assert all(arrived[each.writer] < at for each in wrote)
            case ByHand() | Moved() | Began() | Shelved() | Booked():
                assert arrived[event.writer] < event.at


def test_nobody_is_in_two_sprints_at_once_and_no_room_has_two(story: Story) -> None:
    busy: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    taken: dict[Room, list[tuple[datetime, datetime]]] = defaultdict(list)
    for event in story.events:
        if isinstance(event, Round):
            over = event.at + timedelta(minutes=event.minutes)
            taken[event.room].append((event.at, over + REPORTING))
            for each in event.wrote:
                busy[each.writer].append((event.at, over))
        elif isinstance(event, ByHand):
            busy[event.writer].append((event.at, event.at + timedelta(minutes=event.minutes)))
    for spans in (*busy.values(), *taken.values()):
        assert [(one, other) for one, other in pairwise(sorted(spans)) if other[0] < one[1]] == []


def test_it_has_what_a_year_has(story: Story) -> None:
    rounds = [event for event in story.events if isinstance(event, Round)]
    assert any(len(each.wrote) >= 4 for each in rounds), "no write-in that many came to"
    assert any(wrote.words < 0 for each in rounds for wrote in each.wrote), "nobody cut anything"
    assert any(wrote.late for each in rounds for wrote in each.wrote), "nobody came late"
    assert (
        sum(isinstance(event, Began) for event in story.events)
        > sum(isinstance(event, Shelved) for event in story.events)
        > 0
    )
    assert any(isinstance(event, Booked) for event in story.events)
    assert [event.zone for event in story.events if isinstance(event, Moved)] == ["America/New_York", "Europe/London"]
