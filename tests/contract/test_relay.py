"""What every relay does, told once and run on each: in memory, on Valkey, on the system's Redis."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from itertools import permutations

import pytest

from server.core.board import Row
from server.live.relay import Hub, MemoryRelay, Relay
from server.live.relay_redis import RedisRelay
from tests.support.process import BoardProcess, agree
from tests.support.valkey import Valkey, system_binary
from tests.support.wait import wait_until

ROOM, OTHER_ROOM, SPRINT = 7, 8, 21
NOW = 1_790_000_000_000


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture(scope="module")
def system_redis() -> Iterator[Valkey]:
    binary = system_binary()
    if binary is None:
        pytest.skip("this system has no redis-server; Valkey's run covers the contract")
    with Valkey(binary) as server:
        yield server


@pytest.fixture(params=["memory", "valkey", "system redis"])
def make_relay(request: pytest.FixtureRequest) -> Callable[[], Relay]:
    if request.param == "memory":
        hub = Hub()
        return lambda: MemoryRelay(hub)
    server: Valkey = request.getfixturevalue("valkey" if request.param == "valkey" else "system_redis")
    server.empty()
    return lambda: RedisRelay(server.url)


class Processes:
    """Processes on one relay; each was started, and is stopped at the test's end."""

    def __init__(self, make_relay: Callable[[], Relay], stack: AsyncExitStack) -> None:
        self._make_relay, self._stack = make_relay, stack

    async def one(self) -> BoardProcess:
        return await self._stack.enter_async_context(BoardProcess(self._make_relay()))

    async def two_in_the_room(self) -> tuple[BoardProcess, BoardProcess]:
        ada, ben = await self.one(), await self.one()
        for each in ada, ben:
            await each.join(ROOM, SPRINT)
        return ada, ben


@pytest.fixture
async def processes(make_relay: Callable[[], Relay]) -> AsyncIterator[Processes]:
    async with AsyncExitStack() as stack:
        yield Processes(make_relay, stack)


async def test_a_relay_whose_server_is_there_is_healthy_from_the_start(processes: Processes) -> None:
    one = await processes.one()
    assert one.relay.healthy
    assert one.healths == []


async def test_counts_of_two_processes_converge(processes: Processes) -> None:
    ada, ben = await processes.two_in_the_room()
    ada.count(ROOM, SPRINT, Row(1, NOW, 100, 0), Row(2, NOW, 50, 4))
    ben.count(ROOM, SPRINT, Row(3, NOW, 75, 1))
    ben.count(ROOM, SPRINT, Row(3, NOW + 5, 80, 9))
    truth = [Row(1, NOW, 100, 0), Row(2, NOW, 50, 4), Row(3, NOW + 5, 80, 9)]
    await wait_until(agree(ROOM, SPRINT, truth, ada, ben))


async def test_a_newer_count_wins_though_it_has_fewer_words_even_below_zero(processes: Processes) -> None:
    ada, ben = await processes.two_in_the_room()
    ada.count(ROOM, SPRINT, Row(1, NOW, 100, 0))
    ada.count(ROOM, SPRINT, Row(1, NOW + 1, -12, 0))
    await wait_until(agree(ROOM, SPRINT, [Row(1, NOW + 1, -12, 0)], ada, ben))
    late = await processes.one()
    await late.join(ROOM, SPRINT)
    assert late.board(ROOM, SPRINT) == [Row(1, NOW + 1, -12, 0)]


@pytest.mark.parametrize("order", list(permutations([Row(1, NOW, -5, 3), Row(1, NOW, 10, 0), Row(1, NOW, 10, 1)])))
async def test_of_equal_stamps_the_greater_words_then_flags_win_in_any_order(
    processes: Processes, order: tuple[Row, ...]
) -> None:
    ada, ben = await processes.two_in_the_room()
    for each in order:
        ada.relay.push(ROOM, SPRINT, [each])
        ada.relay.push(ROOM, SPRINT, [Row(2, NOW, 1, 0)])
    await wait_until(lambda: Row(1, NOW, 10, 1) in ben.board(ROOM, SPRINT))
    late = await processes.one()
    await late.join(ROOM, SPRINT)
    assert late.board(ROOM, SPRINT) == [Row(1, NOW, 10, 1), Row(2, NOW, 1, 0)]


