"""The queue of several workers: Procrastinate's own tables, as its version 3.10 makes them; on PostgreSQL alone."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"

SCHEMA = Path(__file__).with_name("procrastinate_3_10.sql")
REMOVE = r"""
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
DO $$ DECLARE found regprocedure; BEGIN
    FOR found IN SELECT oid::regprocedure FROM pg_proc WHERE proname LIKE 'procrastinate\_%' LOOP
        EXECUTE 'DROP FUNCTION ' || found || ' CASCADE';
    END LOOP;
END $$;
DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type;
"""


def upgrade() -> None:
    """Create what Procrastinate needs."""
    _run(SCHEMA.read_text("utf-8"))


def downgrade() -> None:
    """Remove what Procrastinate needed."""
    _run(REMOVE)


def _run(script: str) -> None:
    """Run the statements as they stand; SQLite has a queue of its own."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        connection.execution_options(no_parameters=True).exec_driver_sql(script)
