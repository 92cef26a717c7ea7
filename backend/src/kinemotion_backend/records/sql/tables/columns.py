"""Columns that many tables share, and the metadata that names constraints."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, String

from kinemotion_backend.records.sql.tables.types import UtcDateTime

ID = String(64)
OWNER = String(64)
HASH = String(64)
SEQUENCE = BigInteger().with_variant(Integer(), "sqlite")
"""A number that grows by itself; SQLite counts only plain integers."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def make_id_column() -> Column[str]:
    """The primary key; ids are made by the service, not by the database."""
    return Column("id", ID, primary_key=True)


def make_owner_column() -> Column[str]:
    """The account the row belongs to."""
    return Column("owner", OWNER, nullable=False)


def make_created_column() -> Column[Any]:
    """The instant the row was written."""
    return Column("created_at", UtcDateTime, nullable=False)


def make_required_reference(name: str, target: str, *, primary: bool = False) -> Column[str]:
    """A reference; the row goes with the row it refers to."""
    return Column(name, ID, ForeignKey(target, ondelete="CASCADE"), nullable=False, primary_key=primary)


def make_optional_reference(name: str, target: str) -> Column[str]:
    """A reference that becomes null when the row it refers to goes."""
    return Column(name, ID, ForeignKey(target, ondelete="SET NULL"))
