"""Reads of many callers in one query: who is answered by which, and what becomes of them when it fails."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from server.ledger.reader import MAX_KEYS, GroupRead


class Table:
    """Answers queries when it is told to, with what stands in it then."""

    def __init__(self) -> None:
        self.rows: dict[int, str] = {}
        self.queries: list[list[int]] = []
        self.fault: Exception | None = None
        self._gate = asyncio.Semaphore(0)

    async def read(self, keys: Sequence[int]) -> Mapping[int, str]:
        self.queries.append(list(keys))
        held = {key: self.rows[key] for key in keys if key in self.rows}
        await self._gate.acquire()
        if self.fault is not None:
            raise self.fault
        return held

    def answer(self, queries: int = 1) -> None:
        for _ in range(queries):
            self._gate.release()


async def begun(*asking: "asyncio.Task[str | None]") -> None:
    """Let them go as far as they can."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_those_who_ask_at_once_share_a_query_and_each_has_their_answer() -> None:
    table = Table()
    table.rows = {1: "one", 2: "two"}
    reader = GroupRead(table.read)
    table.answer()
    assert await asyncio.gather(*map(reader.ask, [1, 2, 3, 1])) == ["one", "two", None, "one"]
    assert table.queries == [[1, 2, 3]]


async def test_who_asks_while_a_query_runs_hears_what_was_read_afterwards() -> None:
    table = Table()
    table.rows = {1: "old"}
    reader = GroupRead(table.read)
    first = asyncio.create_task(reader.ask(1))
    await begun(first)
    table.rows[1] = "new"
    second = asyncio.create_task(reader.ask(1))
    await begun(second)
    table.answer(2)
    assert (await first, await second) == ("old", "new")


async def test_a_query_that_fails_fails_those_it_was_for_and_no_others() -> None:
    table = Table()
    reader = GroupRead(table.read)
    first = asyncio.create_task(reader.ask(1))
    await begun(first)
    second = asyncio.create_task(reader.ask(2))
    table.fault = OSError("away")
    table.answer()
    with pytest.raises(OSError, match="away"):
        await first
    table.fault = None
    table.answer()
    assert await second is None


async def test_who_gives_up_takes_nobody_s_answer_along() -> None:
    table = Table()
    table.rows = {1: "one"}
    reader = GroupRead(table.read)
    first, second = (asyncio.create_task(reader.ask(1)) for _ in range(2))
    await begun(first, second)
    first.cancel()
    table.answer()
    assert await second == "one"


async def test_more_than_a_query_holds_goes_into_the_next() -> None:
    table = Table()
    reader = GroupRead(table.read)
    table.answer(2)
    await asyncio.gather(*map(reader.ask, range(MAX_KEYS + 1)))
    assert [len(query) for query in table.queries] == [MAX_KEYS, 1]


async def test_at_the_end_nobody_waits_for_ever() -> None:
    table = Table()
    reader = GroupRead(table.read)
    first = asyncio.create_task(reader.ask(1))
    await begun(first)
    second = asyncio.create_task(reader.ask(2))
    await begun(second)
    await reader.close()
    for each in first, second:
        with pytest.raises(asyncio.CancelledError):
            await each


async def test_at_the_end_nobody_waits_for_a_query_that_has_not_begun() -> None:
    reader = GroupRead(Table().read)
    asking = asyncio.create_task(reader.ask(1))
    await asyncio.sleep(0)
    await reader.close()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(asking, 5)
