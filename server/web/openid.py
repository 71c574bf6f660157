"""Signing in by an OpenID provider: leaving for it, coming back from it, and the identities that a writer has there.

What a browser leaves with is a challenge: its id is the `state`, what it has to bring back the `nonce`. The nonce is
the digest of the state and a secret in a cookie, so that an answer serves in the browser that asked, and in no other;
two of its tabs may leave at once.
"""

import base64
import hashlib
import hmac
import re
import secrets
import uuid
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from protocol import http
from protocol import openid as shapes
from protocol.codes import ErrorCode
from server.core.instants import iso
from server.core.openid import ASKED_MS, AwayError, Claimed, Question, UntrustedError
from server.core.records import SigningIn, TakenError
from server.core.sprint import RuleError
from server.people import names, sessions, zones
from server.web.call import Answer, Call
from server.web.openid_ports import OpenIdProvider
from server.web.ports import Services
from server.web.problems import ProblemError, not_found
from server.web.queries import AlsoLast
from server.web.session import sign_in

BACK = "/in/openid"
"""The page to which the provider leads back: its whole address is what has to be registered there."""
RETRY_S = 5
_SECRET_BYTES = 32
_MADE_HERE = re.compile("[A-Za-z0-9_-]{43}")
_PURPOSE, _NAMELESS = "openid", "openid-nameless"
Kept = TypeVar("Kept", bound=Struct)


class _Leaving(Struct, frozen=True):
    """What is kept while somebody is at the provider."""

    to: str
    aim: Literal["signed-in", "added", "confirmed"]
    verifier: str
    redirect: str
    since: int | None


class _Nameless(Struct, frozen=True):
    """What is kept until somebody new says a name."""

    to: str
    issuer: str
    subject: str


async def about(services: Services, call: Call, said: None) -> shapes.OpenId:
    return shapes.OpenId(None if services.openid is None else services.openid.name)


async def leave(services: Services, call: Call, said: shapes.LeaveForOpenId) -> Answer:
    return await _leave(services, call, said.to, "signed-in", None)


async def leave_to_add(services: Services, call: Call, said: shapes.LeaveForOpenId) -> Answer:
    return await _leave(services, call, said.to, "added", call.writer.id)


async def leave_to_confirm(services: Services, call: Call, said: shapes.LeaveForOpenId) -> Answer:
    return await _leave(services, call, said.to, "confirmed", call.writer.id)


async def _leave(
    services: Services,
    call: Call,
    to: str,
    aim: Literal["signed-in", "added", "confirmed"],
    writer: int | None,
) -> Answer:
    provider = _provider(services)
    secret, state = _secret(services, call) or secrets.token_urlsafe(_SECRET_BYTES), str(uuid.uuid4())
    since = call.now if aim == "confirmed" else None
    leaving = _Leaving(to, aim, secrets.token_urlsafe(48), f"{call.base_url}{BACK}", since)
    question = _question(state, _nonce(state, secret), leaving)
    try:
        url = await provider.address(question, call.now)
    except AwayError:
        raise _away(provider) from None
    kept = msgspec.json.encode(leaving).decode()
    await services.ledger.challenges.make(state, _PURPOSE, writer, question.nonce, call.now, kept, ASKED_MS)
    return Answer(shapes.OpenIdAddress(url), {"Set-Cookie": _cookie(secret, services.settings.public_url)})


async def answer(services: Services, call: Call, said: shapes.OpenIdAnswer) -> shapes.OpenIdDone | Answer:
    """What becomes of it is what was asked for; each answer serves once, however it turns out."""
    zone = zones.zone(said.zone)
    provider = _provider(services)
    asked, nonce, writer = await _taken(services, call, str(said.state), _PURPOSE, _Leaving)
    if writer is not None and (call.person is None or call.writer.id != writer):
        rule = "was asked for by a writer who is not signed in here any more: begin again"
        raise ProblemError(ErrorCode.CONFLICT, "state", rule)
    if not said.code:
        raise _refused(provider, said.error)
    claimed = await _claimed(provider, call, said, _question(str(said.state), nonce, asked))
    if asked.aim == "added":
        return await _add(services, provider, call, claimed, asked.to)
    if asked.aim == "confirmed":
        return await _confirm(services, provider, call, claimed, asked.to)
    return await _enter(services, provider, call, claimed, asked.to, zone)


