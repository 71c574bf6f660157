"""What is kept of a secret: enough to know it again, and of no use to whoever reads the database."""

import hashlib


def digest(text: str) -> str:
    """The SHA-256, in hex. Secrets are long and random, so nothing slower is needed."""
    return hashlib.sha256(text.encode()).hexdigest()
