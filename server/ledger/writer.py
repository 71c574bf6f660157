"""Group commit: small writes of many callers in one transaction; each caller waits for the commit that holds theirs.

A batch takes its locks in one order, in every process: first all its rooms, then all its sprints, each by key; then
those of what its kinds write, by `RunOrder`. So processes do not wait for each other in a circle.
"""

import asyncio
from bisect import bisect_right
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, auto, unique
from itertools import accumulate, groupby
from typing import Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ledger.engine import Database
from server.ledger.rows import among, sliced
from server.ledger.tables import rooms, sprints

Item = TypeVar("Item")
Answer = TypeVar("Answer")

MAX_BATCH = 500
"""Rows in one transaction, about: preparing more of them would hold the event loop too long."""


@unique
class RunOrder(IntEnum):
    """Of all kinds of write. No two share a place: those of one kind would run in two parts, out of their own order."""

    WRITERS = auto()
    JOINS = auto()
    COMMANDS = auto()
    COUNTS = auto()
    CLOSINGS = auto()
    FINALS = auto()
    OUTBOX = auto()
    PRUNING = auto()
    CHANGES = auto()
    SAYINGS = auto()
    IMPORTS = auto()
    CHUNKS = auto()
    DELETIONS = auto()
    DEPARTURES = auto()
    MERGES = auto()
    MOVES = auto()
    TRIES = auto()


class Kind(Generic[Item, Answer]):
    """A kind of write. Kinds run by `order`, which is their own, and see all that waits of their kind at once."""

    order: int

    def weight(self, item: Item) -> int:
        """How many rows the item writes, about."""
        return 1

    async def rooms(self, connection: AsyncConnection, items: Sequence[Item]) -> Iterable[int]:
        """The rooms whose rows these items may change; they are locked before anything runs."""
        return ()

    changes_sprints = False
    """Whether it changes the sprints it names below; others only need them to stay as they are meanwhile."""

    async def sprints(self, connection: AsyncConnection, items: Sequence[Item]) -> Iterable[int]:
        """The sprints whose rows, or whose counts, these items may change; locked after the rooms."""
        return ()

    async def run(self, connection: AsyncConnection, items: Sequence[Item]) -> Sequence[Answer]:
        """Write; one answer an item. Whatever is raised undoes the whole transaction."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Single(Generic[Answer]):
    """A write that has nothing to gain from its neighbours. Those of one kind run by `key`."""

    key: int
    write: Callable[[AsyncConnection], Awaitable[Answer]]


class Singles(Kind[Single[Any], Any]):
    def __init__(self, order: int) -> None:
        self.order = order

    async def run(self, connection: AsyncConnection, items: Sequence[Single[Any]]) -> Sequence[Any]:
        answers: dict[int, Any] = {}
        for place in sorted(range(len(items)), key=lambda place: items[place].key):
            answers[place] = await items[place].write(connection)
        return [answers[place] for place in range(len(items))]


WRITERS = Singles(RunOrder.WRITERS)
"""What is one writer's. Their key is the writer's id; 0 where it is not known before."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    kind: Kind[Any, Any]
    item: Any
    answer: "asyncio.Future[Any]"


