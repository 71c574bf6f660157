"""The calls about histories that met in one browser; a part of the table in routes.py."""

from protocol import merges as shapes
from protocol.codes import ErrorCode as E
from server.web import merges
from server.web.route import Repeat, Route

MERGES: tuple[Route, ...] = (
    Route(
        "GET",
        "/api/me/merges",
        "Guests in whose browsers you signed in, and whose histories are part of yours",
        merges.read,
        shapes.Merges,
    ),
    Route(
        "POST",
        "/api/me/merges/{merge}",
        "Bring a guest's history into yours; of a sprint in which both counted the greater count stands",
        merges.merge,
        shapes.Merge,
        errors=(E.NOT_FOUND, E.CONFLICT),
        repeat=Repeat.NATURAL,
    ),
    Route(
        "POST",
        "/api/me/merges/{merge}/undo",
        "Part the two again, within a day: each with what it had; what was written since stays yours",
        merges.undo,
        shapes.Merge,
        errors=(E.NOT_FOUND, E.CONFLICT),
        repeat=Repeat.NATURAL,
    ),
    Route(
        "POST",
        "/api/me/merges/{merge}/link",
        "Make a link to a guest's own history; it serves once, within a quarter of an hour",
        merges.link,
        shapes.GuestLink,
        status=201,
        errors=(E.NOT_FOUND, E.CONFLICT),
        repeat=Repeat.NATURAL,
    ),
)
