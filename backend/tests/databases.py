"""Databases with the tables of today: an SQLite file, and a real PostgreSQL server where the test says ``services``."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from servers import PostgresServer

from kinemotion_backend.records.base import Records
from kinemotion_backend.records.sql.database import Database
from kinemotion_backend.records.sql.migrate import upgrade
from kinemotion_backend.records.sql.records import SqlRecords

__all__ = [
    "database_url",
    "migrated_file",
    "migrated_url",
    "postgres_records_url",
    "records",
    "sqlite_records_url",
]

EMPTY_ALL_TABLES = """
DO $$ BEGIN
    SET LOCAL lock_timeout = '60s';
    EXECUTE (
        SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY CASCADE'
        FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    );
END $$
"""
KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)]


def migrate(url: str) -> None:
    """Bring the database to the newest tables."""

    async def run() -> None:
        database = Database(url)
        await upgrade(database)
        await database.close()

    asyncio.run(run())


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the newest tables, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "records.sqlite"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_url(postgres_server: PostgresServer) -> str:
    """A PostgreSQL database with the newest tables."""
    url = postgres_server.create_database()
    migrate(url)
    return url


@pytest.fixture
def sqlite_records_url(migrated_file: Path, tmp_path: Path) -> str:
    """An SQLite file with the newest tables and no rows."""
    path = tmp_path / "records.sqlite"
    shutil.copy(migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_records_url(postgres_server: PostgresServer, migrated_url: str) -> str:
    """A PostgreSQL database with the newest tables and no rows."""
    postgres_server.execute(EMPTY_ALL_TABLES, database=migrated_url.rpartition("/")[2])
    return migrated_url


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of each kind with the newest tables and no rows."""
    return request.getfixturevalue("postgres_records_url" if request.param == "postgresql" else "sqlite_records_url")


@pytest_asyncio.fixture
async def records(database_url: str) -> AsyncIterator[Records]:
    """Records in a database of each kind."""
    opened = SqlRecords(Database(database_url))
    yield opened
    await opened.close()
