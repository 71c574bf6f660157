"""This server's address, and who may ask: a page of it only. One rule for unsafe HTTP methods and for the socket's
handshake."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request

_DEFAULT_PORTS = {"http": 80, "https": 443}


def of_url(url: str) -> str:
    """The origin of a URL as a browser writes it: lower case, the scheme's own port left out."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = "" if parts.port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
    return f"{parts.scheme.lower()}://{host}{port}"


def address(request: Request, public_url: str | None) -> str:
    """Under which people reach this server, without a slash at its end: as set, else as this request names it."""
    return public_url or f"{request.url.scheme}://{request.headers.get('host', '')}"


def sent(headers: Headers) -> str | None:
    """The Origin of a request; None where it has none. Two of them are joined, and so equal to nothing."""
    values = headers.getlist("origin")
    return ", ".join(values) if values else None


def allowed(origin: str | None, host: str, public_url: str | None, bearer: bool) -> bool:
    """Whether a request from a page at `origin` may act for the person who is signed in.

    The origin must equal the public URL's where one is set, else the request's own Host: exactly, so that "null", a
    longer name and another port are refused. It may be absent only with a Bearer token: browsers send neither that
    by themselves nor a socket without an Origin.
    """
    if origin is None:
        return bearer
    if public_url is not None:
        return origin == of_url(public_url)
    return bool(host) and origin in (f"http://{host}", f"https://{host}")


def allowed_http(origin: str | None, host: str, public_url: str | None) -> bool:
    """The same for HTTP's unsafe methods, where programs that are no browsers need send no Origin."""
    return origin is None or allowed(origin, host, public_url, bearer=False)
