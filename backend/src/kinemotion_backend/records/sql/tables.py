"""Every table, once. A change here needs a revision in ``records/migrations``; a test compares the two.

``owner`` is the account a row belongs to: the keys of one account see the same rows.
Each time is an aware instant in UTC. Blobs are named by their key in the blob store.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from kinemotion_backend.records.sql.columns import (
    HASH,
    ID,
    OWNER,
    SEQUENCE,
    created_column,
    id_column,
    metadata,
    optional_reference,
    owner_column,
    required_reference,
)
from kinemotion_backend.records.sql.types import JSON_VALUE, UtcDateTime

keys = Table(
    "keys",
    metadata,
    id_column(),
    owner_column(),
    Column("name", String(200), nullable=False),
    Column("secret_hmac", HASH, nullable=False),
    Column("scopes", JSON_VALUE, nullable=False),
    Column("tier", String(32), nullable=False),
    created_column(),
    Column("expires_at", UtcDateTime),
    Column("last_used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Index(None, "owner", "created_at"),
)

usage = Table(
    "usage",
    metadata,
    Column("owner", OWNER, primary_key=True),
    Column("period", String(16), primary_key=True),  # 2026-11
    Column("counter", String(32), primary_key=True),  # analyses, stream_seconds
    Column("amount", BigInteger, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("sequence", SEQUENCE, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    owner_column(),
    Column("actor", ID),  # id of the key; null without keys
    Column("action", String(64), nullable=False),  # analysis.erased, key.created
    Column("subject", ID, nullable=False),
    Column("details", JSON_VALUE, nullable=False),
    Index(None, "owner", "sequence"),
)

athletes = Table(
    "athletes",
    metadata,
    id_column(),
    owner_column(),
    Column("name", String(200), nullable=False),
    Column("external_id", String(200)),
    Column("sex", String(16)),
    Column("height_m", Double),
    Column("mass_kg", Double),
    Column("born_on", Date),
    Column("consented_at", UtcDateTime),
    Column("consented_by", String(200)),
    Column("consent_withdrawn_at", UtcDateTime),
    created_column(),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("owner", "external_id"),
    Index(None, "owner", "created_at", "id"),
)

teams = Table(
    "teams",
    metadata,
    id_column(),
    owner_column(),
    Column("name", String(200), nullable=False),
    created_column(),
    Index(None, "owner", "created_at", "id"),
)

memberships = Table(
    "memberships",
    metadata,
    required_reference("team_id", "teams.id", primary=True),
    required_reference("athlete_id", "athletes.id", primary=True),
    created_column(),
    Index(None, "athlete_id"),
)

sessions = Table(
    "sessions",
    metadata,
    id_column(),
    owner_column(),
    optional_reference("team_id", "teams.id"),
    Column("title", String(200), nullable=False),
    Column("held_on", Date, nullable=False),
    Column("notes", Text, nullable=False),
    created_column(),
    Index(None, "owner", "created_at", "id"),
)

uploads = Table(
    "uploads",
    metadata,
    id_column(),
    owner_column(),
    Column("status", String(16), nullable=False),  # open, complete, aborted
    Column("blob_key", String(500), nullable=False),
    Column("media_type", String(100)),
    Column("size_bytes", BigInteger),
    Column("received_bytes", BigInteger, nullable=False),
    Column("sha256", HASH),
    Column("parts", JSON_VALUE, nullable=False),
    created_column(),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "status", "expires_at"),
)

analyses = Table(
    "analyses",
    metadata,
    id_column(),
    owner_column(),
    optional_reference("key_id", "keys.id"),
    optional_reference("athlete_id", "athletes.id"),
    optional_reference("session_id", "sessions.id"),
    Column("sport", String(64), nullable=False),
    Column("quality", String(32), nullable=False),
    Column("options", JSON_VALUE, nullable=False),
    Column("outputs", JSON_VALUE, nullable=False),  # artefacts that were asked for
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
    created_column(),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("erased_at", UtcDateTime),  # blobs are being removed, then the row
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
    required_reference("analysis_id", "analyses.id", primary=True),
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
    required_reference("analysis_id", "analyses.id"),
    created_column(),
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
    created_column(),
    Column("finished_at", UtcDateTime),
    Index(None, "status", "priority", "id"),
    Index(None, "kind", "subject"),
)

events = Table(
    "events",
    metadata,
    Column("sequence", SEQUENCE, primary_key=True, autoincrement=True),
    Column("id", ID, nullable=False, unique=True),  # the webhook-id, the same on every attempt
    owner_column(),
    Column("type", String(64), nullable=False),  # analysis.completed
    Column("subject", ID, nullable=False),
    Column("data", JSON_VALUE, nullable=False),
    created_column(),
    Index(None, "subject", "sequence"),
    Index(None, "created_at"),
)

webhooks = Table(
    "webhooks",
    metadata,
    id_column(),
    owner_column(),
    Column("url", String(2000), nullable=False),
    Column("events", JSON_VALUE, nullable=False),
    Column("sport_types", JSON_VALUE, nullable=False),  # empty: all
    Column("secret", String(200), nullable=False),  # whsec_...
    Column("previous_secret", String(200)),
    Column("previous_secret_expires_at", UtcDateTime),
    Column("is_active", Boolean, nullable=False),
    Column("disabled_reason", String(200)),
    Column("analysis_id", ID, ForeignKey("analyses.id", ondelete="CASCADE")),  # given with one request, for it alone
    created_column(),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "owner", "created_at", "id"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    id_column(),
    owner_column(),
    required_reference("event_id", "events.id"),
    required_reference("endpoint_id", "webhooks.id"),
    Column("status", String(16), nullable=False),  # pending, delivered, failed, cancelled
    Column("attempt", Integer, nullable=False),  # attempts made so far
    Column("next_attempt_at", UtcDateTime),
    Column("lease_expires_at", UtcDateTime),
    Column("last_attempt_at", UtcDateTime),
    Column("last_status", Integer),  # HTTP status; null where no answer came
    Column("last_error", String(500)),
    Column("delivered_at", UtcDateTime),
    created_column(),
    UniqueConstraint("event_id", "endpoint_id"),
    Index(None, "status", "next_attempt_at"),
    Index(None, "endpoint_id", "created_at", "id"),
)

delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    required_reference("delivery_id", "webhook_deliveries.id", primary=True),
    Column("attempt", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("status", Integer),
    Column("error", String(500)),
)
