"""Run by Alembic for each command: on the connection that was handed in, and in its transaction."""

from alembic import context

from server.ledger.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
