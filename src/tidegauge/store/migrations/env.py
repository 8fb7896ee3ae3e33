"""Alembic's way in: run the versions on the connection, and inside the transaction, that `migrate.py` holds."""

from alembic import context

from tidegauge.store.schema import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()
