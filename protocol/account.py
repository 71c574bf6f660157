"""The JSON of what keeps an account: passkeys, recovery codes, and what was done with it. As http.py, which declares
the rest. Bytes are base64url without padding, as browsers have them.
"""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from protocol.http import Instant, Name

CredentialId = Annotated[str, Meta(min_length=1, max_length=1_400)]
Bytes = Annotated[str, Meta(min_length=1, max_length=32_768)]
Transport = Annotated[str, Meta(min_length=1, max_length=16)]
Transports = Annotated[list[Transport], Meta(max_length=6, description="a list of transports, as the browser has them")]


class KnownPasskey(Struct, frozen=True):
    """What an authenticator is told of one: `transports` are how it may be reached."""

    credential: str
    transports: list[str]


class PasskeyOptions(Struct, frozen=True):
    """What navigator.credentials.create() is asked for. `id`: to be said with the answer, within five minutes, once."""

    id: str
    challenge: str
    rp_id: str
    rp_name: str
    user_id: str
    user_name: str
    algorithms: list[int]
    known: list[KnownPasskey]
    """Those the writer has: an authenticator makes no second one."""


class NewPasskey(Struct, frozen=True):
    """The answer. `challenge`: the options' id. `name` None: it is called after the device."""

    challenge: UUID
    credential: CredentialId
    client_data: Bytes
    attestation: Bytes
    transports: Transports = []
    name: Name | None = None


class Passkey(Struct, frozen=True):
    """`id`: the credential's."""

    id: str
    name: str
    created_at: Instant
    used_at: Instant | None


class Passkeys(Struct, frozen=True):
    """The first added first."""

    passkeys: list[Passkey]


class RenamePasskey(Struct, frozen=True):
    name: Name


class SignInOptions(Struct, frozen=True):
    """What navigator.credentials.get() is asked for. `id` as in PasskeyOptions. `known`: those that will do; empty:
    whichever the browser has for this site."""

    id: str
    challenge: str
    rp_id: str
    known: list[KnownPasskey]


class Assertion(Struct, frozen=True):
    """The answer. `challenge`: the options' id."""

    challenge: UUID
    credential: CredentialId
    client_data: Bytes
    authenticator_data: Bytes
    signature: Bytes


class Confirmed(Struct, frozen=True):
    """`until`: so long what keeps the account may be changed here without being asked again."""

    until: Instant


class RecoveryCode(Struct, frozen=True):
    code: Annotated[str, Meta(min_length=16, max_length=40, description="a recovery code, with or without dashes")]


class RecoveryCodes(Struct, frozen=True):
    """How many are left, and since when the set is; 0 and None: none were made."""

    left: int
    made_at: Instant | None


class NewRecoveryCodes(Struct, frozen=True):
    """Shown this once: only their digests are kept."""

    codes: list[str]
    made_at: Instant


class AuditLine(Struct, frozen=True):
    """`what`: as passkey_added; `detail`: a name that the writer gave; `device`: where it was done."""

    at: Instant
    what: str
    detail: str
    device: str


class AuditList(Struct, frozen=True):
    """The newest first, at most 200, of the last 400 days."""

    lines: list[AuditLine]


SHAPES: tuple[type[Struct], ...] = (
    KnownPasskey,
    PasskeyOptions,
    NewPasskey,
    Passkey,
    Passkeys,
    RenamePasskey,
    SignInOptions,
    Assertion,
    Confirmed,
    RecoveryCode,
    RecoveryCodes,
    NewRecoveryCodes,
    AuditLine,
    AuditList,
)
