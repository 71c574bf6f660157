"""What a history needs beside its sessions, and what a writer says of a session."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SLICE = 1_000
READ = [
    *("writer", "local_day", "started_at", "local_hour", "source", "words", "active_ms", "reported_at", "minutes"),
    *("corrected_words", "corrected_minutes", "streak_words", "streak_minutes"),
    *("counts", "removed_at", "called_off", "imported_by"),
]
CALLED_OFF = """
UPDATE writing_sessions SET called_off = true WHERE sprint IN (SELECT id FROM sprints WHERE cancelled < starts)
"""


def upgrade() -> None:
    op.add_column("writer_settings", sa.Column("rest_weekdays", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "rests",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("writer", KEY, nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("booked_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["writer"], ["writers.id"], name=op.f("fk_rests_writer_writers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rests")),
    )
    op.create_index(op.f("ix_rests_writer"), "rests", ["writer"], unique=False)
    op.create_table(
        "amnesty_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("declared_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_amnesty_days")),
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("writer", KEY, nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("start_total", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("weights", sa.String(length=7), nullable=False),
        sa.Column("chosen_at", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("unit IN ('words', 'pages', 'minutes', 'lines')", name=op.f("ck_projects_unit")),
        sa.ForeignKeyConstraint(["writer"], ["writers.id"], name=op.f("fk_projects_writer_writers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
    )
    op.create_index(op.f("ix_projects_writer"), "projects", ["writer"], unique=False)
    op.create_table(
        "goals",
        sa.Column("writer", KEY, nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(length=8), nullable=False),
        sa.Column("target", sa.Integer(), nullable=True),
        sa.CheckConstraint("period IN ('day', 'week', 'month', 'year')", name=op.f("ck_goals_period")),
        sa.CheckConstraint("unit IN ('words', 'minutes')", name=op.f("ck_goals_unit")),
        sa.ForeignKeyConstraint(["writer"], ["writers.id"], name=op.f("fk_goals_writer_writers")),
        sa.PrimaryKeyConstraint("writer", "period", "from_day", name=op.f("pk_goals")),
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("writer", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("words", sa.BigInteger(), nullable=False),
        sa.Column("projects", sa.String(), nullable=False, server_default="[]"),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["writer"], ["writers.id"], name=op.f("fk_imports_writer_writers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
    )
    op.create_index(op.f("ix_imports_writer"), "imports", ["writer"], unique=False)
    unfinished = sa.text("done_at IS NULL")
    op.create_index(
        "ix_imports_unfinished",
        "imports",
        ["id"],
        unique=False,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    op.create_table(
        "calendars",
        sa.Column("writer", KEY, nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["writer"], ["writers.id"], name=op.f("fk_calendars_writer_writers")),
        sa.PrimaryKeyConstraint("writer", name=op.f("pk_calendars")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_calendars_secret_sha256")),
    )
    op.create_table(
        "sign_in_links",
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("writer", KEY, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["writer"], ["writers.id"], name=op.f("fk_sign_in_links_writer_writers")),
        sa.PrimaryKeyConstraint("code_sha256", name=op.f("pk_sign_in_links")),
    )
    op.create_index(op.f("ix_sign_in_links_writer"), "sign_in_links", ["writer"], unique=False)
    _sessions()


def _sessions() -> None:
    """SQLite cannot add a constraint to a table, so there it is made anew, with all that is in it."""
    with op.batch_alter_table("writing_sessions") as table:
        table.add_column(sa.Column("local_hour", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("project", sa.String(length=36), nullable=True))
        table.add_column(sa.Column("amount", sa.Integer(), nullable=True))
        table.add_column(sa.Column("intention", sa.String(length=280), nullable=False, server_default=""))
        table.add_column(sa.Column("outcome", sa.String(length=8), nullable=True))
        table.add_column(sa.Column("note", sa.String(length=2000), nullable=False, server_default=""))
        table.add_column(sa.Column("corrected_words", sa.Integer(), nullable=True))
        table.add_column(sa.Column("corrected_minutes", sa.Float(), nullable=True))
        table.add_column(sa.Column("streak_words", sa.Integer(), nullable=True))
        table.add_column(sa.Column("streak_minutes", sa.Float(), nullable=True))
        table.add_column(sa.Column("removed_at", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("called_off", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("imported_by", sa.String(length=36), nullable=True))
        table.add_column(sa.Column("import_key", sa.String(length=120), nullable=True))
        table.create_check_constraint(op.f("ck_writing_sessions_outcome"), "outcome IN ('done', 'partly', 'not')")
        table.create_unique_constraint(op.f("uq_writing_sessions_writer_import_key"), ["writer", "import_key"])
    op.create_index("ix_writing_sessions_project", "writing_sessions", ["project"], unique=False)
    op.create_index("ix_writing_sessions_imported_by", "writing_sessions", ["imported_by"], unique=False)
    op.drop_index("ix_writing_sessions_writer_local_day", "writing_sessions")
    op.create_index("ix_writing_sessions_history", "writing_sessions", READ, unique=False)
    _stamp_hours()
    op.execute(CALLED_OFF)
    with op.batch_alter_table("writing_sessions") as table:
        table.alter_column("local_hour", server_default=None)


def _stamp_hours() -> None:
    """From when a session began and the zone it was stamped with."""
    connection = op.get_bind()
    chosen = sa.text("SELECT id, started_at, zone FROM writing_sessions WHERE id > :after ORDER BY id LIMIT :most")
    stamped = sa.text("UPDATE writing_sessions SET local_hour = :hour WHERE id = :id")
    after = ""
    while rows := connection.execute(chosen, {"after": after, "most": SLICE}).all():
        connection.execute(stamped, [{"id": id, "hour": _hour(at, zone)} for id, at, zone in rows])
        after = rows[-1].id


def _hour(started_at: int, zone: str) -> int:
    return datetime.fromtimestamp(started_at / 1_000, UTC).astimezone(ZoneInfo(zone)).hour
