"""Tables of events, webhooks and deliveries."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from kinemotion_backend.records.sql.tables.columns import (
    ID,
    SEQUENCE,
    make_created_column,
    make_id_column,
    make_owner_column,
    make_required_reference,
    metadata,
)
from kinemotion_backend.records.sql.tables.types import JSON_VALUE, UtcDateTime

events = Table(
    "events",
    metadata,
    Column("sequence", SEQUENCE, primary_key=True, autoincrement=True),
    Column("id", ID, nullable=False, unique=True),  # the webhook-id, the same on every attempt
    make_owner_column(),
    Column("type", String(64), nullable=False),  # analysis.completed
    Column("subject", ID, nullable=False),
    Column("data", JSON_VALUE, nullable=False),
    make_created_column(),
    Index(None, "subject", "sequence"),
    Index(None, "created_at"),
)

webhooks = Table(
    "webhooks",
    metadata,
    make_id_column(),
    make_owner_column(),
    Column("url", String(2000), nullable=False),
    Column("events", JSON_VALUE, nullable=False),
    Column("sport_types", JSON_VALUE, nullable=False),  # empty: all
    Column("secret", String(200), nullable=False),  # whsec_...
    Column("previous_secret", String(200)),
    Column("previous_secret_expires_at", UtcDateTime),
    Column("is_active", Boolean, nullable=False),
    Column("disabled_reason", String(200)),
    Column("analysis_id", ID, ForeignKey("analyses.id", ondelete="CASCADE")),  # given with one request, for it alone
    make_created_column(),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "owner", "created_at", "id"),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    make_id_column(),
    make_owner_column(),
    make_required_reference("event_id", "events.id"),
    make_required_reference("endpoint_id", "webhooks.id"),
    Column("status", String(16), nullable=False),  # pending, delivered, failed, cancelled
    Column("attempt", Integer, nullable=False),  # attempts made so far
    Column("next_attempt_at", UtcDateTime),
    Column("lease_expires_at", UtcDateTime),
    Column("last_attempt_at", UtcDateTime),
    Column("last_status", Integer),  # HTTP status; null where no answer came
    Column("last_error", String(500)),
    Column("delivered_at", UtcDateTime),
    make_created_column(),
    UniqueConstraint("event_id", "endpoint_id"),
    Index(None, "status", "next_attempt_at"),
    Index(None, "endpoint_id", "created_at", "id"),
)

delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    make_required_reference("delivery_id", "webhook_deliveries.id", primary=True),
    Column("attempt", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("status", Integer),
    Column("error", String(500)),
)