async def name(services: Services, call: Call, said: shapes.OpenIdName) -> Answer:
    """Somebody new, for whom the provider had no name that will do."""
    called, zone = names.name(said.name), zones.zone(said.zone)
    provider = _provider(services)
    kept, _, _ = await _taken(services, call, str(said.state), _NAMELESS, _Nameless)
    return await _begin(services, provider, call, Claimed(kept.issuer, kept.subject), kept.to, called, zone)


async def listing(services: Services, call: Call, said: None) -> shapes.Identities:
    found = await services.ledger.identities.of(call.writer.id)
    known = [shapes.Identity(each.id, each.issuer, iso(each.created_at)) for each in found]
    provider = services.openid
    if provider is None:
        return shapes.Identities(None, None, known)
    return shapes.Identities(provider.name, provider.issuer, known)


async def remove(services: Services, call: Call, said: AlsoLast) -> shapes.Identities:
    """It signs nobody in from now on. Answers those that are left. Also where no provider is set up any more."""
    called = "" if services.openid is None else services.openid.name
    removed = await services.ledger.identities.remove(
        call.writer.id, call.path["identity"], called, services.issuer, said.last, call.device, call.now
    )
    if not removed:
        raise not_found("identity", "is none of yours: it may have been removed already")
    return await listing(services, call, None)


async def _enter(
    services: Services, provider: OpenIdProvider, call: Call, claimed: Claimed, to: str, zone: str
) -> shapes.OpenIdDone | Answer:
    """As whoever it is. Somebody new begins by it, whoever was a guest here: whose histories become one is asked."""

    async def known(signing: SigningIn) -> int:
        writer = await services.ledger.identities.sign_in(claimed, provider.name, signing, call.now)
        if writer is None:
            raise _NobodyYetError
        return writer

    try:
        return _signed_in(await sign_in(services, call, claimed.subject, known), to)
    except _NobodyYetError:
        pass
    called = _first_that_will_do(claimed.names)
    if called is not None:
        return await _begin(services, provider, call, claimed, to, called, zone)
    state = str(uuid.uuid4())
    kept = msgspec.json.encode(_Nameless(to, claimed.issuer, claimed.subject)).decode()
    nonce = _nonce(state, _secret(services, call))
    await services.ledger.challenges.make(state, _NAMELESS, None, nonce, call.now, kept, ASKED_MS)
    done = shapes.OpenIdDone("nameless", to, state=state)
    # Its time may be nearly up, and the name may be said as long from now on.
    return Answer(done, {"Set-Cookie": _cookie(_secret(services, call), services.settings.public_url)})


class _NobodyYetError(Exception):
    """The identity is nobody's."""


async def _begin(
    services: Services, provider: OpenIdProvider, call: Call, claimed: Claimed, to: str, called: str, zone: str
) -> Answer:
    async def new(signing: SigningIn) -> int:
        identities = services.ledger.identities
        writer = await identities.begin(claimed, provider.name, called, zone, signing, call.now)
        if writer is None:  # in another tab they were quicker
            writer = await identities.sign_in(claimed, provider.name, signing, call.now)
        assert writer is not None, "it is somebody's"
        return writer

    return _signed_in(await sign_in(services, call, claimed.subject, new), to)


def _signed_in(entered: Answer, to: str) -> Answer:
    assert isinstance(entered.body, http.Me), "what signing in answers"
    return Answer(shapes.OpenIdDone("signed-in", to, entered.body), entered.headers)


async def _add(
    services: Services, provider: OpenIdProvider, call: Call, claimed: Claimed, to: str
) -> shapes.OpenIdDone:
    try:
        await services.ledger.identities.add(call.writer.id, claimed, provider.name, call.device, call.now)
    except TakenError:
        rule = "is another writer's: sign in by it to be them, or use another one"
        raise ProblemError(ErrorCode.CONFLICT, "identity", rule) from None
    return shapes.OpenIdDone("added", to)


