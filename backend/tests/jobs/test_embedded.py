"""The queue of one process, while its database is away."""

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest
from stand_in import PATIENCE_S

from kinemotion_backend.jobs import embedded
from kinemotion_backend.jobs.base import Job
from kinemotion_backend.jobs.embedded import EmbeddedQueue
from kinemotion_backend.records.base import Records, RecordsUnavailable, Transaction

pytestmark = pytest.mark.asyncio


class Outage(Records):
    """Records whose database can be away."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self.is_away = False

    def _get(self) -> Records:
        if self.is_away:
            raise RecordsUnavailable("The database does not answer.")
        return self._records

    def write(self) -> AbstractAsyncContextManager[Transaction]:
        return self._get().write()

    def read(self) -> AbstractAsyncContextManager[Transaction]:
        return self._get().read()

    async def check(self) -> None:
        await self._get().check()

    async def close(self) -> None:
        await self._records.close()


async def test_a_worker_stops_although_its_database_is_away(records: Records, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(embedded, "STOP_S", 0.01)
    outage, started = Outage(records), asyncio.Event()
    queue = EmbeddedQueue(outage)
    await queue.open()
    async with outage.write() as transaction:
        await queue.enqueue(Job("work", "a1"), within=transaction)

    async def wait_for_ever(_subject: str) -> None:
        started.set()
        await asyncio.Event().wait()

    working = asyncio.create_task(queue.work({"work": wait_for_ever}))
    await asyncio.wait_for(started.wait(), PATIENCE_S)
    outage.is_away = True
    working.cancel()
    await asyncio.wait({working}, timeout=PATIENCE_S)
    assert working.cancelled()
    outage.is_away = False  # what still tries to give the job back ends
    left = asyncio.all_tasks() - {asyncio.current_task()}
    await asyncio.wait(left, timeout=PATIENCE_S)
    assert await queue.count_unfinished() == {"work": 1}
