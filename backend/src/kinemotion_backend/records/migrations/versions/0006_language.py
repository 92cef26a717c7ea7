"""Language of the files that an analysis makes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the language; earlier analyses made English files."""
    op.add_column("analyses", sa.Column("language", sa.String(8), nullable=False, server_default="en"))


def downgrade() -> None:
    """Remove the language."""
    op.drop_column("analyses", "language")
