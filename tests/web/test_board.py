"""The board as JSON, from stored counts and those this process holds."""

from protocol import http
from protocol.messages import CountFlags
from server.core.board import Register
from server.core.sprint import Timeline
from server.web import board
from server.web.ranking import Entry

START, MINUTE = 1_795_000_000_000, 60_000
SPRINT = Timeline(START, START + 20 * MINUTE, START + 22 * MINUTE)


def _entry(slot: int, words: int, flags: int = 0, started_at: int = START) -> Entry:
    return Entry(slot, f"writer {slot}", Register(START + 1, words, flags), started_at)


async def rows(counted: list[Entry], timeline: Timeline, now: int) -> list[http.BoardRow]:
    ranking = board.ranked(counted)
    return await board.rows(ranking, range(len(counted)), timeline, now)


async def test_equal_counts_share_a_rank_and_the_next_is_left_out() -> None:
    shown = await rows([_entry(1, 10), _entry(2, 30), _entry(3, 10), _entry(4, -5)], SPRINT, SPRINT.ends)
    assert [(each.slot, each.rank) for each in shown] == [(2, 1), (1, 2), (3, 2), (4, 4)]


async def test_the_time_written_ends_at_the_bell() -> None:
    row = (await rows([_entry(1, 400)], SPRINT, SPRINT.ends + 60 * MINUTE))[0]
    assert (row.minutes, row.wpm) == (20, 20)


async def test_a_cancelled_sprint_stops_the_time() -> None:
    cancelled = Timeline(SPRINT.starts, SPRINT.ends, SPRINT.reporting_ends, cancelled=START + 5 * MINUTE)
    assert (await rows([_entry(1, 400)], cancelled, SPRINT.ends))[0].minutes == 5


async def test_before_the_start_nobody_has_written() -> None:
    row = (await rows([_entry(1, 0)], SPRINT, START - MINUTE))[0]
    assert (row.minutes, row.wpm) == (0, None)


async def test_five_seconds_to_load_the_page_are_not_late() -> None:
    on_time, late = await rows(
        [_entry(1, 2, started_at=START + 5_000), _entry(2, 1, started_at=START + 5_001)], SPRINT, START
    )
    assert (on_time.joined_late, late.joined_late) == (False, True)


async def test_flags_are_told_in_words() -> None:
    row = (await rows([_entry(1, 1, CountFlags.FOLLOWED | CountFlags.IN | CountFlags.LATE)], SPRINT, SPRINT.ends))[0]
    assert (row.how, row.reported, row.late) == ("followed", True, True)


async def test_an_empty_board_is_empty() -> None:
    assert await rows([], SPRINT, START) == []


async def test_of_a_long_board_the_first_and_the_asker_with_neighbours() -> None:
    ranking = board.ranked(_entry(slot, 1_000 - slot) for slot in range(100))
    assert ranking.places(3, 50) == [0, 1, 2, 48, 49, 50, 51, 52]
    assert ranking.places(3, 3) == [0, 1, 2, 3, 4, 5]
    assert ranking.places(3, 99) == [0, 1, 2, 97, 98, 99]
    assert ranking.places(3, None) == ranking.places(3, 777) == [0, 1, 2]
    assert ranking.places(200, 50) == list(range(100))
    told = await board.rows(ranking, ranking.places(1, 98), SPRINT, START)
    assert [(each.slot, each.rank) for each in told] == [(0, 1), (96, 97), (97, 98), (98, 99), (99, 100)]
