"""A real OpenID provider on loopback, on a thread of its own: it checks PKCE and its client, and lies when told."""

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode
from uuid import uuid4

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from server.people.provider import Client
from tests.support.ports import free_port

CLIENT_ID, SECRET = "wordtide", "a secret: with signs %/+"
Lie = Callable[[dict[str, Any]], None]
CLAIMS: dict[str, Lie] = {
    "wrong nonce": lambda claims: claims.update(nonce="another"),
    "no nonce": lambda claims: claims.pop("nonce"),
    "wrong aud": lambda claims: claims.update(aud="another"),
    "wrong aud, our azp": lambda claims: claims.update(aud="another", azp=CLIENT_ID),
    "many auds": lambda claims: claims.update(aud=[CLIENT_ID, "another"]),
    "wrong azp": lambda claims: claims.update(aud=[CLIENT_ID, "another"], azp="another"),
    "other issuer": lambda claims: claims.update(iss="https://another.example"),
    "expired": lambda claims: claims.update(exp=claims["iat"] - 120, iat=claims["iat"] - 600),
    "from the future": lambda claims: claims.update(iat=claims["iat"] + 600),
    "no subject": lambda claims: claims.pop("sub"),
    "a list for a subject": lambda claims: claims.update(sub=["ada"]),
    "no time": lambda claims: claims.update(exp="soon"),
    "signed in long ago": lambda claims: claims.update(auth_time=claims["iat"] - 3_600),
    "no auth_time": lambda claims: claims.pop("auth_time"),
    "not a number": lambda claims: claims.update(auth_time=float("nan")),
}
"""Lies in what an ID token claims."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()


_ENDPOINTS = {"plain http": "http://another.example/token", "no address": "https://[another/token"}
"""Lies of discovery."""


class Provider:
    """Whoever comes is `subject`, called `name`, without being asked. `lie`: "", one of CLAIMS, or as in `token`."""

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.asked: list[str] = []
        """The paths, in the order in which they were asked for."""
        self.reset()
        self._codes: dict[str, dict[str, str]] = {}
        self.renew_key()
        routes = [
            Route("/.well-known/openid-configuration", self._discovery),
            Route("/keys", self._keys),
            Route("/authorize", self._authorize),
            Route("/token", self._token, methods=["POST"]),
        ]
        config = uvicorn.Config(Starlette(routes=routes), port=self.port, log_config=None, lifespan="off")
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def client(self) -> Client:
        return Client(self.issuer, CLIENT_ID, SECRET, "Lighthouse")

    @property
    def settings(self) -> dict[str, Any]:
        """Those of a server that knows it."""
        client = self.client
        return {
            "openid_issuer": client.issuer,
            "openid_client_id": client.id,
            "openid_client_secret": SECRET,
            "openid_name": client.name,
        }

    def renew_key(self) -> None:
        self._key = RSAKey.generate_key(2_048, {"kid": str(uuid4()), "use": "sig", "alg": "RS256"})

    @contextlib.contextmanager
    def running(self) -> Iterator["Provider"]:
        self._thread.start()
        try:
            assert self._server.is_up.wait(10)
            yield self
        finally:
            self._server.should_exit = True
            self._thread.join()

    def reset(self) -> None:
        """As it was at first, though with the key it has, and for somebody whom nobody knows yet."""
        self.subject, self.name, self.lie = str(uuid4()), "Ada", ""
        self.ahead_s = 0
        """Of this machine's clock."""
        self.says_it_is: str | None = None
        """Another issuer than it is, in its discovery document."""
        self.asked.clear()

    async def _discovery(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if self.lie == "500":
            return Response("no", 500)
        if self.lie == "hangs":
            while (await request.receive())["type"] != "http.disconnect":
                pass
        if self.lie == "too much":
            return Response(b"{" * 2**20)
        if self.lie == "no document":
            return Response(b"<html>")
        return JSONResponse(
            {
                "issuer": self.says_it_is or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": _ENDPOINTS.get(self.lie, f"{self.issuer}/token"),
                "jwks_uri": f"{self.issuer}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            }
        )

    async def _keys(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        weak = {"kty": "oct", "k": "c2VjcmV0", "kid": "no RSA"}
        return JSONResponse({"keys": [weak, self._key.as_dict(private=False)]})

    async def _authorize(self, request: Request) -> Response:
        said = dict(request.query_params)
        wanted = {"client_id": CLIENT_ID, "response_type": "code", "code_challenge_method": "S256"}
        if any(said.get(name) != value for name, value in wanted.items()) or "openid" not in said["scope"].split():
            return Response("this is no authorization request", 400)
        back = {"state": said["state"], "iss": "https://another.example" if self.lie == "wrong iss" else self.issuer}
        if self.lie == "denied":
            return RedirectResponse(f"{said['redirect_uri']}?{urlencode({'error': 'access_denied', **back})}", 302)
        code = str(uuid4())
        self._codes[code] = said
        return RedirectResponse(f"{said['redirect_uri']}?{urlencode({'code': code, **back})}", 302)

    async def _token(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if self.lie == "token 500":
            return Response("no", 500)
        said = dict(parse_qsl((await request.body()).decode()))
        asked = self._codes.pop(said.get("code", ""), None)
        proof = _base64(hashlib.sha256(said.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or said["grant_type"] != "authorization_code"
            or said["redirect_uri"] != asked["redirect_uri"]
            or (proof != asked["code_challenge"] and self.lie != "no PKCE")
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        if _credentials(request) != (CLIENT_ID, SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": self._id_token(asked)})

    def _id_token(self, asked: dict[str, str]) -> str:
        now = int(time.time() + self.ahead_s)
        claims: dict[str, Any] = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT_ID, "name": self.name}
        claims |= {"nonce": asked["nonce"], "iat": now, "exp": now + 300, "auth_time": now}
        if self.lie in CLAIMS:
            CLAIMS[self.lie](claims)
        if self.lie == "alg none":
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        if self.lie == "HS256":  # with what is public as the secret, as in the attack of that name
            signed = f"{_part({'alg': 'HS256', 'kid': self._key.kid})}.{_part(claims)}"
            proof = hmac.digest(self._key.as_pem(private=False), signed.encode(), "sha256")
            return f"{signed}.{_base64(proof)}"
        key = RSAKey.generate_key(2_048) if self.lie == "another's signature" else self._key
        kid = "unheard of" if self.lie == "other kid" else self._key.kid
        return jwt.encode({"alg": "RS256", "kid": kid}, claims, key, ["RS256"])


def _credentials(request: Request) -> tuple[str, str]:
    """As RFC 6749 has them: each encoded as in a form, then as Basic."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    user, _, password = base64.b64decode(rest).decode().partition(":") if scheme == "Basic" else ("", "", "")
    return unquote(user), unquote(password)


def _part(said: dict[str, Any]) -> str:
    return _base64(json.dumps(said).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
