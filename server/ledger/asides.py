"""Which of the counts that one history has of one sprint is the one in it; the others are aside."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, bindparam, exists, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from server.ledger.rows import among, sliced
from server.ledger.tables import writing_sessions

_OF, _OTHER = writing_sessions.c, writing_sessions.alias("other")


def _standing(of: FromClause) -> ColumnElement[Any]:
    """What is greater stands: the count as everywhere, then the time; of equals, the one of the later place."""
    return tuple_(*(of.c[name] for name in ("seq", "words", "flags", "active_ms", "slot")))


_GREATER = exists().where(
    _OTHER.c.sprint == _OF.sprint, _OTHER.c.writer == _OF.writer, _standing(_OTHER) > _standing(writing_sessions)
)
_THEIRS = update(writing_sessions).where(_OF.writer == bindparam("of_writer"), _OF.sprint.in_(among("sprints")))
_LESSER = _THEIRS.where(~_OF.aside, _GREATER).values(aside=True)
_GREATEST = _THEIRS.where(_OF.aside, ~_GREATER).values(aside=False)


async def weigh(connection: AsyncConnection, writer: int, sprints: Sequence[int]) -> None:
    """Of this writer's counts in each of these sprints the greatest stands. The caller holds the sprints' locks."""
    for some in sliced(sprints):
        asked = {"of_writer": writer, "sprints": some}
        await connection.execute(_LESSER, asked)
        await connection.execute(_GREATEST, asked)
