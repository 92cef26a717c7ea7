"""Many writers at once."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.pool import QueuePool

from kinemotion_backend.records.sql.database import Database
from kinemotion_backend.records.sql.migrate import upgrade
from kinemotion_backend.records.sql.records import SqlRecords

WRITERS = 24


@pytest.mark.asyncio
async def test_writers_of_a_file_wait_without_a_connection(tmp_path: Path) -> None:
    """Each connection is a thread: a burst of requests started fifteen, and the event loop waited for each to start."""
    database = Database(f"sqlite:///{tmp_path / 'records.sqlite'}")
    await upgrade(database)
    records = SqlRecords(database)
    pool = database.engine.sync_engine.pool
    assert isinstance(pool, QueuePool)
    at_once: list[int] = []

    async def write() -> None:
        async with records.write() as transaction:
            at_once.append(pool.checkedout())
            await transaction.jobs.add("work", "clip", priority=0, run_at=datetime.now(UTC))

    await asyncio.gather(*(write() for _ in range(WRITERS)))
    await records.close()
    assert at_once == [1] * WRITERS
