"""Analyses, what they need and what they make."""

from sqlalchemy import BigInteger, Column, Date, Index, Integer, String, Table

from kinemotion_backend.records.sql.tables.columns import (
    HASH,
    ID,
    OWNER,
    SEQUENCE,
    make_created_column,
    make_id_column,
    make_optional_reference,
    make_owner_column,
    make_required_reference,
    metadata,
)
from kinemotion_backend.records.sql.tables.types import JSON_VALUE, UtcDateTime

uploads = Table(
    "uploads",
    metadata,
    make_id_column(),
    make_owner_column(),
    Column("status", String(16), nullable=False),  # open, complete, aborted
    Column("blob_key", String(500), nullable=False),
    Column("media_type", String(100)),
    Column("size_bytes", BigInteger),
    Column("received_bytes", BigInteger, nullable=False),
    Column("sha256", HASH),
    Column("parts", JSON_VALUE, nullable=False),
    make_created_column(),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "status", "expires_at"),
)

analyses = Table(
    "analyses",
    metadata,
    make_id_column(),
    make_owner_column(),
    make_optional_reference("key_id", "keys.id"),
    make_optional_reference("athlete_id", "athletes.id"),
    make_optional_reference("session_id", "sessions.id"),
    Column("sport", String(64), nullable=False),
    Column("quality", String(32), nullable=False),
    Column("options", JSON_VALUE, nullable=False),
    Column("outputs", JSON_VALUE, nullable=False),  # artefacts that were asked for
    Column("language", String(8), nullable=False, server_default="en"),  # of the words in them
    Column("video_key", String(500)),  # null of a live stream
    Column("video_sha256", HASH),
    Column("video_bytes", BigInteger),
    Column("fingerprint", HASH),  # of content, settings and engine version
    Column("engine_version", String(64), nullable=False),
    Column("webhook_url", String(2000)),
    Column("status", String(16), nullable=False),  # queued, running, completed, failed, cancelled
    Column("attempt", Integer, nullable=False),
    Column("crashes", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("turn", BigInteger, nullable=False),  # place in the fair order of all owners
    Column("job_id", ID),
    Column("worker", String(200)),
    Column("lease_expires_at", UtcDateTime),
    Column("progress_done", Integer),
    Column("progress_total", Integer),
    Column("recorded_on", Date),
    Column("document_key", String(500)),
    Column("summary", JSON_VALUE),  # headline metrics, intervals and quality of the document
    Column("error", JSON_VALUE),  # code, message, hint, retryable
    make_created_column(),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("erased_at", UtcDateTime),  # marked for deletion: the row goes after the files
    Index(None, "owner", "created_at", "id"),
    Index(None, "owner", "fingerprint"),
    Index(None, "status", "lease_expires_at"),
    Index(None, "athlete_id", "sport"),
    Index(None, "session_id"),
    Index(None, "video_key"),
)

artefacts = Table(
    "artefacts",
    metadata,
    make_required_reference("analysis_id", "analyses.id", primary=True),
    Column("name", String(100), primary_key=True),  # report.html, overlay.mp4
    Column("blob_key", String(500), nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("sha256", HASH, nullable=False),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("owner", OWNER, primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_hash", HASH, nullable=False),
    make_required_reference("analysis_id", "analyses.id"),
    make_created_column(),
    Index(None, "created_at"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", SEQUENCE, primary_key=True, autoincrement=True),
    Column("kind", String(64), nullable=False),
    Column("subject", ID, nullable=False),
    Column("priority", BigInteger, nullable=False),
    Column("run_at", UtcDateTime, nullable=False),
    Column("status", String(16), nullable=False),  # queued, running, done, failed, cancelled
    Column("attempt", Integer, nullable=False),
    Column("boot_id", ID),  # the process that claimed it
    Column("lease_expires_at", UtcDateTime),
    make_created_column(),
    Column("finished_at", UtcDateTime),
    Index(None, "status", "priority", "id"),
    Index(None, "kind", "subject"),
)
