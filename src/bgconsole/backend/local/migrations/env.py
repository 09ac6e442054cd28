"""Alembic's environment: runs the revisions on the connection, and in the transaction, it gets."""

from alembic import context

from bgconsole.backend.local.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
