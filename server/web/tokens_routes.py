"""The calls about personal tokens; a part of the table in routes.py. No token may make or see tokens."""

from protocol import tokens as shapes
from protocol.codes import ErrorCode as E
from server.web import tokens
from server.web.route import Repeat, Route

TOKENS: tuple[Route, ...] = (
    Route("GET", "/api/me/tokens", "Your personal tokens, without their secrets", tokens.listing, shapes.Tokens),
    Route(
        "POST",
        "/api/me/tokens",
        "Make a personal token for a companion or a script; its secret is shown once",
        tokens.make,
        shapes.MadeToken,
        shapes.NewToken,
        status=201,
        also=(200,),
        errors=(E.CONFLICT,),
        repeat=Repeat.NATURAL,
        fresh=True,
    ),
    Route(
        "DELETE",
        "/api/me/tokens/{token}",
        "Revoke a personal token; answers those that are left",
        tokens.revoke,
        shapes.Tokens,
        errors=(E.NOT_FOUND,),
        repeat=Repeat.NATURAL,
    ),
)
