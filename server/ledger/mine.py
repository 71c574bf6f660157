"""What a writer says of a sprint for themselves, before, while it runs and after, with a count of theirs or without."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.core.records import Member, Said
from server.core.sprint import RuleError
from server.ledger.counts import Counts
from server.ledger.engine import Database
from server.ledger.entries import check_project
from server.ledger.projects import chosen_by
from server.ledger.rows import sprint_record, sprints_by_id
from server.ledger.tables import writing_sessions
from server.ledger.writer import GroupCommit, Kind, RunOrder

_OF = writing_sessions.c
_SAID = select(_OF.project, _OF.intention, _OF.outcome, _OF.note).where(
    _OF.sprint == bindparam("of_sprint"), _OF.writer == bindparam("of_writer"), ~_OF.aside
)


@dataclass(frozen=True, slots=True)
class Saying:
    """`said`: any of Said's fields; what is not among them stays. `me`: a member of its room."""

    sprint: int
    me: Member
    said: Mapping[str, Any]
    now: int


class Mine:
    def __init__(self, database: Database, writer: GroupCommit, counts: Counts) -> None:
        self._database, self._writer = database, writer
        self._sayings = _Sayings(counts)

    async def of(self, sprint: int, writer: int) -> Said:
        """Of who has said nothing yet: the project that their words will go to."""
        async with self._database.asking() as connection:
            row = (await connection.execute(_SAID, {"of_sprint": sprint, "of_writer": writer})).one_or_none()
            if row is not None:
                return Said(row.project, row.intention, row.outcome, row.note)
            return Said(project=(await chosen_by(connection, [writer])).get(writer))

    async def say(self, sprint: int, me: Member, said: Mapping[str, Any], now: int) -> None:
        """RuleError: the project is none of theirs. KeyError: there is no such sprint."""
        refusal = await self._writer.submit(self._sayings, Saying(sprint, me, said, now))
        if refusal is not None:
            raise refusal


class _Sayings(Kind[Saying, RuleError | None]):
    """A refusal is an answer: it undoes nobody else's write."""

    order = RunOrder.SAYINGS
    changes_sprints = True  # counts on their way write the same rows, in an order of their own

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    async def sprints(self, connection: AsyncConnection, items: Sequence[Saying]) -> Iterable[int]:
        return {item.sprint for item in items}

    async def run(self, connection: AsyncConnection, items: Sequence[Saying]) -> Sequence[RuleError | None]:
        found = await sprints_by_id(connection, {item.sprint for item in items})
        answers: list[RuleError | None] = []
        for item in items:
            try:
                if "project" in item.said:
                    await check_project(connection, item.me.writer, item.said["project"], None)
            except RuleError as refusal:
                answers.append(refusal)
                continue
            if not await _said_of_what_counts(connection, item):
                await self._counts.say(connection, sprint_record(found[item.sprint]), item.me, item.now, **item.said)
            answers.append(None)
        return answers


async def _said_of_what_counts(connection: AsyncConnection, item: Saying) -> bool:
    """Whether the history has a count of this sprint, maybe of another place: see asides.py."""
    theirs = update(writing_sessions).where(_OF.sprint == item.sprint, _OF.writer == item.me.writer, ~_OF.aside)
    return (await connection.execute(theirs.values(**item.said))).rowcount > 0
