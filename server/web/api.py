"""The table of routes as an ASGI application's routes: who asks, decode, call the handler, encode."""

import asyncio
import logging
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable

import msgspec
from msgspec import Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route as StarletteRoute
from starlette.types import Receive, Scope, Send

from protocol.codes import ErrorCode
from server.core.accounts import FRESH_MS
from server.core.records import SignedIn
from server.core.sprint import RuleError
from server.core.tokens import WrongTooOftenError
from server.people.sessions import presented, set_cookie
from server.web import origin, problems
from server.web.call import Answer, Call, Incoming, Stream
from server.web.guessing import too_often
from server.web.ports import Services
from server.web.problems import ProblemError
from server.web.recognition import recognised
from server.web.route import MAX_KEY, Auth, Repeat, Route

log = logging.getLogger("wordtide.web")

MAX_BODY_BYTES = 64 * 1024
BODY_TIMEOUT_S = 10
RETRY_S = 2
_KEY = re.compile(rf"[\x21-\x7e]{{1,{MAX_KEY}}}")
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
"""What a page elsewhere can send without asking first."""


def routes(table: Iterable[Route], services: Services) -> list[StarletteRoute]:
    """One Starlette route a path, so that 405 knows all its methods."""
    by_path: dict[str, dict[str, Route]] = defaultdict(dict)
    for each in table:
        by_path[each.path][each.method] = each
    return [
        StarletteRoute(path, _endpoint(by_method, services), methods=list(by_method))
        for path, by_method in by_path.items()
    ]


def _endpoint(by_method: dict[str, Route], services: Services) -> Callable[[Request], Awaitable[Response]]:
    counted = services.metrics.counter("wordtide_http_requests_total", "Requests to the API, by route and status.")

    async def endpoint(request: Request) -> Response:
        route = by_method["GET" if request.method == "HEAD" else request.method]
        response = await _guarded(route, services, request)
        counted.add(method=route.method, path=route.path, status=str(response.status_code))
        return response

    return endpoint


async def _guarded(route: Route, services: Services, request: Request) -> Response:
    """Every failure as a problem; what is not known is logged, and told to nobody."""
    try:
        return await _answer(route, services, request)
    except ProblemError as error:
        return problems.response(error)
    except RuleError as error:
        return problems.response(problems.of_rule(error))
    except ClientDisconnect:
        return problems.response(ProblemError(ErrorCode.BAD_REQUEST, status=400))  # nobody is left to read it
    except Exception as error:
        if services.passes(error):
            log.warning("%s %s failed for now: %s", route.method, route.path, error)
            return problems.response(ProblemError(ErrorCode.INTERNAL, status=503, retry_s=RETRY_S))
        log.exception("%s %s failed", route.method, route.path)
        return problems.response(ProblemError(ErrorCode.INTERNAL))


async def _answer(route: Route, services: Services, request: Request) -> Response:
    public_url = services.settings.public_url
    host = request.headers.get("host", "")
    if route.unsafe and not origin.allowed_http(origin.sent(request.headers), host, public_url):
        raise ProblemError(ErrorCode.NOT_ALLOWED, "Origin", "is not this server's own address")
    signed = await _signed(route, services, request)
    said = await _said(route, request)
    call = Call(
        signed=signed,
        now=services.clock.now(),
        base_url=origin.address(request, public_url),
        path=_path(request),
        key=_key(route, request),
        address=_address(request),
        body=Incoming(request.stream(), _length(request)) if route.file else None,
        user_agent=request.headers.get("user-agent", ""),
        cookies=request.cookies,
    )
    response = _response(route, request, await route.handler(services, call, said))
    await _renew(route, services, call, request, response)
    return response


def _response(route: Route, request: Request, answered: Struct | Answer | Stream) -> Response:
    if isinstance(answered, Stream):
        return _Streamed(route, answered)
    answer = answered if isinstance(answered, Answer) else Answer(answered)
    if "ETag" in answer.headers and request.headers.get("if-none-match") == answer.headers["ETag"]:
        return Response(status_code=304, headers=dict(answer.headers))
    return Response(
        answer.body if isinstance(answer.body, bytes) else msgspec.json.encode(answer.body),
        status_code=answer.status or route.status,
        headers={"Cache-Control": "no-store", **answer.headers},
        media_type=route.media,
    )


