"""What a browser answers to a passkey's challenge, verified. The webauthn package does the cryptography; what people
can mend is told apart here, so that each gets a message of its own.

The package takes a second to import: the first who needs it does, and calls these in a thread.
"""

import base64
import binascii
import hashlib
import ipaddress
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from protocol.codes import ErrorCode
from server.core.sprint import RuleError

RP_NAME = "Wordtide"
CHALLENGE_BYTES = 32
ALGORITHMS = (-8, -7, -257)
"""EdDSA, ES256, RS256, as COSE numbers them; what the webauthn package verifies unless it is told otherwise."""
_HASH_BYTES = 32
_LEAST_BYTES = _HASH_BYTES + 1 + 4
"""Of an authenticator's data: the hash of the RP ID, flags, the count."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are used: the page's origin, and the name that they are bound to."""

    origin: str
    rp_id: str


@dataclass(frozen=True, slots=True)
class Made:
    """A new credential. `id` in base64url; `public_key`: a COSE key."""

    id: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Attested:
    """A browser's answer when a passkey is made. All in base64url, as the browser has it."""

    id: str
    client_data: str
    attestation: str


@dataclass(frozen=True, slots=True)
class Asserted:
    """A browser's answer when a passkey is used. All in base64url."""

    id: str
    client_data: str
    authenticator_data: str
    signature: str


def site(origin: str) -> Site:
    """RuleError: no passkey can be bound to a bare address."""
    host = urlsplit(origin).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Site(origin, host)
    rule = f"needs a name, and {host} is an address: open Wordtide by its name, or on this machine as localhost"
    raise RuleError(ErrorCode.CONFLICT, "passkey", rule)


def handle(writer: int, created_at: int) -> str:
    """What an authenticator knows a writer by, in base64url: the same each time, and it tells nothing of them."""
    return _base64url(hashlib.sha256(f"wordtide writer {writer} {created_at}".encode()).digest()[:16])


def verify_made(answer: Attested, challenge: str, site: Site) -> Made:
    """Raises RuleError that says what to do."""
    import webauthn

    _check_client_data(answer.client_data, "webauthn.create", challenge, site)
    response = {"clientDataJSON": answer.client_data, "attestationObject": answer.attestation}
    try:
        data = webauthn.helpers.parse_attestation_object(_bytes(answer.attestation)).auth_data
    except Exception as error:
        raise _unreadable() from error
    _check_rp_id(data.rp_id_hash, site)
    try:
        made = webauthn.verify_registration_response(
            credential=_credential(answer.id, response),
            expected_challenge=_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
        )
    except Exception as error:
        raise _unreadable() from error
    return Made(_base64url(made.credential_id), made.credential_public_key, made.sign_count)


def verify_used(answer: Asserted, challenge: str, site: Site, public_key: bytes) -> int:
    """What its authenticator counts now; whether that went on is for the ledger to say. Raises RuleError."""
    import webauthn

    _check_client_data(answer.client_data, "webauthn.get", challenge, site)
    data = _bytes(answer.authenticator_data)
    if len(data) < _LEAST_BYTES:
        raise _unreadable()
    _check_rp_id(data[:_HASH_BYTES], site)
    response = {
        "clientDataJSON": answer.client_data,
        "authenticatorData": answer.authenticator_data,
        "signature": answer.signature,
    }
    try:
        used = webauthn.verify_authentication_response(
            credential=_credential(answer.id, response),
            expected_challenge=_bytes(challenge),
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
        )
    except Exception as error:
        rule = "did not sign what was asked: try again, or use another passkey"
        raise RuleError(ErrorCode.BAD_REQUEST, "passkey", rule) from error
    return used.new_sign_count


def _check_client_data(client_data: str, kind: str, challenge: str, site: Site) -> None:
    try:
        said = json.loads(_bytes(client_data))
        right = said["type"] == kind
        answered, origin = str(said["challenge"]), str(said["origin"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unreadable() from error
    if not right:
        raise RuleError(ErrorCode.BAD_REQUEST, "client_data", f"is of type {kind}: begin again")
    if answered.rstrip("=") != challenge:
        rule = "is another than this answer is for: begin again"
        raise RuleError(ErrorCode.CONFLICT, "challenge", rule)
    if origin != site.origin:
        rule = f"is another than {site.origin}, where this answer came in: open {site.origin} and try again there"
        raise RuleError(ErrorCode.NOT_ALLOWED, "origin", rule)


def _check_rp_id(digest: bytes, site: Site) -> None:
    if digest != hashlib.sha256(site.rp_id.encode()).digest():
        rule = f"belongs to another site than {site.rp_id}: choose one that was made here"
        raise RuleError(ErrorCode.NOT_ALLOWED, "passkey", rule)


def _credential(id: str, response: dict[str, str]) -> dict[str, Any]:
    return {"id": id, "rawId": id, "type": "public-key", "response": response}


def _unreadable() -> RuleError:
    rule = "gave an answer that cannot be verified: try again, or use another one"
    return RuleError(ErrorCode.BAD_REQUEST, "passkey", rule)


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _unreadable() from error


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
