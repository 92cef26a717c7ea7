"""Migrations: every revision up and down, on both databases, and the same tables as the code declares."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, inspect

from kinemotion_backend.records import migrations
from kinemotion_backend.records.sql.database import Database
from kinemotion_backend.records.sql.migrate import (
    downgrade,
    find_current_revision,
    find_head_revision,
    is_ours,
    make_migration_config,
    upgrade,
)
from kinemotion_backend.records.sql.tables import metadata

SCHEMA = Path(migrations.__path__[0], "versions", "procrastinate_3_10.sql").read_text("utf-8")

pytestmark = pytest.mark.asyncio

REVISIONS = [revision.revision for revision in ScriptDirectory.from_config(make_migration_config()).walk_revisions()][
    ::-1
]


async def read_tables(database: Database) -> dict[str, list[Any]]:
    """Tables of the database with their columns, indexes and references."""

    def read(connection: Connection) -> dict[str, list[Any]]:
        found = inspect(connection)
        return {
            table: [
                sorted(
                    (column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(table)
                ),
                sorted(str(index["name"]) for index in found.get_indexes(table)),
                sorted(str(reference["name"]) for reference in found.get_foreign_keys(table)),
            ]
            for table in found.get_table_names()
            if table != "alembic_version"
        }

    async with database.read() as connection:
        return await connection.run_sync(read)


async def test_the_newest_revision_makes_the_declared_tables(empty_database: Database):
    await upgrade(empty_database)
    async with empty_database.read() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(sync, opts={"compare_type": True, "include_name": is_ours}), metadata
            )
        )
    assert differences == []


@pytest.mark.parametrize("revision", REVISIONS)
async def test_each_revision_goes_down_to_nothing_and_up_to_the_newest(empty_database: Database, revision: str):
    await upgrade(empty_database, revision=revision)
    tables = await read_tables(empty_database)
    await upgrade(empty_database)
    newest = await read_tables(empty_database)
    await downgrade(empty_database, revision=revision)
    assert await read_tables(empty_database) == tables
    await downgrade(empty_database, revision="base")
    assert await read_tables(empty_database) == {}
    await upgrade(empty_database)
    assert await read_tables(empty_database) == newest
    assert await find_current_revision(empty_database) == find_head_revision() == REVISIONS[-1]


async def test_processes_that_start_at_once_migrate_once(empty_database: Database, empty_url: str):
    others = [Database(empty_url) for _ in range(3)]
    await asyncio.gather(*(upgrade(other) for other in [empty_database, *others]))
    assert await find_current_revision(empty_database) == find_head_revision()
    for other in others:
        await other.close()


async def test_a_failed_revision_leaves_the_database_as_it_was(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch
):
    await upgrade(empty_database, revision=REVISIONS[0])
    before = await read_tables(empty_database)

    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(Operations, "create_index", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        await upgrade(empty_database)
    assert await read_tables(empty_database) == before
    assert await find_current_revision(empty_database) == REVISIONS[0]


async def test_the_tables_of_procrastinate_are_those_of_the_installed_version():
    assert SCHEMA.strip() == SchemaManager.get_schema().strip()
