"""Two histories become one, and two again: each in one transaction, under the locks of its rooms and its sprints, but
for sessions of no sprint beyond the first page: see moving.py.

Rows move to the other writer, and what is needed to move them back is kept. Boards stay as they are: they go by the
place at which a count was made, and that stays where it is.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from protocol.codes import ErrorCode
from server.core.merges import Did, Meeting
from server.core.records import Person
from server.core.sprint import RuleError
from server.ledger import deletion, merging, moving
from server.ledger.account_tables import merges
from server.ledger.amounts import IN_HISTORY
from server.ledger.engine import Database
from server.ledger.rows import among, padded
from server.ledger.tables import members, writers, writing_sessions
from server.ledger.ways import keeps_an_account
from server.ledger.writer import MAX_BATCH, GroupCommit, Kind, RunOrder

_OF = writing_sessions.c
_WRITER, _OTHER = writers.alias("of_writer"), writers.alias("of_other")


def _meetings() -> Select[Any]:
    theirs = select(func.count()).where(_OF.writer == merges.c.other, IN_HISTORY).scalar_subquery()
    return (
        select(merges, _WRITER.c.name.label("writer_name"), _OTHER.c.name.label("other_name"), theirs.label("sessions"))
        .join_from(merges, _WRITER, merges.c.writer == _WRITER.c.id)
        .join(_OTHER, merges.c.other == _OTHER.c.id)
        .order_by(merges.c.met_at.desc(), merges.c.id)
    )


_MEETINGS = _meetings()
_CHOSEN = select(merges.c.writer, merges.c.other).where(merges.c.id.in_(among("ids")))
_PLACES = select(members.c.room).distinct().where(members.c.writer.in_(among("writers")))
_SPRINTS = (
    select(_OF.sprint)
    .distinct()
    .where(
        _OF.sprint.is_not(None),
        or_(_OF.writer.in_(among("others")), and_(_OF.writer.in_(among("writers")), _OF.came_from.is_not(None))),
    )
)


class Merges:
    """Instants are Unix ms. A meeting belongs to its writer; undo it may the guest, too. Until the two are one it is
    there for the browser alone in which they met, which `session` names: somebody else's link may have been opened
    there, and whoever sent it is not to get what the guest wrote.
    """

    def __init__(self, database: Database, writer: GroupCommit) -> None:
        self._database, self._writer = database, writer
        self._turns = _Turns(database)

    async def of(self, writer: int, session: str) -> list[Meeting]:
        """All of the writer's, and those by which their own history is part of another's; the last first."""
        is_one = merges.c.merged_at.is_not(None)
        theirs = or_(_reached(writer, session), and_(merges.c.other == writer, is_one))
        async with self._database.asking() as connection:
            return [_meeting(row) for row in await connection.execute(_MEETINGS.where(theirs))]

    async def merge(self, writer: int, id: str, session: str, now: int, issuer: str | None = None) -> Meeting:
        """The guest's history is part of the writer's from now on, also what has come to it since it last was.

        `issuer`: as in keeps_an_account. LookupError: no meeting of theirs has this id. RuleError (CONFLICT): the guest
        keeps an account by now.
        """
        pair = select(merges.c.writer, merges.c.other).where(merges.c.id == id, merges.c.writer == writer)
        async with self._database.reading() as connection:
            both = (await connection.execute(pair)).one_or_none()
            sums = merging.Sums() if both is None else await merging.sums(connection, *both)
        return await self._turn(merging.Turn(id, writer, session, now, together=True, sums=sums, issuer=issuer))

    async def part(self, writer: int, id: str, now: int) -> Meeting:
        """Two histories again, each with what it had; what was written since is the writer's. Done before: nothing.

        LookupError as with `merge`. RuleError (CONFLICT): it was more than UNDO_MS ago, or is part of a later merge.
        """
        return await self._turn(merging.Turn(id, writer, "", now, together=False))

    async def guest(self, writer: int, id: str, session: str, issuer: str | None = None) -> Person:
        """Whom the writer may open by a link. LookupError as with `merge`; RuleError (CONFLICT): they are one history,
        or the guest keeps an account and signs in as such. `issuer`: as in keeps_an_account."""
        async with self._database.asking() as connection:
            chosen = _MEETINGS.where(merges.c.id == id, _reached(writer, session))
            met = (await connection.execute(chosen)).one_or_none()
            if met is None:
                raise LookupError(f"writer {writer} has no meeting {id}")
            if met.merged_at is not None:
                raise RuleError(ErrorCode.CONFLICT, "id", "is part of your history: part the two first")
            await refuse_accounts(connection, met.other, issuer)
            return Person(met.other, met.other_name)

    async def _turn(self, turn: merging.Turn) -> Meeting:
        turned = await self._writer.submit(self._turns, turn)
        if isinstance(turned, Exception):
            raise turned
        if turned.then is None:
            return turned.met
        await moving.go_on(self._writer, turn.id, turned.then)
        async with self._database.asking() as connection:
            stands = (await connection.execute(_MEETINGS.where(merges.c.id == turn.id))).one_or_none()
        if stands is None:
            raise LookupError(f"one of the two writers of meeting {turn.id} was deleted meanwhile")
        return _meeting(stands)

    async def carry_on(self, id: str) -> None:
        """What a process began that died in it: to its end, or until the two are apart again."""
        await moving.go_on(self._writer, id)


class _Turned(NamedTuple):
    """`then`: from where what is left of it goes on; None: nothing is left."""

    met: Meeting
    then: moving.Next | None


class _Turns(Kind[merging.Turn, _Turned | RuleError | LookupError]):
    """A refusal is an answer: it undoes nobody else's write."""

    order = RunOrder.MERGES
    changes_sprints = True  # counts on their way write the same rows, in an order of their own

    def __init__(self, database: Database) -> None:
        self._database = database

    def weight(self, item: merging.Turn) -> int:
        return MAX_BATCH  # how many rows it has is not known before: it has a transaction nearly to itself

    async def rooms(self, connection: AsyncConnection, items: Sequence[merging.Turn]) -> Iterable[int]:
        pairs = await _pairs(connection, items)
        theirs = padded(sorted({each for pair in pairs for each in pair}))
        return (await connection.scalars(_PLACES, {"writers": theirs})).all() if pairs else ()

    async def sprints(self, connection: AsyncConnection, items: Sequence[merging.Turn]) -> Iterable[int]:
        pairs = await _pairs(connection, items)
        if not pairs:
            return ()
        asked = {"writers": padded([pair.writer for pair in pairs]), "others": padded([pair.other for pair in pairs])}
        return (await connection.scalars(_SPRINTS, asked)).all()

    async def run(
        self, connection: AsyncConnection, items: Sequence[merging.Turn]
    ) -> Sequence[_Turned | RuleError | LookupError]:
        answers: dict[int, _Turned | RuleError | LookupError] = {}
        for place in sorted(range(len(items)), key=lambda place: items[place].id):
            try:
                answers[place] = await _run(self._database, connection, items[place])
            except (RuleError, LookupError) as refusal:
                answers[place] = refusal
        return [answers[place] for place in range(len(items))]


