"""What a session comes to in its writer's history, said once in SQL for lists, sums, the streak and projects."""

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, case, cast, func, or_, select

from server.ledger.tables import imports, writing_sessions

_OF = writing_sessions.c

WORDS: ColumnElement[int] = func.coalesce(_OF.corrected_words, _OF.words)
"""As the writer mended them, else as they were counted; below 0 where more was taken out than added."""

_TOLD = func.coalesce(_OF.corrected_minutes, _OF.minutes)
MINUTES: ColumnElement[float] = func.coalesce(_TOLD, _OF.active_ms / 60_000.0)
"""Told by the writer, else the active ones of a sprint."""

MILLIS: ColumnElement[int] = func.coalesce(cast(func.round(_TOLD * 60_000), BigInteger), _OF.active_ms)
"""The same in whole ms: they add up the same in any order."""

_STREAK_MILLIS = cast(func.round(_OF.streak_minutes * 60_000), BigInteger)
STREAK_WORDS: ColumnElement[int] = case((_OF.streak_words < WORDS, _OF.streak_words), else_=WORDS)
"""What counts for the streak: what was added later than the day after does not."""
STREAK_MILLIS: ColumnElement[int] = case((_STREAK_MILLIS < MILLIS, _STREAK_MILLIS), else_=MILLIS)

WRITTEN: ColumnElement[bool] = and_(
    ~_OF.called_off,
    ~_OF.aside,
    or_(_OF.source != "sprint", _OF.words != 0, _OF.active_ms > 0, _OF.reported_at.is_not(None)),
)
"""Who was only there has a row on the board, but wrote no session; nor did who counted in a sprint that never began.
Who counted at two places of one sprint wrote one session: the other is aside."""

ARRIVED: ColumnElement[bool] = or_(
    _OF.imported_by.is_(None), _OF.imported_by.not_in(select(imports.c.id).where(imports.c.done_at.is_(None)))
)
"""Not of an import that is not done: under way, given up half-way, or undone and about to be deleted."""

IN_HISTORY: ColumnElement[bool] = and_(_OF.removed_at.is_(None), WRITTEN, ARRIVED)
"""Sessions that are in lists and sums."""

BEGUN: ColumnElement[bool] = _OF.started_at + 0 <= bindparam("begun_by")
"""Begun by then (Unix ms): a count may come before its sprint has begun. As a sum, because PostgreSQL would take the
bare column for a reason to skip through the history's index day by day, and then rather read the table.
"""