class GroupCommit:
    """While a transaction runs, what comes waits and goes into the next one together."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Waiting] = []
        self._loop: asyncio.Task[None] | None = None
        self._closed = False

    async def submit(self, kind: Kind[Item, Answer], item: Item) -> Answer:
        """Write and answer once it is committed. Raises what the write or the database raised.

        Nothing is kept then, unless the connection was cut within the commit: every write can be repeated.
        """
        if self._closed:
            raise ConnectionError("the ledger is closed")
        waiting = _Waiting(kind, item, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._loop is None or self._loop.done():
            self._loop = asyncio.create_task(self._run(), name="ledger writer")
        answer: Answer = await waiting.answer
        return answer

    async def close(self, within_s: float) -> None:
        """Take no more, and write what waits. Where that takes longer, whoever still waits is told that it was not."""
        self._closed = True
        if self._loop is None:
            return
        _, writing = await asyncio.wait([self._loop], timeout=within_s)
        for loop in writing:
            loop.cancel()  # it may have to wait for a database that says nothing: nobody waits for it

    async def _run(self) -> None:
        batch: list[_Waiting] = []
        try:
            while self._waiting:
                batch = self._take()
                await self._write(batch)
        except asyncio.CancelledError:
            # Nobody may be left waiting for a loop that is gone.
            stranded, self._waiting = [*batch, *self._waiting], []
            _fail(stranded, ConnectionError("the ledger was stopped"))
            raise

    def _take(self) -> list[_Waiting]:
        """The first that wait, at least one."""
        weights = accumulate(waiting.kind.weight(waiting.item) for waiting in self._waiting)
        most = max(1, bisect_right(list(weights), MAX_BATCH))
        batch, self._waiting = self._waiting[:most], self._waiting[most:]
        return batch

    async def _write(self, batch: Sequence[_Waiting]) -> None:
        try:
            await self._commit(batch)
        except Exception as error:
            if len(batch) == 1 or _concerns_all(error):
                _fail(batch, error)
            else:
                await self._write_one_by_one(batch)

    async def _write_one_by_one(self, batch: Sequence[_Waiting]) -> None:
        for place, waiting in enumerate(batch):
            try:
                await self._commit([waiting])
            except Exception as error:
                if _concerns_all(error):
                    return _fail(batch[place:], error)
                _fail([waiting], error)
        return None

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        async with self._database.writing() as connection:
            answers = await write_together(connection, [(waiting.kind, waiting.item) for waiting in batch])
        for waiting, answer in zip(batch, answers, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(answer)


async def write_together(connection: AsyncConnection, writes: Sequence[tuple[Kind[Any, Any], Any]]) -> list[Any]:
    """Take the locks of all these writes (a kind and an item each), run them, and answer each in its place."""
    places = sorted(range(len(writes)), key=lambda place: writes[place][0].order)
    groups = [(kind, list(group)) for kind, group in groupby(places, key=lambda place: writes[place][0])]
    by_kind = [(kind, [writes[place][1] for place in group]) for kind, group in groups]
    await _lock_rooms(connection, by_kind)
    await _lock_sprints(connection, by_kind)
    answers: dict[int, Any] = {}
    for (_, group), (kind, items) in zip(groups, by_kind, strict=True):
        answers.update(zip(group, await kind.run(connection, items), strict=True))
    return [answers[place] for place in range(len(writes))]


_ROOMS = select(rooms.c.id).where(rooms.c.id.in_(among("ids"))).order_by(rooms.c.id)
_SPRINTS = select(sprints.c.id).where(sprints.c.id.in_(among("ids"))).order_by(sprints.c.id)
_LOCK_ROOMS, _LOCK_SPRINTS = _ROOMS.with_for_update(key_share=True), _SPRINTS.with_for_update(key_share=True)
_HOLD_SPRINTS = _SPRINTS.with_for_update(read=True)


async def _lock_rooms(connection: AsyncConnection, by_kind: Sequence[tuple[Kind[Any, Any], list[Any]]]) -> None:
    wanted: set[int] = set()
    for kind, items in by_kind:
        wanted.update(await kind.rooms(connection, items))
    for some in sliced(sorted(wanted)):
        await connection.execute(_LOCK_ROOMS, {"ids": some})


async def _lock_sprints(connection: AsyncConnection, by_kind: Sequence[tuple[Kind[Any, Any], list[Any]]]) -> None:
    """Whoever ends a sprint so waits for counts on their way, and counts see that it has ended."""
    wanted: set[int] = set()
    changes = False
    for kind, items in by_kind:
        found = set(await kind.sprints(connection, items))
        wanted |= found
        changes = changes or (kind.changes_sprints and bool(found))
    for some in sliced(sorted(wanted)):
        await connection.execute(_LOCK_SPRINTS if changes else _HOLD_SPRINTS, {"ids": some})


def _concerns_all(error: Exception) -> bool:
    """Whether the database is in trouble, rather than one caller's write: trying them singly would only take longer."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))
    return isinstance(error, (OSError, TimeoutError, PoolTimeout))


def _fail(batch: Sequence[_Waiting], error: Exception) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
