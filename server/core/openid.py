"""Signing in by an OpenID provider: what is asked of it, and what it answers."""

from dataclasses import dataclass

ASKED_MS = 10 * 60_000
"""So long an answer is waited for: people may have to find their password."""


@dataclass(frozen=True, slots=True)
class Question:
    """`redirect`: where the answer goes. `nonce` comes back in the ID token, `verifier` is what PKCE calls so."""

    state: str
    nonce: str
    verifier: str
    redirect: str
    since: int | None = None
    """Who it is has to be shown anew, after this instant (Unix ms); None: whoever is signed in there will do."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who somebody is to a provider, once that is verified. `names`: what they may be called, the best first."""

    issuer: str
    subject: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """As it is kept. `created_at`: Unix ms."""

    id: str
    issuer: str
    created_at: int


class AwayError(Exception):
    """The provider cannot be asked: it is away, or not set up as it has to be. The text is for the log."""


class UntrustedError(Exception):
    """The provider answered what is not to be trusted. The text says why, as the end of a sentence about the answer."""
