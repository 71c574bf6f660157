"""What keeps an account: its sessions by name, passkeys, recovery codes, tokens, and what was done with it."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SLICE = 1_000
PLACED = """
    UPDATE writing_sessions SET slot = (
        SELECT members.slot FROM members JOIN sprints ON sprints.room = members.room
        WHERE sprints.id = writing_sessions.sprint AND members.writer = writing_sessions.writer
    ) WHERE sprint IS NOT NULL
"""
# What a history is read from.
READ = [
    *("writer", "local_day", "started_at", "local_hour", "source", "words", "active_ms", "reported_at", "minutes"),
    *("corrected_words", "corrected_minutes", "streak_words", "streak_minutes"),
    *("counts", "removed_at", "called_off", "imported_by", "aside"),
]


def upgrade() -> None:
    # No constraint, which SQLite would only take with a new table: what refers to the old one holds it back.
    op.add_column("writers", sa.Column("handle", sa.String(length=40), nullable=True))
    op.add_column("writers", sa.Column("handle_key", sa.String(length=40), nullable=True))
    op.add_column("writers", sa.Column("stand_in", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("uq_writers_handle_key", "writers", ["handle_key"], unique=True)
    op.create_table(
        "freed_handles",
        sa.Column("key_sha256", sa.String(length=64), nullable=False),
        sa.Column("freed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key_sha256", name=op.f("pk_freed_handles")),
    )
    _sessions()
    _of_writers(
        "passkeys",
        sa.Column("id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.String(length=120), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
    )
    _of_writers(
        "challenges",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("challenge", sa.String(length=200), nullable=False),
        sa.Column("kept", sa.String(), nullable=False, server_default=""),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
        anybody=True,
    )
    _of_writers(
        "recovery_codes",
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_recovery_codes")),
    )
    _of_writers(
        "identities",
        sa.Column("issuer", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identities")),
    )
    _of_writers(
        "personal_tokens",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_tokens")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_personal_tokens_secret_sha256")),
    )
    _of_writers(
        "audit",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=200), nullable=False),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        index=["writer", "at"],
    )
    op.create_table(
        "tries",
        sa.Column("what", sa.String(length=120), nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("what", "minute", name=op.f("pk_tries")),
    )
    _of_writers(
        "merges",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("other", KEY, nullable=False),
        sa.Column("session", sa.String(length=36), nullable=False),
        sa.Column("met_at", sa.BigInteger(), nullable=False),
        sa.Column("merged_at", sa.BigInteger(), nullable=True),
        sa.Column("kept", sa.String(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["other"], ["writers.id"], name=op.f("fk_merges_other_writers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        index=[],
    )
    op.create_index(op.f("ix_merges_other"), "merges", ["other"], unique=False)
    op.create_index("uq_merges_writer_other", "merges", ["writer", "other"], unique=True)
    _places()


def _of_writers(
    name: str, *columns: sa.schema.SchemaItem, anybody: bool = False, index: list[str] | None = None
) -> None:
    """A table whose rows are a writer's; `anybody`: or nobody's yet."""
    owner = sa.Column("writer", KEY, nullable=anybody)
    key = sa.ForeignKeyConstraint(["writer"], ["writers.id"], name=op.f(f"fk_{name}_writer_writers"))
    op.create_table(name, owner, *columns, key)
    by = ["writer"] if index is None else index
    if by:
        op.create_index(op.f(f"ix_{name}_{'_'.join(by)}"), name, by, unique=False)


def _places() -> None:
    """Sessions of sprints get the place in the room at which they were counted; so far, each writer had one."""
    table = "writing_sessions"
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f("uq_writing_sessions_sprint_writer"), type_="unique")
        batch.add_column(sa.Column("slot", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("aside", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("came_from", KEY, nullable=True))
    op.execute(PLACED)
    with op.batch_alter_table(table) as batch:
        batch.create_check_constraint(op.f("ck_writing_sessions_slot"), "(sprint IS NULL) = (slot IS NULL)")
    counted = sa.text("NOT aside")
    op.create_index(
        "uq_writing_sessions_sprint_writer",
        table,
        ["sprint", "writer"],
        unique=True,
        sqlite_where=counted,
        postgresql_where=counted,
    )
    op.create_index("uq_writing_sessions_sprint_slot", table, ["sprint", "slot"], unique=True)
    op.drop_index("ix_writing_sessions_history", table)
    op.create_index("ix_writing_sessions_history", table, READ, unique=False)


def _sessions() -> None:
    """Those from before get a name each, and were last seen when they began."""
    op.add_column("auth_sessions", sa.Column("id", sa.String(length=36), nullable=True))
    op.add_column("auth_sessions", sa.Column("device", sa.String(length=120), nullable=False, server_default=""))
    op.add_column("auth_sessions", sa.Column("seen_at", sa.BigInteger(), nullable=True))
    op.add_column("auth_sessions", sa.Column("fresh_at", sa.BigInteger(), nullable=True))
    connection = op.get_bind()
    connection.execute(sa.text("UPDATE auth_sessions SET seen_at = created_at, fresh_at = created_at"))
    nameless = sa.text("SELECT token_sha256 FROM auth_sessions WHERE id IS NULL LIMIT :most")
    named = sa.text("UPDATE auth_sessions SET id = :id WHERE token_sha256 = :token")
    while tokens := connection.execute(nameless, {"most": SLICE}).scalars().all():
        connection.execute(named, [{"id": str(uuid.uuid4()), "token": token} for token in tokens])
    with op.batch_alter_table("auth_sessions") as table:
        for column in ("id", "seen_at", "fresh_at"):
            table.alter_column(column, nullable=False)
        table.create_unique_constraint(op.f("uq_auth_sessions_id"), ["id"])
