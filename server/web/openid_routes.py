"""The calls about signing in by an OpenID provider; a part of the table in routes.py."""

from protocol import openid as shapes
from protocol.codes import ErrorCode as E
from server.web import openid
from server.web.queries import AlsoLast
from server.web.route import Auth, Repeat, Route

OPENID: tuple[Route, ...] = (
    Route(
        "GET",
        "/api/session/openid",
        "What the OpenID provider is called by which one can sign in here, if there is one",
        openid.about,
        shapes.OpenId,
        auth=Auth.NONE,
    ),
    Route(
        "POST",
        "/api/session/openid",
        "Where the OpenID provider asks who it is that wants to sign in here",
        openid.leave,
        shapes.OpenIdAddress,
        shapes.LeaveForOpenId,
        auth=Auth.NONE,
        errors=(E.NOT_FOUND,),
        repeat=Repeat.NATURAL,
    ),
    Route(
        "POST",
        "/api/session/openid/answer",
        "Come back from the OpenID provider with its answer; each serves once",
        openid.answer,
        shapes.OpenIdDone,
        shapes.OpenIdAnswer,
        auth=Auth.OPTIONAL,
        errors=(E.NOT_FOUND, E.CONFLICT),
        repeat=Repeat.NATURAL,
    ),
    Route(
        "POST",
        "/api/session/openid/name",
        "Begin as a new writer whom the OpenID provider knows, but not by a name",
        openid.name,
        shapes.OpenIdDone,
        shapes.OpenIdName,
        auth=Auth.OPTIONAL,
        errors=(E.NOT_FOUND,),
        repeat=Repeat.NATURAL,
    ),
    Route(
        "POST",
        "/api/session/openid/confirm",
        "Where the OpenID provider asks anew who you are, to confirm that it is you",
        openid.leave_to_confirm,
        shapes.OpenIdAddress,
        shapes.LeaveForOpenId,
        errors=(E.NOT_FOUND,),
        repeat=Repeat.NATURAL,
    ),
    Route(
        "GET",
        "/api/me/identities",
        "Who you are to OpenID providers, and which is set up here",
        openid.listing,
        shapes.Identities,
    ),
    Route(
        "POST",
        "/api/me/identities",
        "Where the OpenID provider asks who you are, to be let in by it from then on",
        openid.leave_to_add,
        shapes.OpenIdAddress,
        shapes.LeaveForOpenId,
        errors=(E.NOT_FOUND,),
        repeat=Repeat.NATURAL,
        fresh=True,
    ),
    Route(
        "DELETE",
        "/api/me/identities/{identity}",
        "Be let in by an OpenID provider no more; answers the identities that are left",
        openid.remove,
        shapes.Identities,
        AlsoLast,
        errors=(E.NOT_FOUND, E.CONFLICT),
        repeat=Repeat.NATURAL,
        fresh=True,
    ),
)
