"""Uploads, analyses, their artefacts and the embedded queue."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

WHEN = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("uploads", "analyses", "artefacts", "idempotency_keys", "jobs")


def upgrade() -> None:
    """Create the tables."""
    _create_uploads()
    _create_analyses()
    _create_artefacts()
    _create_idempotency_keys()
    _create_jobs()


def downgrade() -> None:
    """Remove the tables."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("blob_key", sa.String(500), nullable=False),
        sa.Column("media_type", sa.String(100)),
        sa.Column("size_bytes", sa.BigInteger),
        sa.Column("received_bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("parts", JSON, nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
    )
    op.create_index("ix_uploads_status_expires_at", "uploads", ["status", "expires_at"])


def _request_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column(
            "key_id", sa.String(64), sa.ForeignKey("keys.id", name="fk_analyses_key_id_keys", ondelete="SET NULL")
        ),
        sa.Column(
            "athlete_id",
            sa.String(64),
            sa.ForeignKey("athletes.id", name="fk_analyses_athlete_id_athletes", ondelete="SET NULL"),
        ),
        sa.Column(
            "session_id",
            sa.String(64),
            sa.ForeignKey("sessions.id", name="fk_analyses_session_id_sessions", ondelete="SET NULL"),
        ),
        sa.Column("sport", sa.String(64), nullable=False),
        sa.Column("quality", sa.String(32), nullable=False),
        sa.Column("options", JSON, nullable=False),
        sa.Column("outputs", JSON, nullable=False),
        sa.Column("video_key", sa.String(500)),
        sa.Column("video_sha256", sa.String(64)),
        sa.Column("video_bytes", sa.BigInteger),
        sa.Column("fingerprint", sa.String(64)),
        sa.Column("engine_version", sa.String(64), nullable=False),
        sa.Column("webhook_url", sa.String(2000)),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("crashes", sa.Integer, nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("turn", sa.BigInteger, nullable=False),
    ]


def _state_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("job_id", sa.String(64)),
        sa.Column("worker", sa.String(200)),
        sa.Column("lease_expires_at", WHEN),
        sa.Column("progress_done", sa.Integer),
        sa.Column("progress_total", sa.Integer),
        sa.Column("recorded_on", sa.Date),
        sa.Column("document_key", sa.String(500)),
        sa.Column("summary", JSON),
        sa.Column("error", JSON),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("started_at", WHEN),
        sa.Column("finished_at", WHEN),
        sa.Column("erased_at", WHEN),
    ]


def _create_analyses() -> None:
    op.create_table("analyses", *_request_columns(), *_state_columns())
    op.create_index("ix_analyses_athlete_id_sport", "analyses", ["athlete_id", "sport"])
    op.create_index("ix_analyses_owner_created_at_id", "analyses", ["owner", "created_at", "id"])
    op.create_index("ix_analyses_owner_fingerprint", "analyses", ["owner", "fingerprint"])
    op.create_index("ix_analyses_session_id", "analyses", ["session_id"])
    op.create_index("ix_analyses_status_lease_expires_at", "analyses", ["status", "lease_expires_at"])
    op.create_index("ix_analyses_video_key", "analyses", ["video_key"])


def _create_artefacts() -> None:
    op.create_table(
        "artefacts",
        sa.Column(
            "analysis_id",
            sa.String(64),
            sa.ForeignKey("analyses.id", name="fk_artefacts_analysis_id_analyses", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("blob_key", sa.String(500), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
    )


def _create_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column(
            "analysis_id",
            sa.String(64),
            sa.ForeignKey("analyses.id", name="fk_idempotency_keys_analysis_id_analyses", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("created_at", WHEN, nullable=False),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", SEQUENCE, primary_key=True),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("priority", sa.BigInteger, nullable=False),
        sa.Column("run_at", WHEN, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("boot_id", sa.String(64)),
        sa.Column("lease_expires_at", WHEN),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("finished_at", WHEN),
    )
    op.create_index("ix_jobs_kind_subject", "jobs", ["kind", "subject"])
    op.create_index("ix_jobs_status_priority_id", "jobs", ["status", "priority", "id"])
