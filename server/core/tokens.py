"""Personal tokens: what one looks like, and what is known of it besides its secret."""

from dataclasses import dataclass

PREFIX = "wtp_"
"""By it people, and scanners for secrets that leaked, know one where they see it."""
LENGTH = 47
"""The prefix, and 32 random bytes in base64url. A session's token is shorter, whatever it begins with."""


class WrongTooOftenError(Exception):
    """Too many wrong tokens came from where this one comes from: it is not looked up. `wait_ms`: for so long."""

    def __init__(self, wait_ms: int) -> None:
        super().__init__(f"wrong too often: closed for {wait_ms} ms")
        self.wait_ms = wait_ms


@dataclass(frozen=True, slots=True)
class PersonalToken:
    """Instants are Unix ms. `used_at`: to the hour; None: not yet. `expires_at` None: it holds until it is revoked."""

    id: str
    name: str
    scopes: frozenset[str]
    created_at: int
    used_at: int | None = None
    expires_at: int | None = None


def is_personal(token: str) -> bool:
    return token.startswith(PREFIX) and len(token) == LENGTH
