"""HTTP as one ASGI application: the API and its description, the pages, the socket's address, health and metrics."""

import logging
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from protocol.codes import ErrorCode
from server.web import api, openapi, pages, problems
from server.web.headers import SecurityHeaders
from server.web.metrics import Metrics
from server.web.ports import Services
from server.web.problems import ProblemError
from server.web.route import JSON_LINES
from server.web.routes import ROUTES
from server.web.site import Site

log = logging.getLogger("wordtide.web")
DOCUMENT = "/api/openapi.json"


def build(services: Services, static: Path, socket_endpoint: Callable[..., Any]) -> Starlette:
    """`static`: the built client (client/dist). `socket_endpoint`: what answers at /ws."""
    site = Site(static)

    async def http_error(request: Request, error: Exception) -> Response:
        """What the router finds no place for: a page for people, a problem for programs."""
        assert isinstance(error, HTTPException)
        wants_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
        return pages.nowhere(request, site) if wants_page and error.status_code == 404 else _problem(error)

    app = _App(
        services.settings.public_url,
        routes=[
            *api.routes(ROUTES, services),
            _described(services.settings.public_url),
            _metrics(services.metrics),
            WebSocketRoute("/ws", socket_endpoint),
            *pages.routes(services, site),
        ],
        middleware=[
            # Progress would wait until there is enough of it to be packed.
            Middleware(
                GZipMiddleware,
                minimum_size=1024,
                compresslevel=6,
                exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, JSON_LINES),
            ),
        ],
        exception_handlers={HTTPException: http_error, Exception: _unknown_error},
    )
    app.router.redirect_slashes = False  # an address has one spelling; a redirect would lose a POST's body
    return app


class _App(Starlette):
    """Starlette, with the headers also on its outermost answer, that of an error nobody caught."""

    def __init__(self, public_url: str | None, **more: Any) -> None:
        super().__init__(**more)
        self._public_url = public_url

    def build_middleware_stack(self) -> ASGIApp:
        return SecurityHeaders(super().build_middleware_stack(), self._public_url)


@cache
def _description(public_url: str | None) -> bytes:
    """Made when somebody first asks: few servers are ever asked, and all would start later."""
    return msgspec.json.encode(openapi.document(ROUTES, public_url))


def _described(public_url: str | None) -> Route:
    async def describe(_: Request) -> Response:
        headers = {"Cache-Control": "no-cache"}
        return Response(_description(public_url), headers=headers, media_type="application/json")

    return Route(DOCUMENT, describe)


def _metrics(metrics: Metrics) -> Route:
    async def scrape(_: Request) -> Response:
        return Response(metrics.render(), media_type="text/plain; version=0.0.4")

    return Route("/metrics", scrape)


def _problem(error: HTTPException) -> Response:
    code = ErrorCode.NOT_FOUND if error.status_code == 404 else ErrorCode.BAD_REQUEST
    rule = "is not a method of this address" if error.status_code == 405 else ""
    problem = ProblemError(code, "method" if rule else "", rule, status=error.status_code)
    return problems.response(problem, dict(error.headers or {}))


async def _unknown_error(request: Request, error: Exception) -> Response:
    # Not the address itself: there may be a secret in it.
    log.error("%s %s failed", request.method, getattr(request.scope.get("route"), "path", "?"), exc_info=error)
    return problems.response(ProblemError(ErrorCode.INTERNAL))
