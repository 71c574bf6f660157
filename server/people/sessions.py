"""How a browser or a companion program shows who it is: a random token, in a cookie or as a Bearer token.

The server keeps only the token's hash (in the ledger). A personal token comes as a Bearer token alone. Where the public
URL is https the cookie has the `__Host-` prefix and goes over https alone; on a local network's plain http it cannot.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from server.core.tokens import PREFIX, is_personal

MAX_AGE_S = 365 * 86_400
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,128}")


@dataclass(frozen=True, slots=True)
class Presented:
    """A token that came with a request. `bearer`: by the Authorization header, which no browser sends by itself."""

    token: str
    bearer: bool


def new_token() -> str:
    """32 random bytes, in 43 characters that a cookie can carry."""
    return secrets.token_urlsafe(32)


def new_personal() -> str:
    """The same with the prefix of personal tokens."""
    return PREFIX + new_token()


def is_secure(public_url: str | None) -> bool:
    return public_url is not None and public_url.lower().startswith("https://")


def cookie_name(public_url: str | None) -> str:
    return "__Host-wordtide" if is_secure(public_url) else "wordtide"


def link(base_url: str | None, code: str) -> str:
    """The address that signs in by a code. `base_url`: under which people reach the server; None: on this machine."""
    return f"{base_url or 'http://localhost:8000'}/in#{code}"


def set_cookie(token: str, public_url: str | None) -> str:
    """The value of the Set-Cookie header that signs a browser in for a year."""
    value = f"{cookie_name(public_url)}={token}; Max-Age={MAX_AGE_S}; Path=/; HttpOnly; SameSite=Lax"
    return f"{value}; Secure" if is_secure(public_url) else value


def clear_cookie(public_url: str | None) -> str:
    """The value of the Set-Cookie header that signs a browser out."""
    return set_cookie("", public_url).replace(f"Max-Age={MAX_AGE_S}", "Max-Age=0")


def presented(headers: Mapping[str, str], public_url: str | None) -> Presented | None:
    """The token of a request (header names in lower case), a Bearer token before a cookie; None without a sound one."""
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _sound(rest.strip(), bearer=True)
    wanted = cookie_name(public_url)
    for pair in headers.get("cookie", "").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == wanted:
            return None if is_personal(value) else _sound(value, bearer=False)
    return None


def _sound(token: str, *, bearer: bool) -> Presented | None:
    return Presented(token, bearer) if _TOKEN.fullmatch(token) else None
