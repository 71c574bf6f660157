"""Headers on every answer that tell browsers what a page of ours may never do."""

import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.people.sessions import is_secure
from server.web.origin import of_url

_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?|\[[0-9A-Fa-f:.]+\](:[0-9]{1,5})?")
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}


def content_security_policy(host: str) -> str:
    """`host`: with its port, as browsers see it. Its sockets are named: not every browser counts them as 'self'."""
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"connect-src 'self'{sockets}",
            "img-src 'self' data:",
            "font-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class SecurityHeaders:
    """Middleware that adds them, the answers of errors included."""

    def __init__(self, app: ASGIApp, public_url: str | None) -> None:
        self._app = app
        self._host = None if public_url is None else of_url(public_url).partition("://")[2]
        self._fixed = dict(_FIXED)
        if is_secure(public_url):
            self._fixed["Strict-Transport-Security"] = "max-age=31536000"
            # On plain http browsers ignore it, and complain of it on every page.
            self._fixed["Cross-Origin-Opener-Policy"] = "same-origin"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = self._host or Headers(scope=scope).get("host", "")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._fixed)
                headers["Content-Security-Policy"] = content_security_policy(host)
            await send(message)

        await self._app(scope, receive, with_headers)
