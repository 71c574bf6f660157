"""An authenticator in software: real keys, real signatures, and answers as a browser would hand them on. What is wrong
with an answer is said when it is asked for."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

USER_PRESENT, USER_VERIFIED, HAS_KEY = 0x01, 0x04, 0x40
Json = dict[str, Any]


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class Authenticator:
    """One passkey of one site (`origin`, `rp_id`). `count`: what it counts with each signature; None: it never does."""

    origin: str
    rp_id: str
    count: int | None = 0
    id: str = field(default_factory=lambda: base64url(secrets.token_bytes(32)))
    _key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def made(self, options: Json, **wrong: str) -> Json:
        """What is sent to add it. `wrong`: another origin, rp_id, challenge or type than asked for."""
        data = self._data(HAS_KEY, wrong) + bytes(16) + len(self._raw_id).to_bytes(2) + self._raw_id + self._cose()
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._said("webauthn.create", options, wrong)
        return {
            "challenge": options["id"],
            "credential": self.id,
            "client_data": base64url(said),
            "attestation": base64url(attestation),
            "transports": ["internal"],
        }

    def used(self, options: Json, **wrong: str) -> Json:
        """What is sent to sign in. `wrong` as with `made`."""
        said = self._said("webauthn.get", options, wrong)
        data = self._data(0, wrong)
        signature = self._key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return {
            "challenge": options["id"],
            "credential": self.id,
            "client_data": base64url(said),
            "authenticator_data": base64url(data),
            "signature": base64url(signature),
        }

    @property
    def _raw_id(self) -> bytes:
        return base64.urlsafe_b64decode(self.id + "=" * (-len(self.id) % 4))

    def _said(self, kind: str, options: Json, wrong: dict[str, str]) -> bytes:
        said = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(said | {name: value for name, value in wrong.items() if name in said}).encode()

    def _data(self, flags: int, wrong: dict[str, str]) -> bytes:
        if self.count is not None:
            self.count += 1
        rp_id = hashlib.sha256(wrong.get("rp_id", self.rp_id).encode()).digest()
        return rp_id + bytes([USER_PRESENT | USER_VERIFIED | flags]) + (self.count or 0).to_bytes(4)

    def _cose(self) -> bytes:
        """ES256 on P-256, as COSE writes it."""
        numbers = self._key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