async def _confirm(
    services: Services, provider: OpenIdProvider, call: Call, claimed: Claimed, to: str
) -> shapes.OpenIdDone:
    """The session stays the same one: nobody who is in a room here is thrown out of it."""
    if not await services.ledger.identities.confirm(call.writer.id, claimed, call.session, call.now):
        rule = f"is not the one that you added: choose that one at {provider.name}"
        raise ProblemError(ErrorCode.CONFLICT, "identity", rule)
    return shapes.OpenIdDone("confirmed", to)


async def _taken(
    services: Services, call: Call, state: str, purpose: str, shape: type[Kept]
) -> tuple[Kept, str, int | None]:
    """What was kept when this browser left, the nonce, and who had to come back; all of it is gone now."""
    asked = await services.ledger.challenges.take_kept(state, purpose, call.now)
    if asked is None:
        raise ProblemError(ErrorCode.BAD_REQUEST, "state", "has served already, or is too old: begin again", status=400)
    if not hmac.compare_digest(_nonce(state, _secret(services, call)), asked.challenge):
        raise ProblemError(ErrorCode.BAD_REQUEST, "state", "was asked for in another browser: begin again", status=400)
    return msgspec.json.decode(asked.kept, type=shape), asked.challenge, asked.writer


async def _claimed(provider: OpenIdProvider, call: Call, said: shapes.OpenIdAnswer, question: Question) -> Claimed:
    try:
        return await provider.claimed(said.code, question, said.iss, call.now)
    except AwayError:
        raise _away(provider) from None
    except UntrustedError as error:
        rule = f"{error}. Begin again; if it stays so, tell whoever runs this server"
        raise ProblemError(ErrorCode.BAD_REQUEST, "answer", rule, status=400) from None


def _question(state: str, nonce: str, leaving: _Leaving) -> Question:
    return Question(state, nonce, leaving.verifier, leaving.redirect, leaving.since)


def _first_that_will_do(offered: tuple[str, ...]) -> str | None:
    for each in offered:
        try:
            return names.name(each)
        except RuleError:
            continue
    return None


def _provider(services: Services) -> OpenIdProvider:
    if services.openid is None:
        raise not_found("openid", "is not set up on this server: sign in in another way")
    return services.openid


def _away(provider: OpenIdProvider) -> ProblemError:
    detail = f"{provider.name} could not be reached. Try again in a moment, or sign in in another way."
    return ProblemError(ErrorCode.INTERNAL, status=503, detail=detail, retry_s=RETRY_S)


def _refused(provider: OpenIdProvider, error: str) -> ProblemError:
    if error == "access_denied":
        detail = f"You did not go on at {provider.name}. Begin again when you like."
    else:
        detail = f"{provider.name} did not say who you are. Begin again, or sign in in another way."
    return ProblemError(ErrorCode.BAD_REQUEST, status=400, detail=detail)


def _cookie_name(public_url: str | None) -> str:
    """With __Host- where it can be: no neighbouring name may set it, and so sign a browser in as somebody of theirs."""
    return f"{sessions.cookie_name(public_url)}-openid"


def _secret(services: Services, call: Call) -> str:
    """This browser's; "" where it has none that we made."""
    found = call.cookies.get(_cookie_name(services.settings.public_url), "")
    return found if _MADE_HERE.fullmatch(found) else ""


def _nonce(state: str, secret: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(f"{state} {secret}".encode()).digest()).decode().rstrip("=")


def _cookie(secret: str, public_url: str | None) -> str:
    """Strict: it goes with requests of our own pages alone, as the one that hands the answer on."""
    name = _cookie_name(public_url)
    value = f"{name}={secret}; Max-Age={ASKED_MS // 1_000}; Path=/; HttpOnly; SameSite=Strict"
    return f"{value}; Secure" if sessions.is_secure(public_url) else value
