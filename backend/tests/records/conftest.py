"""Databases for the tests of the records: an SQLite file, and a real PostgreSQL server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from kinemotion_backend.records.sql.database import Database

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.services)]


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path / 'empty.sqlite'}"


@pytest_asyncio.fixture
async def empty_database(empty_url: str) -> AsyncIterator[Database]:
    """A connected, empty database of each kind."""
    opened = Database(empty_url)
    yield opened
    await opened.close()