@pytest.mark.parametrize(("less", "more"), [(9, 10), (-10, -9), (-1, 0)])
async def test_words_are_compared_as_numbers(processes: Processes, less: int, more: int) -> None:
    ada, ben = await processes.two_in_the_room()
    ada.count(ROOM, SPRINT, Row(1, NOW, less, 0), Row(2, NOW, more, 0))
    await wait_until(agree(ROOM, SPRINT, [Row(1, NOW, less, 0), Row(2, NOW, more, 0)], ben))
    ada.count(ROOM, SPRINT, Row(1, NOW, more, 0))
    ada.relay.push(ROOM, SPRINT, [Row(2, NOW, less, 0)])
    truth = [Row(1, NOW, more, 0), Row(2, NOW, more, 0)]
    await wait_until(agree(ROOM, SPRINT, truth, ben))
    late = await processes.one()
    await late.join(ROOM, SPRINT)
    assert late.board(ROOM, SPRINT) == truth


async def test_a_repeated_count_is_no_news(processes: Processes) -> None:
    ada, ben = await processes.two_in_the_room()
    ada.count(ROOM, SPRINT, Row(1, NOW, 100, 0))
    await wait_until(agree(ROOM, SPRINT, [Row(1, NOW, 100, 0)], ben))
    seen = ben.rows_seen
    ada.count(ROOM, SPRINT, Row(1, NOW, 100, 0))
    ada.count(ROOM, SPRINT, Row(1, NOW - 1, 500, 0))
    ada.count(ROOM, SPRINT, Row(2, NOW, 1, 0))
    await wait_until(agree(ROOM, SPRINT, [Row(1, NOW, 100, 0), Row(2, NOW, 1, 0)], ben))
    assert ben.rows_seen == seen + 1


async def test_the_greatest_numbers_come_through_exactly(processes: Processes) -> None:
    ada, ben = await processes.two_in_the_room()
    seq, slot = 2**53 - 1, 2**31 - 1
    ada.count(ROOM, SPRINT, Row(slot, seq - 1, 10_000_000, 255))
    ada.relay.push(ROOM, SPRINT, [Row(slot, seq, -10_000_000, 255)])
    await wait_until(agree(ROOM, SPRINT, [Row(slot, seq, -10_000_000, 255)], ben))


async def test_who_comes_late_gets_a_snapshot(processes: Processes) -> None:
    ada, ben = await processes.two_in_the_room()
    rows = [Row(slot, NOW, slot, 0) for slot in range(1_000)]
    ada.count(ROOM, SPRINT, *rows)
    await wait_until(agree(ROOM, SPRINT, rows, ben))
    late = await processes.one()
    await late.join(ROOM, SPRINT)
    assert late.board(ROOM, SPRINT) == rows


async def test_sprints_and_rooms_do_not_mix(processes: Processes) -> None:
    ada, ben = await processes.two_in_the_room()
    await ben.join(ROOM, SPRINT + 1)
    await ben.join(OTHER_ROOM, SPRINT)
    await ada.join(OTHER_ROOM, SPRINT)
    ada.count(ROOM, SPRINT, Row(1, NOW, 1, 0))
    ada.count(ROOM, SPRINT + 1, Row(1, NOW, 2, 0))
    ada.count(OTHER_ROOM, SPRINT, Row(1, NOW, 3, 0))
    await wait_until(agree(ROOM, SPRINT, [Row(1, NOW, 1, 0)], ben))
    await wait_until(agree(ROOM, SPRINT + 1, [Row(1, NOW, 2, 0)], ben))
    await wait_until(agree(OTHER_ROOM, SPRINT, [Row(1, NOW, 3, 0)], ben))


