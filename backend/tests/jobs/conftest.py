"""A queue of each kind, and workers for it."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from kinemotion_backend.jobs.base import JobQueue
from kinemotion_backend.jobs.embedded import EmbeddedQueue
from kinemotion_backend.jobs.postgres import ProcrastinateQueue
from kinemotion_backend.records.base import Records


@pytest.fixture
def make_queue(records: Records, database_url: str) -> Callable[[], JobQueue]:
    """Make a queue on the database, as another process would have one."""

    def make(*, parallel: int = 2) -> JobQueue:
        if database_url.startswith("postgresql"):
            return ProcrastinateQueue(database_url, parallel=parallel, heartbeat_s=0.2, stalled_s=1.0)
        return EmbeddedQueue(records, parallel=parallel)

    return make


@pytest_asyncio.fixture
async def queue(make_queue: Callable[[], JobQueue]) -> AsyncIterator[JobQueue]:
    """An open queue of each kind, two jobs at once."""
    made = make_queue()
    await made.open()
    yield made
    await made.close()
