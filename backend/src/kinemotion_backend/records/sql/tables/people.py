"""Athletes, teams, and when they were measured."""

from sqlalchemy import Column, Date, Double, Index, String, Table, Text, UniqueConstraint

from kinemotion_backend.records.sql.tables.columns import (
    created_column,
    id_column,
    metadata,
    optional_reference,
    owner_column,
    required_reference,
)
from kinemotion_backend.records.sql.tables.types import UtcDateTime

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
