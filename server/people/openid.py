"""An ID token, verified: OpenID Connect Core 1.0, 3.1.3.7. joserfc does the signatures, Authlib checks the claims."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import RSAKey

from server.core.openid import Claimed, UntrustedError

ALGORITHM = "RS256"
LEEWAY_S = 60
"""So far two clocks may be apart."""
MIN_KEY_BITS = 2_048
MAX_SUBJECT = 255
"""ASCII characters, by the same standard."""
_WRONG: Mapping[str, str] = {
    "iss": "is another provider's",
    "aud": "is meant for another application",
    "azp": "is meant for another application",
    "nonce": "belongs to another sign-in",
    "iat": "is from the future: the clocks of the two servers are apart",
    "nbf": "is from the future: the clocks of the two servers are apart",
    "auth_time": "does not say that you showed just now who you are",
}
_NAMES = ("name", "preferred_username", "nickname", "given_name")


class UnknownKeyError(UntrustedError):
    """Signed with a key that is not among these: the provider may have made a new one."""


class Expected(NamedTuple):
    """What a token has to say. `since`: as in Question."""

    issuer: str
    client_id: str
    nonce: str
    since: int | None = None


class Key(NamedTuple):
    id: str | None
    key: RSAKey


def keys_of(found: Mapping[str, Any]) -> list[Key]:
    """Those of a JWK Set that may sign by RS256; what else is in it is left out. Raises UntrustedError."""
    try:
        listed: Iterable[Mapping[str, Any]] = found["keys"]
        fit = [each for each in listed if each.get("kty") == "RSA" and each.get("use", "sig") == "sig"]
        keys = [Key(each.get("kid"), RSAKey.import_key(dict(each))) for each in fit if _by_rs256(each)]
    except (AttributeError, JoseError, KeyError, TypeError, ValueError):
        raise UntrustedError("comes with keys that cannot be read") from None
    return [each for each in keys if each.key.raw_value.key_size >= MIN_KEY_BITS]


def _by_rs256(key: Mapping[str, Any]) -> bool:
    return bool(key.get("alg", ALGORITHM) == ALGORITHM)


def verified(token: str, keys: Sequence[Key], expected: Expected, now: int) -> Claimed:
    """Who it is. `now`: Unix ms. Raises UntrustedError, and UnknownKeyError."""
    key = _key(_header(token), keys)
    try:
        decoded = jwt.decode(token, key, algorithms=[ALGORITHM])
    except JoseError:
        raise UntrustedError("has a signature that is not the provider's") from None
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {"iss": {"essential": True, "value": expected.issuer}, "aud": {"essential": True, "value": expected.client_id}},
        {"nonce": expected.nonce, "client_id": expected.client_id},
    )
    try:
        claims.validate(now=now // 1_000, leeway=LEEWAY_S)
    except ExpiredTokenError:
        raise UntrustedError("has expired: the clocks of the two servers may be apart") from None
    except ClaimError as error:
        raise UntrustedError(_WRONG.get(error.claim, f"has no {error.claim} that will do")) from None
    if expected.since is not None:
        _check_shown_since(claims.get("auth_time"), expected.since)
    return Claimed(expected.issuer, _subject(claims["sub"]), tuple(_names(claims)))


def _header(token: str) -> Mapping[str, Any]:
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError):
        raise UntrustedError("has no ID token that can be read") from None
    if header.get("alg") != ALGORITHM:
        raise UntrustedError(f"is not signed by {ALGORITHM}, which the provider has to be set to")
    return header


def _key(header: Mapping[str, Any], keys: Sequence[Key]) -> RSAKey:
    id = header.get("kid")
    fit = [each.key for each in keys if id is None or each.id == id]
    if len(fit) != 1:
        raise UnknownKeyError("is signed with a key that the provider does not publish")
    return fit[0]


def _check_shown_since(auth_time: object, since: int) -> None:
    if not isinstance(auth_time, int | float) or not auth_time >= since // 1_000 - LEEWAY_S:  # NaN is not, either
        raise UntrustedError(_WRONG["auth_time"])


def _subject(sub: object) -> str:
    if not isinstance(sub, str) or not sub.isascii() or not 1 <= len(sub) <= MAX_SUBJECT:
        raise UntrustedError("has no subject that will do")
    return sub


def _names(claims: Mapping[str, Any]) -> Iterable[str]:
    return (claims[each] for each in _NAMES if isinstance(claims.get(each), str))