async def _pairs(connection: AsyncConnection, items: Sequence[merging.Turn]) -> Sequence[Row[int, int]]:
    asked = {"ids": padded(sorted({item.id for item in items}))}
    return (await connection.execute(_CHOSEN, asked)).all()


async def _run(database: Database, connection: AsyncConnection, turn: merging.Turn) -> _Turned:
    either = or_(merges.c.writer == turn.writer, merges.c.other == turn.writer)
    own = _reached(turn.writer, turn.session) if turn.together else either
    chosen = select(merges).where(merges.c.id == turn.id, own).with_for_update()
    met = (await connection.execute(chosen)).one_or_none()
    if met is None:
        raise LookupError(f"writer {turn.writer} has no meeting {turn.id}")
    await moving.lock_writers(connection, (met.writer, met.other))
    if await deletion.goes(connection, [met.writer, met.other]):
        raise LookupError(f"one of the two writers of meeting {turn.id} is being deleted")
    moves = set(await moving.under_way(connection, met.writer, met.other))
    if moves - {met.id}:
        raise RuleError(ErrorCode.CONFLICT, "id", "waits for another history to be moved: try again in a moment")
    then = None
    if met.id in moves:
        then = await _meanwhile(connection, met, turn)
    elif turn.together:
        await refuse_accounts(connection, met.other, turn.issuer)
        await merging.merge(connection, met, turn.sums or merging.Sums(), turn.now)
        then = await moving.move(connection, met, moving.Next(together=True))
    elif met.merged_at is not None:
        await merging.part(connection, met, turn.now)
        then = await moving.move(connection, met, moving.Next(together=False))
    if then is not None:
        await moving.begin(database, connection, met.id, turn.now)
    return _Turned(_meeting((await connection.execute(_MEETINGS.where(merges.c.id == turn.id))).one()), then)


async def _meanwhile(connection: AsyncConnection, met: Row[Any], turn: merging.Turn) -> moving.Next:
    """Asked while it is under way: the same once more goes on with it, and parting may begin before all has come."""
    is_one = met.merged_at is not None
    if turn.together and not is_one:
        raise RuleError(ErrorCode.CONFLICT, "id", "is being parted just now: try again in a moment")
    if not turn.together and is_one:
        await merging.part(connection, met, turn.now)
    return moving.Next(turn.together)


def _reached(writer: int, session: str) -> ColumnElement[bool]:
    """The writer's meetings that this session of theirs may do something with."""
    return and_(merges.c.writer == writer, or_(merges.c.merged_at.is_not(None), merges.c.session == session))


async def refuse_accounts(connection: AsyncConnection, other: int, issuer: str | None) -> None:
    if await connection.scalar(select(keeps_an_account(other, issuer))):
        raise RuleError(ErrorCode.CONFLICT, "id", "is a writer who keeps an account by now: sign in as them instead")


def _meeting(row: Row[Any]) -> Meeting:
    did: Did | None = None if row.merged_at is None else merging.KEPT.decode(row.kept).did
    return Meeting(
        id=row.id,
        writer=Person(row.writer, row.writer_name),
        other=Person(row.other, row.other_name),
        met_at=row.met_at,
        sessions=row.sessions,
        merged_at=row.merged_at,
        did=did,
    )
