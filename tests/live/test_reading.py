"""Who shares a reading of a room with whom, and what is left of those that SQL does not answer."""

import asyncio

import pytest

from server.live.plane import Tasks
from server.live.reading import Reading


class Book:
    """Has a rev, and is read when it is told to."""

    def __init__(self) -> None:
        self.rev = self.read_rev = 0
        self.begun = 0
        self.is_away = False
        self.gate = asyncio.Semaphore(0)
        self.tasks = Tasks()
        self.reading = Reading(self.tasks, self.read, lambda: self.read_rev)

    async def read(self) -> None:
        self.begun += 1
        rev = self.rev
        await self.gate.acquire()
        if self.is_away:
            raise OSError("away")
        self.read_rev = rev

    def ask(self, rev: int | None = None) -> "asyncio.Task[None]":
        return asyncio.create_task(self.reading.ask(rev))

    async def begins(self, n: int) -> None:
        """Everybody goes as far as they can, and that many readings have begun."""
        for _ in range(5):
            await asyncio.sleep(0)
        assert self.begun == n


async def test_who_asks_while_one_runs_hears_what_was_read_afterwards() -> None:
    book = Book()
    first = book.ask()
    await book.begins(1)
    book.rev = 7
    second = book.ask()
    await book.begins(1)
    book.gate.release()
    await first
    assert book.read_rev == 0
    book.gate.release()
    await second
    assert book.read_rev == 7


async def test_many_who_wait_while_sql_does_not_answer_wait_for_one_reading() -> None:
    book = Book()
    asking = [book.ask() for _ in range(3)]
    await book.begins(1)
    asking += [book.ask() for _ in range(50)]
    await book.begins(1)
    book.gate.release()
    book.gate.release()
    await asyncio.gather(*asking)
    assert book.begun == 2


async def test_a_rev_that_is_known_by_then_is_not_read_once_more() -> None:
    book = Book()
    book.rev = 3
    first = book.ask()
    await book.begins(1)
    second = book.ask(3)
    book.gate.release()
    await asyncio.gather(first, second)
    assert book.begun == 1
    await book.reading.ask(2)
    assert book.begun == 1


async def test_a_reading_that_fails_fails_those_it_was_for_and_no_others() -> None:
    book = Book()
    first = book.ask()
    await book.begins(1)
    second = book.ask()
    book.is_away = True
    book.gate.release()
    with pytest.raises(OSError, match="away"):
        await first
    book.is_away = False
    book.gate.release()
    await second


async def test_who_gives_up_takes_nobody_s_reading_along() -> None:
    book = Book()
    first, second = book.ask(), book.ask()
    await book.begins(1)
    first.cancel()
    book.gate.release()
    await second