async def _renew(route: Route, services: Services, call: Call, request: Request, response: Response) -> None:
    """A session that is used holds as long again, and so does its cookie. Where that cannot be written, a later request
    does it."""
    shown = presented(request.headers, services.settings.public_url)
    if (
        call.signed is None
        or shown is None
        or not call.signed.is_to_renew(call.now)
        or "set-cookie" in response.headers
    ):
        return
    if route.cached:
        return  # whoever else is answered from a cache would get the cookie
    try:
        await services.ledger.devices.renew(call.signed.person.id, call.signed.session, call.now)
    except Exception as error:
        log.warning("a session is not renewed yet: %r", error)
    else:
        if not shown.bearer:
            response.headers["Set-Cookie"] = set_cookie(shown.token, services.settings.public_url)


class _Streamed(StreamingResponse):
    """Ends what makes its parts also where the client has gone."""

    def __init__(self, route: Route, answer: Stream) -> None:
        headers = {"Cache-Control": "no-store", **answer.headers}
        super().__init__(answer.parts, answer.status or route.status, headers, route.media)
        self._done = answer.done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._done()


def _path(request: Request) -> dict[str, str]:
    """NUL, which PostgreSQL does not take as text, stands as a sign that is in nobody's id: so it is found nowhere."""
    return {name: value.replace("\0", "\ufffd") for name, value in request.path_params.items()}


def _address(request: Request) -> str:
    return "" if request.client is None else request.client.host


def _length(request: Request) -> int | None:
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() else None


async def _signed(route: Route, services: Services, request: Request) -> SignedIn | None:
    if route.auth is Auth.NONE:
        return None
    shown = presented(request.headers, services.settings.public_url)
    try:
        signed = await recognised(services, shown, _address(request))
    except WrongTooOftenError as error:
        raise too_often("Authorization", error.wait_ms) from None
    if signed is None and route.auth is Auth.REQUIRED:
        raise ProblemError(ErrorCode.NOT_SIGNED_IN)
    if signed is not None and signed.scopes is not None and (route.scope is None or not signed.may(route.scope)):
        rule = "is not for personal tokens: sign in" if route.scope is None else f"needs a token with {route.scope}"
        raise ProblemError(ErrorCode.NOT_ALLOWED, "Authorization", rule)
    if route.fresh and signed is not None:
        await _check_fresh(services, signed)
    return signed


async def _check_fresh(services: Services, signed: SignedIn) -> None:
    """A guest whose browser is all they have cannot sign in anew: nobody asks them to."""
    if services.clock.now() - signed.fresh_at > FRESH_MS and await services.ledger.passkeys.can_confirm(
        signed.person.id, services.issuer
    ):
        raise ProblemError(ErrorCode.NOT_FRESH)


def _key(route: Route, request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if route.repeat is not Repeat.KEY or key is None:
        return None
    if not _KEY.fullmatch(key) or len(key) < route.min_key:
        rule = f"is {route.min_key} to {MAX_KEY} ASCII characters without spaces"
        raise ProblemError(ErrorCode.BAD_REQUEST, "Idempotency-Key", rule)
    return key


async def _said(route: Route, request: Request) -> Struct | None:
    """The request's Struct, of the body or the query string. Raises ProblemError that names the field and rule."""
    if route.request is None:
        return None
    try:
        if route.by_query:
            _refuse_forms(route, request)
            said = {name: value for name, value in request.query_params.items() if value}
            return msgspec.convert(said, route.request, strict=False)
        _refuse_forms(route, request)
        return msgspec.json.decode(await _body(request), type=route.request)
    except msgspec.ValidationError as error:
        raise problems.of_wrong_value(error, route.request) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise ProblemError(ErrorCode.BAD_REQUEST, rule="the body is JSON in UTF-8", status=400) from None


def _refuse_forms(route: Route, request: Request) -> None:
    if route.unsafe and request.headers.get("content-type", "").partition(";")[0].strip().lower() in _FORM_TYPES:
        rule = "is application/octet-stream" if route.file else "is application/json"
        raise ProblemError(ErrorCode.BAD_REQUEST, "Content-Type", rule, status=415)


async def _body(request: Request) -> bytes:
    """The body, of a bounded size within a bounded time; nothing at all stands for an empty object."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    rule = f"the body has at most {MAX_BODY_BYTES} bytes"
                    raise ProblemError(ErrorCode.BAD_REQUEST, rule=rule, status=413)
    except TimeoutError:
        rule = f"the body arrives within {BODY_TIMEOUT_S} seconds"
        raise ProblemError(ErrorCode.BAD_REQUEST, rule=rule, status=408) from None
    return bytes(body) or b"{}"
