"""Personal tokens: made, looked through, revoked. Each secret is shown once."""

from uuid import UUID

from protocol import tokens as shapes
from protocol.codes import ErrorCode
from server.core.instants import iso, iso_or_none, unix_ms
from server.core.records import TakenError
from server.core.tokens import PersonalToken
from server.people import names, sessions
from server.web.call import Answer, Call
from server.web.ports import Services
from server.web.problems import ProblemError, not_found

MOST_YEARS = 100
"""Ahead. Without a bound it could lie where no calendar has a day: in the year 10000 of UTC."""
MOST_AHEAD_MS = MOST_YEARS * 365 * 86_400_000


async def listing(services: Services, call: Call, said: None) -> shapes.Tokens:
    return shapes.Tokens([_shape(each) for each in await services.ledger.tokens.of(call.writer.id)])


async def make(services: Services, call: Call, said: shapes.NewToken) -> Answer:
    """201 for a new one, 200 where one of this id was never used: then only the secret of this answer holds."""
    expires_at = None if said.expires_at is None else unix_ms(said.expires_at)
    if expires_at is not None and expires_at <= call.now:
        raise ProblemError(ErrorCode.BAD_REQUEST, "expires_at", "lies in the future: leave it out for one that stays")
    if expires_at is not None and expires_at > call.now + MOST_AHEAD_MS:
        rule = f"is at most {MOST_YEARS} years away: leave it out for one that stays"
        raise ProblemError(ErrorCode.BAD_REQUEST, "expires_at", rule)
    name = names.clean(said.name, "name", names.MAX_NAME)  # its writer alone reads it: "host" will do
    scopes, secret = frozenset(said.scopes), sessions.new_personal()
    tokens = services.ledger.tokens
    try:
        new = await tokens.make(call.writer.id, said.id, name, scopes, secret, expires_at, call.now, call.device)
    except TakenError:
        raise ProblemError(ErrorCode.CONFLICT, "id", "is taken: give this token another UUID") from None
    services.seen_tokens.know(secret)
    token = PersonalToken(str(said.id), name, scopes, call.now, expires_at=expires_at)
    return Answer(shapes.MadeToken(_shape(token), secret), status=201 if new else 200)


async def revoke(services: Services, call: Call, said: None) -> shapes.Tokens:
    """It serves nobody from now on, and its sockets are closed. Answers those that are left."""
    try:
        id = str(UUID(call.path["token"]))
    except ValueError:
        raise _none_of_yours() from None
    if not await services.ledger.tokens.revoke(call.writer.id, id, call.now, call.device):
        raise _none_of_yours()
    services.live.sign_out([id])
    return await listing(services, call, None)


def _none_of_yours() -> ProblemError:
    return not_found("token", "is no token of yours: it may have been revoked already")


def _shape(token: PersonalToken) -> shapes.Token:
    return shapes.Token(
        id=token.id,
        name=token.name,
        scopes=sorted(token.scopes),  # type: ignore[arg-type]  # stored as they were checked
        created_at=iso(token.created_at),
        used_at=iso_or_none(token.used_at),
        expires_at=iso_or_none(token.expires_at),
    )
