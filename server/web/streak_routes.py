"""The calls about the streak and what it rests on; a part of the table in routes.py."""

from protocol import streak as shapes
from protocol.codes import ErrorCode as E
from server.web import rests, streak
from server.web.route import Repeat, Route

STREAK: tuple[Route, ...] = (
    Route(
        "GET",
        "/api/me/streak",
        "The streak, with the days and the rules it rests on",
        streak.read,
        shapes.Streak,
        scope="history:read",
    ),
    Route(
        "GET",
        "/api/me/rests",
        "Days of rest that are booked or were",
        rests.read,
        shapes.Rests,
        scope="history:read",
    ),
    Route(
        "POST",
        "/api/me/rests",
        "Book days of rest before they begin",
        rests.book,
        shapes.Rest,
        shapes.NewRest,
        status=201,
        also=(200,),
        errors=(E.CONFLICT,),
        repeat=Repeat.NATURAL,
        scope="history:write",
    ),
    Route(
        "DELETE",
        "/api/me/rests/{rest}",
        "Cancel days of rest that have not begun; answers those that stand",
        rests.call_off,
        shapes.Rests,
        errors=(E.NOT_FOUND, E.CONFLICT),
        repeat=Repeat.NATURAL,
        scope="history:write",
    ),
)