async def test_a_notice_reaches_all_that_have_the_room_open_and_its_sender_at_once(processes: Processes) -> None:
    ada, ben = await processes.two_in_the_room()
    elsewhere = await processes.one()
    await elsewhere.relay.open(OTHER_ROOM)
    notice = bytes(range(256))
    ada.relay.notify(ROOM, notice)
    assert ada.notices == [(ROOM, notice)]
    await wait_until(lambda: ben.notices == [(ROOM, notice)])
    ben.relay.notify(ROOM, b"")
    await wait_until(lambda: ada.notices == [(ROOM, notice), (ROOM, b"")])
    assert ben.notices == [(ROOM, notice), (ROOM, b"")]
    assert elsewhere.notices == []


async def test_a_notice_for_a_room_that_is_not_open_here_goes_to_the_others_only(processes: Processes) -> None:
    ada, ben = await processes.two_in_the_room()
    elsewhere = await processes.one()
    elsewhere.relay.notify(ROOM, b"from outside")
    await wait_until(lambda: ada.notices == ben.notices == [(ROOM, b"from outside")])
    assert elsewhere.notices == []


async def test_rows_come_before_the_sprint_is_watched(processes: Processes) -> None:
    ada, ben = await processes.two_in_the_room()
    ada.count(ROOM, SPRINT + 1, Row(1, NOW, 1, 0))
    await wait_until(agree(ROOM, SPRINT + 1, [Row(1, NOW, 1, 0)], ben))


async def test_who_unwatched_a_sprint_gets_no_more_of_its_rows(processes: Processes) -> None:
    ada, ben = await processes.two_in_the_room()
    await ben.relay.unwatch(ROOM, SPRINT)
    ada.count(ROOM, SPRINT, Row(1, NOW, 1, 0))
    ada.relay.notify(ROOM, b"after the rows")
    await wait_until(lambda: ben.notices == [(ROOM, b"after the rows")])
    assert ben.board(ROOM, SPRINT) == []


async def test_who_closed_a_room_gets_nothing_of_it_and_can_open_it_again(processes: Processes) -> None:
    ada, ben = await processes.two_in_the_room()
    await ada.join(OTHER_ROOM, SPRINT)
    await ben.join(OTHER_ROOM, SPRINT)
    await ben.relay.close(ROOM)
    ada.count(ROOM, SPRINT, Row(1, NOW, 1, 0))
    ada.relay.notify(ROOM, b"unheard")
    ada.relay.notify(OTHER_ROOM, b"heard")
    await wait_until(lambda: bool(ben.notices))
    assert ben.notices == [(OTHER_ROOM, b"heard")]
    assert ben.board(ROOM, SPRINT) == []
    await ben.join(ROOM, SPRINT)
    assert ben.board(ROOM, SPRINT) == [Row(1, NOW, 1, 0)]
    ada.count(ROOM, SPRINT, Row(2, NOW, 2, 0))
    await wait_until(agree(ROOM, SPRINT, [Row(1, NOW, 1, 0), Row(2, NOW, 2, 0)], ben))


async def test_watching_a_room_that_was_closed_meanwhile_is_harmless(processes: Processes) -> None:
    ada, ben = await processes.two_in_the_room()
    await ben.relay.close(ROOM)
    ada.count(ROOM, SPRINT, Row(1, NOW, 1, 0))
    await ben.relay.unwatch(ROOM, SPRINT)
    assert await ben.relay.watch(ROOM, SPRINT) == []
    await ben.relay.close(ROOM)


async def test_what_is_pushed_before_the_stop_still_arrives(processes: Processes) -> None:
    ada, ben = await processes.two_in_the_room()
    leaving = await processes.one()
    await leaving.join(ROOM, SPRINT)
    rows = [Row(slot, NOW, 1, 0) for slot in range(600)]
    leaving.count(ROOM, SPRINT, *rows)
    await leaving.relay.stop()
    await wait_until(agree(ROOM, SPRINT, rows, ada, ben))
