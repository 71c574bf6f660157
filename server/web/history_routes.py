"""The calls about a writer's own history; a part of the table in routes.py."""

from protocol import history as shapes
from protocol.codes import ErrorCode as E
from server.web import history
from server.web.queries import Days
from server.web.route import Repeat, Route

HISTORY: tuple[Route, ...] = (
    Route(
        "GET",
        "/api/me/history",
        "Writing sessions from day to day, newest first",
        history.read,
        shapes.History,
        Days,
    ),
    Route(
        "POST",
        "/api/me/sessions",
        "Add a session written by hand, or run alone offline",
        history.add,
        shapes.HistorySession,
        shapes.ManualSession,
        status=201,
        also=(200,),
        errors=(E.CONFLICT,),
        repeat=Repeat.NATURAL,
    ),
)
