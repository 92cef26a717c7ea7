"""Athletes, teams, and when they were measured."""

from sqlalchemy import Column, Date, Double, Index, String, Table, Text, UniqueConstraint

from kinemotion_backend.records.sql.tables.columns import (
    make_created_column,
    make_id_column,
    make_optional_reference,
    make_owner_column,
    make_required_reference,
    metadata,
)
from kinemotion_backend.records.sql.tables.types import UtcDateTime

athletes = Table(
    "athletes",
    metadata,
    make_id_column(),
    make_owner_column(),
    Column("name", String(200), nullable=False),
    Column("external_id", String(200)),
    Column("sex", String(16)),
    Column("height_m", Double),
    Column("mass_kg", Double),
    Column("born_on", Date),
    Column("consented_at", UtcDateTime),
    Column("consented_by", String(200)),
    Column("consent_withdrawn_at", UtcDateTime),
    make_created_column(),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("owner", "external_id"),
    Index(None, "owner", "created_at", "id"),
)

teams = Table(
    "teams",
    metadata,
    make_id_column(),
    make_owner_column(),
    Column("name", String(200), nullable=False),
    make_created_column(),
    Index(None, "owner", "created_at", "id"),
)

memberships = Table(
    "memberships",
    metadata,
    make_required_reference("team_id", "teams.id", primary=True),
    make_required_reference("athlete_id", "athletes.id", primary=True),
    make_created_column(),
    Index(None, "athlete_id"),
)

sessions = Table(
    "sessions",
    metadata,
    make_id_column(),
    make_owner_column(),
    make_optional_reference("team_id", "teams.id"),
    Column("title", String(200), nullable=False),
    Column("held_on", Date, nullable=False),
    Column("notes", Text, nullable=False),
    make_created_column(),
    Index(None, "owner", "created_at", "id"),
)
