"""Runs the revisions on the connection that is handed in."""

from alembic import context
from sqlalchemy import Connection

from kinemotion_backend.records.sql.migrate import is_ours
from kinemotion_backend.records.sql.tables import metadata

connection: Connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, include_name=is_ours)
context.run_migrations()
