"""The OpenID provider that whoever runs the server has set up: found by its discovery, asked for who somebody is.

What it brings in takes half a second to import: app.py does, where one is set up.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import quote, urlsplit

import httpx
import msgspec
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from msgspec import Struct

from server.core.openid import AwayError, Claimed, Question, UntrustedError
from server.people.openid import Expected, Key, UnknownKeyError, keys_of, verified

log = logging.getLogger("wordtide.openid")

FOUND = "/.well-known/openid-configuration"
KEEP_MS = 3_600_000
"""What the provider says of itself and its keys is asked for again after so long."""
NEW_KEYS_MS = 60_000
"""For a key that is not known it is asked again, though not more often than this."""
PATIENCE_S = 8.0
"""For one answer of the provider's, from its address's being looked up to its last byte."""
MAX_BYTES = 256 * 1_024
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
V = TypeVar("V")


class Client(NamedTuple):
    """How the provider knows this server. `secret` None: PKCE's is enough. `name`: the provider's, on buttons."""

    issuer: str
    id: str
    secret: str | None
    name: str


class Found(Struct, frozen=True):
    """Of the provider's discovery document, what is needed."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class _Answered(Struct, frozen=True):
    """Of the token endpoint's answer."""

    id_token: str


class Kept(Generic[V]):
    """Fetched by the first who asks, for all who ask meanwhile and some time later. A failure is not kept."""

    def __init__(self) -> None:
        self._at = 0
        self._fetched: asyncio.Task[V] | None = None

    async def get(self, now: int, keep_ms: int, fetch: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """What was fetched less than `keep_ms` before `now` (Unix ms), else fetched now."""
        if self._fetched is None or self._at <= now - keep_ms:
            self._at, self._fetched = now, asyncio.create_task(fetch())
        fetched = self._fetched
        try:
            return await asyncio.shield(fetched)  # one that hangs up must not take the others with it
        except Exception:
            if self._fetched is fetched:
                self._fetched = None
            raise


class Provider:
    """Raises AwayError and UntrustedError; what people asked for in vain is also logged. Instants are Unix ms."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._found = Kept[Found]()
        self._keys = Kept[list[Key]]()

    @property
    def name(self) -> str:
        return self._client.name

    @property
    def issuer(self) -> str:
        """As it is set here; without a slash at its end."""
        return self._client.issuer

    async def found(self, now: int) -> Found:
        """What it says of itself."""
        return await self._found.get(now, KEEP_MS, self._discover)

    async def address(self, question: Question, now: int) -> str:
        """Where the provider asks who it is."""
        with self._told():
            found = await self.found(now)
        anew = {} if question.since is None else {"prompt": "login", "max_age": "0"}
        address: str = prepare_grant_uri(
            found.authorization_endpoint,
            client_id=self._client.id,
            response_type="code",
            redirect_uri=question.redirect,
            scope="openid profile",
            state=question.state,
            nonce=question.nonce,
            code_challenge=create_s256_code_challenge(question.verifier),
            code_challenge_method="S256",
            **anew,
        )
        return address

    async def claimed(self, code: str, question: Question, iss: str, now: int) -> Claimed:
        """Who it is that the provider sent back with this code. `iss`: who it says it is (RFC 9207), or ""."""
        with self._told():
            return await self._claimed(code, question, iss, now)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """To whoever runs the server."""
        try:
            yield
        except AwayError as error:
            log.warning("%s cannot be asked: %s (`wordtide doctor` looks again)", self._client.issuer, error)
            raise
        except UntrustedError as error:
            log.warning("an answer of %s %s", self._client.issuer, error)
            raise

    async def _claimed(self, code: str, question: Question, iss: str, now: int) -> Claimed:
        found = await self.found(now)
        if iss not in ("", found.issuer):
            raise UntrustedError("is another provider's")
        token = await self._token(found, code, question)
        expected = Expected(found.issuer, self._client.id, question.nonce, question.since)
        fetch = partial(self._fetch_keys, found)
        try:
            claimed = verified(token, await self._keys.get(now, KEEP_MS, fetch), expected, now)
        except UnknownKeyError:
            claimed = verified(token, await self._keys.get(now, NEW_KEYS_MS, fetch), expected, now)
        # Without its slash, as it is set: by this it is kept, however the provider writes it one day.
        return Claimed(self._client.issuer, claimed.subject, claimed.names)

    async def _discover(self) -> Found:
        issuer = self._client.issuer
        if not _is_safe(issuer):
            raise AwayError(f"WORDTIDE_OPENID_ISSUER is {issuer}: it has to begin with https://")
        found = _read(await self._ask("GET", issuer + FOUND), Found)
        if found.issuer.rstrip("/") != issuer:
            raise AwayError(f"it says that it is {found.issuer}: set WORDTIDE_OPENID_ISSUER to that, if it is the one")
        for address in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            if not _is_safe(address):
                raise AwayError(f"it names {address}, which has to be an address that begins with https://")
        return found

    async def _fetch_keys(self, found: Found) -> list[Key]:
        return keys_of(_read(await self._ask("GET", found.jwks_uri), dict[str, Any]))

    async def _token(self, found: Found, code: str, question: Question) -> str:
        """The ID token for a code. What the code was asked for with goes with it: PKCE."""
        said = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": question.redirect,
            "code_verifier": question.verifier,
        }
        client, auth = self._client, None
        if client.secret is None:
            said["client_id"] = client.id
        elif "client_secret_basic" in found.token_endpoint_auth_methods_supported:
            auth = httpx.BasicAuth(quote(client.id, safe=""), quote(client.secret, safe=""))  # RFC 6749, 2.3.1
        else:
            said |= {"client_id": client.id, "client_secret": client.secret}
        return _read(await self._ask("POST", found.token_endpoint, said, auth), _Answered).id_token

    async def _ask(
        self, method: str, address: str, said: dict[str, str] | None = None, auth: httpx.BasicAuth | None = None
    ) -> bytes:
        """The body of an answer of a bounded size, within a bounded time. Raises AwayError and UntrustedError."""
        body = bytearray()
        trusted = await asyncio.to_thread(_trusted)
        try:
            async with (
                asyncio.timeout(PATIENCE_S),
                httpx.AsyncClient(timeout=PATIENCE_S, verify=trusted) as client,
                client.stream(method, address, data=said, auth=auth) as answer,
            ):
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > MAX_BYTES:
                        raise AwayError(f"{address} answers more than {MAX_BYTES} bytes")
        except (TimeoutError, httpx.TimeoutException):
            raise AwayError(f"{address} does not answer within {PATIENCE_S:.0f} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise AwayError(f"{address} cannot be reached: {error}") from error
        if method == "POST" and answer.status_code in (400, 401):
            log.warning("the OpenID provider refuses a code: %s", bytes(body[:500]).decode(errors="replace"))
            raise UntrustedError("was refused by the provider itself, perhaps because it was used before")
        if answer.status_code != 200:
            raise AwayError(f"{address} answers {answer.status_code}")
        return bytes(body)


def _read(body: bytes, shape: type[V]) -> V:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise AwayError(f"it answers what is no such document: {error}") from None


@cache
def _trusted() -> ssl.SSLContext:
    """Made once: it takes 20 ms, which is too long for those who write meanwhile."""
    return httpx.create_ssl_context()


def _is_safe(address: str) -> bool:
    """Whether nobody on the way can read or change it. What is no address is not."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
