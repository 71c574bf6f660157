"""The calls about a writer's own history; a part of the table in routes.py."""

from protocol import history as shapes
from protocol import overview as looks
from protocol.codes import ErrorCode as E
from server.web import history, mine, overview
from server.web.queries import Days, SessionsOf
from server.web.route import Repeat, Route

HISTORY: tuple[Route, ...] = (
    Route(
        "GET",
        "/api/me/history",
        "Writing sessions from day to day, newest first",
        history.read,
        shapes.History,
        Days,
        scope="history:read",
    ),
    Route(
        "GET",
        "/api/me/overview",
        "A history at a glance: all that its page shows",
        overview.read,
        looks.Overview,
        scope="history:read",
    ),
    Route(
        "GET",
        "/api/me/years/{year}",
        "A year in review",
        overview.year,
        looks.Year,
        errors=(E.NOT_FOUND,),
        scope="history:read",
    ),
    Route(
        "GET",
        "/api/me/sessions",
        "Writing sessions a page at a time, newest first",
        history.page,
        shapes.Sessions,
        SessionsOf,
        scope="history:read",
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
        scope="history:write",
    ),
    Route(
        "PATCH",
        "/api/me/sessions/{session}",
        "Mend a session, remove it or bring it back, or say something of it",
        history.change,
        shapes.HistorySession,
        shapes.ChangeSession,
        errors=(E.NOT_FOUND,),
        repeat=Repeat.NATURAL,
        scope="history:write",
    ),
    Route(
        "GET",
        "/api/sprints/{id}/mine",
        "What a sprint was for oneself: the session, and the bests that it has beaten",
        mine.read,
        looks.Mine,
        errors=(E.NO_SUCH_SPRINT,),
        scope="history:read",
    ),
)
