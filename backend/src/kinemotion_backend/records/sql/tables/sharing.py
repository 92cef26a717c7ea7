"""Links that show a result to people without a key."""

from sqlalchemy import Column, Index, Table

from kinemotion_backend.records.sql.tables.columns import (
    HASH,
    make_created_column,
    make_id_column,
    make_owner_column,
    make_required_reference,
    metadata,
)
from kinemotion_backend.records.sql.tables.types import UtcDateTime

share_links = Table(
    "share_links",
    metadata,
    make_id_column(),
    make_owner_column(),
    make_required_reference("analysis_id", "analyses.id"),
    Column("token_sha256", HASH, nullable=False, unique=True),
    make_created_column(),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "analysis_id", "created_at"),
    Index(None, "expires_at"),
)
