"""Keys, what was used with them, and the audit trail."""

from sqlalchemy import BigInteger, Column, Index, String, Table

from kinemotion_backend.records.sql.tables.columns import (
    HASH,
    ID,
    OWNER,
    SEQUENCE,
    make_created_column,
    make_id_column,
    make_owner_column,
    metadata,
)
from kinemotion_backend.records.sql.tables.types import JSON_VALUE, UtcDateTime

keys = Table(
    "keys",
    metadata,
    make_id_column(),
    make_owner_column(),
    Column("name", String(200), nullable=False),
    Column("secret_hmac", HASH, nullable=False),
    Column("scopes", JSON_VALUE, nullable=False),
    Column("tier", String(32), nullable=False),
    make_created_column(),
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
    make_owner_column(),
    Column("actor", ID),  # id of the key; null without keys
    Column("action", String(64), nullable=False),  # analysis.erased, key.created
    Column("subject", ID, nullable=False),
    Column("details", JSON_VALUE, nullable=False),
    Index(None, "owner", "sequence"),
)
