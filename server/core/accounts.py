"""What keeps an account: the ways by which its writer can come back."""

from dataclasses import dataclass

MAX_PASSKEYS = 20
MAX_DEVICES = 50
"""One more signs out the one that was used longest ago."""
CODES = 10
CHALLENGE_MS = 5 * 60_000
FRESH_MS = 10 * 60_000
"""So long after a sign-in what keeps an account may be changed without another one."""


@dataclass(frozen=True, slots=True)
class Passkey:
    """`id`: the credential's, in base64url. Instants are Unix ms."""

    id: str
    writer: int
    public_key: bytes
    """As the authenticator gave it: a COSE key."""
    sign_count: int
    """What its authenticator counted last; 0 where it does not count."""
    name: str
    created_at: int
    used_at: int | None = None
    transports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A challenge whose answer has come. `writer`: who was asked, None: anybody. `kept`: what was kept with it."""

    writer: int | None
    challenge: str
    kept: str


@dataclass(frozen=True, slots=True)
class CodesLeft:
    """Of a set of recovery codes. `made_at`: Unix ms."""

    left: int
    made_at: int
