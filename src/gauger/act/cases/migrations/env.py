"""Runs migrations on the connection that `open_database` holds."""

from __future__ import annotations

from alembic import context


def run() -> None:
    """Brings the database of the current context up to date."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


# Alembic imports this file to run it; imported otherwise there is nothing to bring up to date.
if getattr(context, "_proxy", None) is not None:
    run()
