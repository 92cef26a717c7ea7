"""Links that show a result to people without a key."""

from sqlalchemy import Column, Index, Table

from kinemotion_backend.records.sql.tables.columns import (
    HASH,
    created_column,
    id_column,
    metadata,
    owner_column,
    required_reference,
)
from kinemotion_backend.records.sql.tables.types import UtcDateTime

share_links = Table(
    "share_links",
    metadata,
    id_column(),
    owner_column(),
    required_reference("analysis_id", "analyses.id"),
    Column("token_sha256", HASH, nullable=False, unique=True),
    created_column(),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "analysis_id", "created_at"),
    Index(None, "expires_at"),
)
