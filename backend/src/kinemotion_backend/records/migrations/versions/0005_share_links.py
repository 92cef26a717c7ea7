"""Links that show a result to people without a key."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "share_links",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column(
            "analysis_id",
            sa.String(64),
            sa.ForeignKey("analyses.id", name="fk_share_links_analysis_id_analyses", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("token_sha256", sa.String(64), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("expires_at", WHEN, nullable=False),
        sa.UniqueConstraint("token_sha256", name="uq_share_links_token_sha256"),
    )
    op.create_index("ix_share_links_analysis_id_created_at", "share_links", ["analysis_id", "created_at"])
    op.create_index("ix_share_links_expires_at", "share_links", ["expires_at"])


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("share_links")
