"""The tables, all of them by one name: those of accounts are declared beside. Instants are Unix ms, lengths of time say
their unit, no table holds a word of anybody's text."""

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
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)

from server.ledger.account_tables import audit as audit
from server.ledger.account_tables import challenges as challenges
from server.ledger.account_tables import freed_handles as freed_handles
from server.ledger.account_tables import identities as identities
from server.ledger.account_tables import merges as merges
from server.ledger.account_tables import passkeys as passkeys
from server.ledger.account_tables import personal_tokens as personal_tokens
from server.ledger.account_tables import recovery_codes as recovery_codes
from server.ledger.account_tables import sign_in_links as sign_in_links
from server.ledger.account_tables import tries as tries
from server.ledger.schema import Instant, Key
from server.ledger.schema import metadata as metadata

writers = Table(
    "writers",
    metadata,
    Column("id", Key, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("streak_hidden", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    # For those who keep an account. `handle_key` is the same for all that look alike.
    Column("handle", String(40)),
    Column("handle_key", String(40)),
    # Nobody: holds the place of someone who is gone in the results of others.
    Column("stand_in", Boolean, nullable=False, server_default=false()),
    Index("uq_writers_handle_key", "handle_key", unique=True),
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
    # Weekdays of rest: bit 0 is Monday.
    Column("rest_weekdays", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("writer", "from_day"),
)

rests = Table(
    "rests",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("writer", Key, ForeignKey(writers.c.id), nullable=False, index=True),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("booked_at", Instant, nullable=False),
)

# Days that the operator declared neutral for everybody.
amnesty_days = Table(
    "amnesty_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("note", String(200), nullable=False),
    Column("declared_at", Instant, nullable=False),
)

auth_sessions = Table(
    "auth_sessions",
    metadata,
    Column("token_sha256", String(64), primary_key=True),
    Column("writer", Key, ForeignKey(writers.c.id), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    # Its name among its writer's: the token is a secret.
    Column("id", String(36), nullable=False, unique=True),
    Column("device", String(120), nullable=False, server_default=""),
    Column("seen_at", Instant, nullable=False),
    # When the writer last proved there who they are.
    Column("fresh_at", Instant, nullable=False),
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
    Column("started_by", Key, ForeignKey(writers.c.id), nullable=False, index=True),
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

projects = Table(
    "projects",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("writer", Key, ForeignKey(writers.c.id), nullable=False, index=True),
    Column("title", String(160), nullable=False),
    Column("unit", String(8), nullable=False),
    # What there was before the first session, and what there is to be; in the unit.
    Column("start_total", Integer, nullable=False),
    Column("target", Integer),
    Column("first_day", Date, nullable=False),
    Column("deadline", Date),
    # How much of the work each weekday takes, a digit each, Monday first.
    Column("weights", String(7), nullable=False),
    # Of a writer's projects the one chosen last is where new words go; where none was, they go to none.
    Column("chosen_at", Instant),
    Column("archived_at", Instant),
    Column("created_at", Instant, nullable=False),
    CheckConstraint("unit IN ('words', 'pages', 'minutes', 'lines')", name="unit"),
)

# Dated, as settings are: a day is judged by the goal that held on it. Without a target there is none from that day on.
goals = Table(
    "goals",
    metadata,
    Column("writer", Key, ForeignKey(writers.c.id), nullable=False),
    Column("period", String(8), nullable=False),
    Column("from_day", Date, nullable=False),
    Column("unit", String(8), nullable=False),
    Column("target", Integer),
    PrimaryKeyConstraint("writer", "period", "from_day"),
    CheckConstraint("period IN ('day', 'week', 'month', 'year')", name="period"),
    CheckConstraint("unit IN ('words', 'minutes')", name="unit"),
)

imports = Table(
    "imports",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("writer", Key, ForeignKey(writers.c.id), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("file_name", String(200), nullable=False),
    # What has come so far: sessions, and the words they add.
    Column("sessions", Integer, nullable=False),
    Column("words", BigInteger, nullable=False),
    # Ids of the projects it made, as JSON.
    Column("projects", String, nullable=False, server_default="[]"),
    Column("started_at", Instant, nullable=False),
    # Until then nobody sees what it brings.
    Column("done_at", Instant),
)
Index(
    "ix_imports_unfinished",
    imports.c.id,
    sqlite_where=text("done_at IS NULL"),
    postgresql_where=text("done_at IS NULL"),
)

# A secret address of a feed: of the secret only the SHA-256 is kept.
calendars = Table(
    "calendars",
    metadata,
    Column("writer", Key, ForeignKey(writers.c.id), primary_key=True),
    Column("secret_sha256", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
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
    # The hour (0 to 23) that the clock on the wall showed when it began.
    Column("local_hour", Integer, nullable=False),
    Column("seq", Instant, nullable=False),
    Column("words", Integer, nullable=False),
    Column("flags", Integer, nullable=False),
    Column("active_ms", BigInteger, nullable=False),
    Column("start_total", Integer, nullable=False),
    Column("reported_at", Instant),
    Column("minutes", Float),
    Column("counts", Boolean, nullable=False),
    Column("stored_at", Instant, nullable=False),
    # What the writer says of it, before and after.
    Column("project", String(36)),
    # Of a project that counts pages or lines: how many, in its unit.
    Column("amount", Integer),
    Column("intention", String(280), nullable=False, server_default=""),
    Column("outcome", String(8)),
    Column("note", String(2000), nullable=False, server_default=""),
    # What the writer mended in the history. The sprint's own results keep what was counted.
    Column("corrected_words", Integer),
    Column("corrected_minutes", Float),
    # What stood when it was first mended later than the day after, or counted anew after seven days: more than that
    # never counts for the streak.
    Column("streak_words", Integer),
    Column("streak_minutes", Float),
    Column("removed_at", Instant),
    # Its sprint was cancelled before it began, so that it never was one.
    Column("called_off", Boolean, nullable=False, server_default=false()),
    Column("imported_by", String(36)),
    Column("import_key", String(120)),
    # The place in the room at which it was counted: the board goes by it, the history by the writer.
    Column("slot", Integer),
    # A history that was merged may have counted at two places of one sprint; what is aside is only on the board.
    Column("aside", Boolean, nullable=False, server_default=false()),
    # Whose it was before it came here by a merge. No foreign key: they may be deleted since.
    Column("came_from", Key),
    Index("uq_writing_sessions_sprint_slot", "sprint", "slot", unique=True),
    UniqueConstraint("writer", "import_key"),
    CheckConstraint("outcome IN ('done', 'partly', 'not')", name="outcome"),
    CheckConstraint("source IN ('sprint', 'manual', 'solo', 'import')", name="source"),
    CheckConstraint("(source = 'sprint') = (sprint IS NOT NULL)", name="sprint"),
    CheckConstraint("(sprint IS NULL) = (slot IS NULL)", name="slot"),
    # A history is read from it alone, by its days and whatever is summed of them: see amounts.py and history.py.
    Index(
        "ix_writing_sessions_history",
        *("writer", "local_day", "started_at", "local_hour", "source", "words", "active_ms", "reported_at", "minutes"),
        *("corrected_words", "corrected_minutes", "streak_words", "streak_minutes"),
        *("counts", "removed_at", "called_off", "imported_by", "aside"),
    ),
    Index("ix_writing_sessions_project", "project"),
    Index("ix_writing_sessions_imported_by", "imported_by"),
)
# Whatever is merged, a history has a sprint once.
Index(
    "uq_writing_sessions_sprint_writer",
    writing_sessions.c.sprint,
    writing_sessions.c.writer,
    unique=True,
    sqlite_where=text("NOT aside"),
    postgresql_where=text("NOT aside"),
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
