"""Sprints are found by who began them: deleting a writer, or a stand-in, read all that there are."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_sprints_started_by"), "sprints", ["started_by"], unique=False)
