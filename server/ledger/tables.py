"""The tables. Instants are Unix ms, lengths of time say their unit, no table holds a word of anybody's text."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    text,
)

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMES)

# SQLite numbers rows by itself only where the key's type is exactly INTEGER.
Key = BigInteger().with_variant(Integer, "sqlite")
Instant = BigInteger()

writers = Table(
    "writers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("streak_hidden", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)

writer_zones = Table(
    "writer_zones",
    metadata,
    Column("writer", Key, ForeignKey(writers.c.id), nullable=False),
    Column("held_from", Instant, nullable=False),
    Column("zone", String(64), nullable=False),
    PrimaryKeyConstraint("writer", "held_from"),
)

writer_settings = Table(
    "writer_settings",
    metadata,
    Column("writer", Key, ForeignKey(writers.c.id), nullable=False),
    Column("from_day", Date, nullable=False),
    Column("rollover", Integer, nullable=False),
    Column("day_words", Integer, nullable=False),
    Column("day_minutes", Integer),
    Column("grace", Integer, nullable=False),
    Column("weekly_days", Integer, nullable=False),
    Column("week_start", Integer, nullable=False),
    PrimaryKeyConstraint("writer", "from_day"),
)

auth_sessions = Table(
    "auth_sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("writer", Key, ForeignKey(writers.c.id), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

rooms = Table(
    "rooms",
    metadata,
    Column("id", Key, primary_key=True),
    Column("slug", String(64), nullable=False, unique=True),
    Column("title", String(160), nullable=False),
    Column("visibility", String(16), nullable=False),
    Column("invite", String(64), nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("next_slot", Integer, nullable=False),
    Column("created_by", Key, ForeignKey(writers.c.id), nullable=False),
    Column("create_key", String(200)),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=False),
    UniqueConstraint("created_by", "create_key"),
    CheckConstraint("visibility IN ('public', 'unlisted', 'private')", name="visibility"),
    Index("ix_rooms_visibility_used_at", "visibility", "used_at"),
)

members = Table(
    "members",
    metadata,
    Column("room", Key, ForeignKey(rooms.c.id), nullable=False),
    Column("slot", Integer, nullable=False),
    Column("writer", Key, ForeignKey(writers.c.id), nullable=False),
    Column("name", String(80), nullable=False),
    Column("role", Integer, nullable=False),
    Column("joined_at", Instant, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("has_left", Boolean, nullable=False),
    Column("removed", Boolean, nullable=False),
    PrimaryKeyConstraint("room", "slot"),
    UniqueConstraint("room", "writer"),
    Index("ix_members_writer", "writer"),
    Index("ix_members_room_rev", "room", "rev"),
)

sprints = Table(
    "sprints",
    metadata,
    Column("id", Key, primary_key=True),
    Column("room", Key, ForeignKey(rooms.c.id), nullable=False),
    Column("round", Integer, nullable=False),
    Column("starts", Instant, nullable=False),
    Column("ends", Instant, nullable=False),
    Column("reporting_ends", Instant, nullable=False),
    Column("cancelled", Instant),
    Column("finished_at", Instant),
    # The next round began then. The results become final when they are due, as ever.
    Column("superseded_at", Instant),
    Column("started_by", Key, ForeignKey(writers.c.id), nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("room", "round"),
    CheckConstraint("starts <= ends AND ends <= reporting_ends", name="timeline"),
)
Index(
    "uq_sprints_room_current",
    sprints.c.room,
    unique=True,
    sqlite_where=text("finished_at IS NULL AND superseded_at IS NULL"),
    postgresql_where=text("finished_at IS NULL AND superseded_at IS NULL"),
)
Index(
    "ix_sprints_unfinished",
    sprints.c.reporting_ends,
    sqlite_where=text("finished_at IS NULL"),
    postgresql_where=text("finished_at IS NULL"),
)

writing_sessions = Table(
    "writing_sessions",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("writer", Key, ForeignKey(writers.c.id), nullable=False),
    Column("sprint", Key, ForeignKey(sprints.c.id)),
    Column("source", String(16), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("rollover", Integer, nullable=False),
    Column("local_day", Date, nullable=False),
    Column("seq", Instant, nullable=False),
    Column("words", Integer, nullable=False),
    Column("flags", Integer, nullable=False),
    Column("active_ms", BigInteger, nullable=False),
    Column("start_total", Integer, nullable=False),
    Column("reported_at", Instant),
    Column("minutes", Float),
    Column("counts", Boolean, nullable=False),
    Column("stored_at", Instant, nullable=False),
    UniqueConstraint("sprint", "writer"),
    CheckConstraint("source IN ('sprint', 'manual', 'solo', 'import')", name="source"),
    CheckConstraint("(source = 'sprint') = (sprint IS NOT NULL)", name="sprint"),
    Index("ix_writing_sessions_writer_local_day", "writer", "local_day"),
)

commands = Table(
    "commands",
    metadata,
    Column("room", Key, ForeignKey(rooms.c.id), nullable=False),
    Column("writer", Key, ForeignKey(writers.c.id), nullable=False),
    Column("id", String(200), nullable=False),
    Column("op", Integer, nullable=False),
    Column("result", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    PrimaryKeyConstraint("room", "writer", "id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Key, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("subject", String(80), nullable=False),
    Column("payload", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("lease_until", Instant, nullable=False),
    Column("done_at", Instant),
    UniqueConstraint("kind", "subject"),
    Index("ix_outbox_done_at_lease_until", "done_at", "lease_until"),
)
