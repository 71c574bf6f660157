"""The tables of what keeps an account. Of every secret only the SHA-256 is kept, of a passkey its public key."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, PrimaryKeyConstraint, String, Table

from server.ledger.schema import Instant, Key, metadata

passkeys = Table(
    "passkeys",
    metadata,
    # The credential's id, in base64url.
    Column("id", String(1400), primary_key=True),
    Column("writer", Key, ForeignKey("writers.id"), nullable=False, index=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("transports", String(120), nullable=False),
    Column("name", String(80), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
)

# What a sign-in or a new passkey has to answer: each serves once, and not for long.
challenges = Table(
    "challenges",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("writer", Key, ForeignKey("writers.id"), index=True),
    Column("challenge", String(200), nullable=False),
    # What has to be known again when the answer comes, as JSON.
    Column("kept", String, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("code_sha256", String(64), primary_key=True),
    Column("writer", Key, ForeignKey("writers.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
)

# Who a writer is to an OpenID provider.
identities = Table(
    "identities",
    metadata,
    Column("issuer", String(255), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("writer", Key, ForeignKey("writers.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("issuer", "subject"),
)

personal_tokens = Table(
    "personal_tokens",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("writer", Key, ForeignKey("writers.id"), nullable=False, index=True),
    Column("secret_sha256", String(64), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    # Separated by spaces.
    Column("scopes", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
    Column("expires_at", Instant),
)

# What was done with an account, for its writer to see.
audit = Table(
    "audit",
    metadata,
    Column("id", Key, primary_key=True),
    Column("writer", Key, ForeignKey("writers.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", String(40), nullable=False),
    Column("detail", String(200), nullable=False),
    Column("device", String(120), nullable=False),
    Index("ix_audit_writer_at", "writer", "at"),
)

# How often something that can be guessed was tried within a minute.
tries = Table(
    "tries",
    metadata,
    Column("what", String(120), nullable=False),
    Column("minute", Instant, nullable=False),
    Column("n", Integer, nullable=False),
    PrimaryKeyConstraint("what", "minute"),
)

# A writer signed in where a guest was before; once they wished it, the guest's history is part of theirs.
merges = Table(
    "merges",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("writer", Key, ForeignKey("writers.id"), nullable=False),
    Column("other", Key, ForeignKey("writers.id"), nullable=False, index=True),
    # The writer's session in the browser in which they met: it alone may bring the guest's history along, or open it.
    Column("session", String(36), nullable=False),
    Column("met_at", Instant, nullable=False),
    # None: they are apart, not merged yet or no more.
    Column("merged_at", Instant),
    # What it did, and what is needed to part them again, as JSON.
    Column("kept", String, nullable=False, server_default=""),
    Index("uq_merges_writer_other", "writer", "other", unique=True),
)

# A way to be signed in on another device. Of the code only the SHA-256 is kept; it serves once.
sign_in_links = Table(
    "sign_in_links",
    metadata,
    Column("code_sha256", String(64), primary_key=True),
    Column("writer", Key, ForeignKey("writers.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# Handles that somebody gave up, as the SHA-256 of their keys: not to be had again at once.
freed_handles = Table(
    "freed_handles",
    metadata,
    Column("key_sha256", String(64), primary_key=True),
    Column("freed_at", Instant, nullable=False),
)
