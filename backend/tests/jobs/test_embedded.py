"""The queue of one process, while its database is away."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from stand_in import PATIENCE_S

from kinemotion_backend.jobs import embedded
from kinemotion_backend.jobs.base import Handler, Job
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


async def test_a_worker_that_stops_waits_until_the_end_of_a_job_is_noted(
    records: Records, monkeypatch: pytest.MonkeyPatch
):
    queue, is_settling, go_on, runs = EmbeddedQueue(records), asyncio.Event(), asyncio.Event(), list[str]()
    settle: Callable[..., Awaitable[None]] = getattr(queue, "_settle")  # noqa: B009  (a private name)

    async def settle_slowly(*job: Any, **end: Any) -> None:
        is_settling.set()
        await go_on.wait()
        await settle(*job, **end)

    async def note_run(subject: str) -> None:
        runs.append(subject)

    monkeypatch.setattr(queue, "_settle", settle_slowly)
    await queue.open()
    async with records.write() as transaction:
        await queue.enqueue(Job("work", "a1"), within=transaction)
    working = asyncio.create_task(queue.work({"work": note_run}))
    async with asyncio.timeout(PATIENCE_S):
        await is_settling.wait()
        working.cancel()
        await asyncio.wait({working}, timeout=0.2)
        go_on.set()
        await asyncio.wait({working})
    assert await queue.count_unfinished() == {}
    assert runs == ["a1"]


async def test_a_job_that_is_cancelled_in_the_turn_before_its_handler_begins_has_ended(records: Records):
    """Nobody noted its end, as nothing of it had begun: it ran again after the next start."""
    queue, runs = EmbeddedQueue(records), list[str]()
    handling: dict[str, asyncio.Task[None]] = getattr(queue, "_handling")  # noqa: B009  (a private name)
    cancelled: set[str] = getattr(queue, "_cancelled")  # noqa: B009

    async def note_run(subject: str) -> None:
        runs.append(subject)

    def cancel() -> None:
        for job_id, task in handling.items():
            cancelled.add(job_id)
            task.cancel()

    class CancelAtOnce(dict[str, Handler]):
        """Lets the cancellation come between the handler's choice and its first step."""

        def __getitem__(self, kind: str) -> Handler:
            asyncio.get_running_loop().call_soon(cancel)
            return super().__getitem__(kind)

    await queue.open()
    async with records.write() as transaction:
        await queue.enqueue(Job("work", "a1"), within=transaction)
    working = asyncio.create_task(queue.work(CancelAtOnce(work=note_run)))
    async with asyncio.timeout(PATIENCE_S):
        while await queue.count_unfinished():  # noqa: ASYNC110  (the table has no event for it)
            await asyncio.sleep(0.01)
    working.cancel()
    await asyncio.wait({working})
    assert not runs
    assert not cancelled


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_job_begins_as_soon_as_its_transaction_ends(records: Records, monkeypatch: pytest.MonkeyPatch):
    """Each waited for the next poll, a second later: the worker looked before the job was there to see."""
    monkeypatch.setattr(embedded, "POLL_S", 2 * PATIENCE_S)
    queue, started = EmbeddedQueue(records), asyncio.Event()
    await queue.open()

    async def work(_subject: str) -> None:
        started.set()

    working = asyncio.create_task(queue.work({"work": work}))
    await asyncio.sleep(0.2)  # it has looked, and waits
    async with records.write() as transaction:
        await queue.enqueue(Job("work", "a1"), within=transaction)
        await asyncio.sleep(0.2)  # it looks again meanwhile
    try:
        await asyncio.wait_for(started.wait(), 30.0)
    finally:
        working.cancel()
        await asyncio.wait({working})
