"""Accounts' keys, usage, audit; athletes, teams and sessions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

WHEN = sa.DateTime(timezone=True)
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("keys", "usage", "audit", "athletes", "teams", "memberships", "sessions")


def upgrade() -> None:
    """Create the tables."""
    _create_keys()
    _create_usage()
    _create_audit()
    _create_athletes()
    _create_teams()
    _create_memberships()
    _create_sessions()


def downgrade() -> None:
    """Remove the tables."""
    for table in reversed(TABLES):
        op.drop_table(table)


def _create_keys() -> None:
    op.create_table(
        "keys",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("secret_hmac", sa.String(64), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("tier", sa.String(32), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN),
        sa.Column("last_used_at", WHEN),
        sa.Column("revoked_at", WHEN),
    )
    op.create_index("ix_keys_owner_created_at", "keys", ["owner", "created_at"])


def _create_usage() -> None:
    op.create_table(
        "usage",
        sa.Column("owner", sa.String(64), primary_key=True),
        sa.Column("period", sa.String(16), primary_key=True),
        sa.Column("counter", sa.String(32), primary_key=True),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("updated_at", WHEN, nullable=False),
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("sequence", SEQUENCE, primary_key=True),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(64)),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("details", JSON, nullable=False),
    )
    op.create_index("ix_audit_owner_sequence", "audit", ["owner", "sequence"])


def _create_athletes() -> None:
    op.create_table(
        "athletes",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("external_id", sa.String(200)),
        sa.Column("sex", sa.String(16)),
        sa.Column("height_m", sa.Double),
        sa.Column("mass_kg", sa.Double),
        sa.Column("born_on", sa.Date),
        sa.Column("consented_at", WHEN),
        sa.Column("consented_by", sa.String(200)),
        sa.Column("consent_withdrawn_at", WHEN),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("updated_at", WHEN, nullable=False),
        sa.UniqueConstraint("owner", "external_id", name="uq_athletes_owner_external_id"),
    )
    op.create_index("ix_athletes_owner_created_at_id", "athletes", ["owner", "created_at", "id"])


def _create_teams() -> None:
    op.create_table(
        "teams",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
    )
    op.create_index("ix_teams_owner_created_at_id", "teams", ["owner", "created_at", "id"])


def _create_memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column(
            "team_id",
            sa.String(64),
            sa.ForeignKey("teams.id", name="fk_memberships_team_id_teams", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "athlete_id",
            sa.String(64),
            sa.ForeignKey("athletes.id", name="fk_memberships_athlete_id_athletes", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("created_at", WHEN, nullable=False),
    )
    op.create_index("ix_memberships_athlete_id", "memberships", ["athlete_id"])


def _create_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column(
            "team_id", sa.String(64), sa.ForeignKey("teams.id", name="fk_sessions_team_id_teams", ondelete="SET NULL")
        ),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("held_on", sa.Date, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
    )
    op.create_index("ix_sessions_owner_created_at_id", "sessions", ["owner", "created_at", "id"])
