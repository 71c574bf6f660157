"""The first schema: writers, rooms, sprints, counts, commands, outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("kind", "subject", name=op.f("uq_outbox_kind_subject")),
    )
    op.create_index("ix_outbox_done_at_lease_until", "outbox", ["done_at", "lease_until"], unique=False)
    op.create_table(
        "writers",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("streak_hidden", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writers")),
    )
    op.create_table(
        "auth_sessions",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("writer", KEY, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["writer"], ["writers.id"], name=op.f("fk_auth_sessions_writer_writers")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_auth_sessions")),
    )
    op.create_index(op.f("ix_auth_sessions_writer"), "auth_sessions", ["writer"], unique=False)
    op.create_table(
        "rooms",
        sa.Column("id", KEY, nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("visibility", sa.String(length=16), nullable=False),
        sa.Column("invite", sa.String(length=64), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("next_slot", sa.Integer(), nullable=False),
        sa.Column("created_by", KEY, nullable=False),
        sa.Column("create_key", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("visibility IN ('public', 'unlisted', 'private')", name=op.f("ck_rooms_visibility")),
        sa.ForeignKeyConstraint(["created_by"], ["writers.id"], name=op.f("fk_rooms_created_by_writers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rooms")),
        sa.UniqueConstraint("created_by", "create_key", name=op.f("uq_rooms_created_by_create_key")),
        sa.UniqueConstraint("slug", name=op.f("uq_rooms_slug")),
    )
    op.create_index("ix_rooms_visibility_used_at", "rooms", ["visibility", "used_at"], unique=False)
    op.create_table(
        "writer_settings",
        sa.Column("writer", KEY, nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("rollover", sa.Integer(), nullable=False),
        sa.Column("day_words", sa.Integer(), nullable=False),
        sa.Column("day_minutes", sa.Integer(), nullable=True),
        sa.Column("grace", sa.Integer(), nullable=False),
        sa.Column("weekly_days", sa.Integer(), nullable=False),
        sa.Column("week_start", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["writer"], ["writers.id"], name=op.f("fk_writer_settings_writer_writers")),
        sa.PrimaryKeyConstraint("writer", "from_day", name=op.f("pk_writer_settings")),
    )
    op.create_table(
        "writer_zones",
        sa.Column("writer", KEY, nullable=False),
        sa.Column("held_from", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["writer"], ["writers.id"], name=op.f("fk_writer_zones_writer_writers")),
        sa.PrimaryKeyConstraint("writer", "held_from", name=op.f("pk_writer_zones")),
    )
    op.create_table(
        "commands",
        sa.Column("room", KEY, nullable=False),
        sa.Column("writer", KEY, nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("op", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["rooms.id"], name=op.f("fk_commands_room_rooms")),
        sa.ForeignKeyConstraint(["writer"], ["writers.id"], name=op.f("fk_commands_writer_writers")),
        sa.PrimaryKeyConstraint("room", "writer", "id", name=op.f("pk_commands")),
    )
    op.create_table(
        "members",
        sa.Column("room", KEY, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("writer", KEY, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.Integer(), nullable=False),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("has_left", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["rooms.id"], name=op.f("fk_members_room_rooms")),
        sa.ForeignKeyConstraint(["writer"], ["writers.id"], name=op.f("fk_members_writer_writers")),
        sa.PrimaryKeyConstraint("room", "slot", name=op.f("pk_members")),
        sa.UniqueConstraint("room", "writer", name=op.f("uq_members_room_writer")),
    )
    op.create_index("ix_members_room_rev", "members", ["room", "rev"], unique=False)
    op.create_index("ix_members_writer", "members", ["writer"], unique=False)
    op.create_table(
        "sprints",
        sa.Column("id", KEY, nullable=False),
        sa.Column("room", KEY, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("starts", sa.BigInteger(), nullable=False),
        sa.Column("ends", sa.BigInteger(), nullable=False),
        sa.Column("reporting_ends", sa.BigInteger(), nullable=False),
        sa.Column("cancelled", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("superseded_at", sa.BigInteger(), nullable=True),
        sa.Column("started_by", KEY, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("starts <= ends AND ends <= reporting_ends", name=op.f("ck_sprints_timeline")),
        sa.ForeignKeyConstraint(["room"], ["rooms.id"], name=op.f("fk_sprints_room_rooms")),
        sa.ForeignKeyConstraint(["started_by"], ["writers.id"], name=op.f("fk_sprints_started_by_writers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sprints")),
        sa.UniqueConstraint("room", "round", name=op.f("uq_sprints_room_round")),
    )
    op.create_index(
        "uq_sprints_room_current",
        "sprints",
        ["room"],
        unique=True,
        sqlite_where=sa.text("finished_at IS NULL AND superseded_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL AND superseded_at IS NULL"),
    )
    op.create_index(
        "ix_sprints_unfinished",
        "sprints",
        ["reporting_ends"],
        unique=False,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )
    op.create_table(
        "writing_sessions",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("writer", KEY, nullable=False),
        sa.Column("sprint", KEY, nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("rollover", sa.Integer(), nullable=False),
        sa.Column("local_day", sa.Date(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column("active_ms", sa.BigInteger(), nullable=False),
        sa.Column("start_total", sa.Integer(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=True),
        sa.Column("minutes", sa.Float(), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("stored_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(source = 'sprint') = (sprint IS NOT NULL)", name=op.f("ck_writing_sessions_sprint")),
        sa.CheckConstraint("source IN ('sprint', 'manual', 'solo', 'import')", name=op.f("ck_writing_sessions_source")),
        sa.ForeignKeyConstraint(["sprint"], ["sprints.id"], name=op.f("fk_writing_sessions_sprint_sprints")),
        sa.ForeignKeyConstraint(["writer"], ["writers.id"], name=op.f("fk_writing_sessions_writer_writers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writing_sessions")),
        sa.UniqueConstraint("sprint", "writer", name=op.f("uq_writing_sessions_sprint_writer")),
    )
    op.create_index("ix_writing_sessions_writer_local_day", "writing_sessions", ["writer", "local_day"], unique=False)
