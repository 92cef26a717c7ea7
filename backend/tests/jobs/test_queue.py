"""What every job queue keeps to, whatever carries it."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
from stand_in import PATIENCE_S

from kinemotion_backend.jobs.base import Handler, Job, JobQueue, RetryLater, choose_pause_s
from kinemotion_backend.records.base import Records

pytestmark = pytest.mark.asyncio


async def enqueue(
    queue: JobQueue, records: Records, *subjects: str, priority: int = 0, delay_s: float | None = None
) -> list[str]:
    run_at = None if delay_s is None else datetime.now(UTC) + timedelta(seconds=delay_s)
    async with records.write() as transaction:
        return [
            await queue.enqueue(Job("work", subject, priority=priority, run_at=run_at), within=transaction)
            for subject in subjects
        ]


@asynccontextmanager
async def working(queue: JobQueue, handler: Handler) -> AsyncGenerator[None]:
    """Run the queue's worker beside the block; jobs are of the kind ``work``."""
    task = asyncio.create_task(queue.work({"work": handler}))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def idle(queue: JobQueue) -> None:
    """Wait until no job is left."""
    async with asyncio.timeout(PATIENCE_S):
        while await queue.count_unfinished():  # noqa: ASYNC110  (the queue may be another process's)
            await asyncio.sleep(0.02)


async def test_each_job_runs_once(queue: JobQueue, records: Records):
    runs = Counter[str]()

    async def handle(subject: str) -> None:
        runs[subject] += 1

    await enqueue(queue, records, "before")
    assert await queue.count_unfinished() == {"work": 1}
    async with working(queue, handle):
        await enqueue(queue, records, *(f"a{number}" for number in range(10)))
        await idle(queue)
    assert runs == Counter(["before", *(f"a{number}" for number in range(10))])


async def test_a_job_of_a_transaction_that_fails_does_not_exist(queue: JobQueue, records: Records):
    async def enqueue_and_fail() -> None:
        async with records.write() as transaction:
            await queue.enqueue(Job("work", "a1"), within=transaction)
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError, match="changed my mind"):
        await enqueue_and_fail()
    assert await queue.count_unfinished() == {}


async def test_higher_priorities_run_first(make_queue: Callable[..., JobQueue], records: Records):
    order: list[str] = []

    async def handle(subject: str) -> None:
        order.append(subject)

    queue = make_queue(parallel=1)
    await queue.open()
    await enqueue(queue, records, "low", priority=-(10**8))
    await enqueue(queue, records, "first", "second")
    await enqueue(queue, records, "high", priority=10**8)
    async with working(queue, handle):
        await idle(queue)
    await queue.close()
    assert order == ["high", "first", "second", "low"]


async def test_no_more_jobs_run_at_once_than_agreed(queue: JobQueue, records: Records):
    running, most = 0, 0

    async def handle(_subject: str) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1

    await enqueue(queue, records, *(f"a{number}" for number in range(8)))
    async with working(queue, handle):
        await idle(queue)
    assert most == 2


async def test_a_job_waits_for_its_time(queue: JobQueue, records: Records):
    ran_at: list[datetime] = []

    async def handle(_subject: str) -> None:
        ran_at.append(datetime.now(UTC))

    async with working(queue, handle):
        await enqueue(queue, records, "a1", delay_s=1.0)
        due = datetime.now(UTC) + timedelta(seconds=0.9)
        await idle(queue)
    assert ran_at[0] >= due


async def test_a_handler_that_cannot_yet_is_called_again(queue: JobQueue, records: Records):
    calls = Counter[str]()

    async def handle(subject: str) -> None:
        calls[subject] += 1
        if calls[subject] == 1:
            raise RetryLater(datetime.now(UTC) + timedelta(seconds=0.1))

    async with working(queue, handle):
        await enqueue(queue, records, "a1")
        await idle(queue)
    assert calls == {"a1": 2}


async def test_a_handler_that_fails_is_called_again(queue: JobQueue, records: Records):
    calls = Counter[str]()

    async def handle(subject: str) -> None:
        calls[subject] += 1
        if calls[subject] == 1:
            raise ZeroDivisionError

    async with working(queue, handle):
        await enqueue(queue, records, "a1")
        await idle(queue)
    assert calls == {"a1": 2}


async def test_a_waiting_job_is_cancelled(queue: JobQueue, records: Records):
    runs: list[str] = []

    async def handle(subject: str) -> None:
        runs.append(subject)

    first, _ = await enqueue(queue, records, "a1", "a2")
    await queue.cancel(first)
    async with working(queue, handle):
        await idle(queue)
    assert runs == ["a2"]


async def test_a_running_job_is_cancelled_and_does_not_run_again(queue: JobQueue, records: Records):
    started, cancelled, runs = asyncio.Event(), asyncio.Event(), Counter[str]()

    async def handle(subject: str) -> None:
        runs[subject] += 1
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async with working(queue, handle):
        [job_id] = await enqueue(queue, records, "a1")
        await started.wait()
        await queue.cancel(job_id)
        await cancelled.wait()
        await idle(queue)
        await queue.cancel(job_id)  # it has ended: no failure
    assert runs == {"a1": 1}


async def test_a_worker_that_stops_gives_its_jobs_back(queue: JobQueue, records: Records):
    started, cancelled, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def hold(_subject: str) -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    async def finish(_subject: str) -> None:
        done.set()

    await enqueue(queue, records, "a1")
    async with working(queue, hold):
        await started.wait()
    assert cancelled.is_set()
    async with working(queue, finish):
        await done.wait()
        await idle(queue)


async def test_what_is_remembered_of_old_jobs_is_deleted(queue: JobQueue, records: Records):
    async def handle(_subject: str) -> None:
        pass

    [job_id] = await enqueue(queue, records, "a1")
    await queue.cancel(job_id)
    await queue.tidy(older_than_s=0)
    async with working(queue, handle):
        await enqueue(queue, records, "a2")
        await idle(queue)


@pytest.mark.parametrize(("attempt", "pause_s"), [(1, 1.0), (2, 2.0), (6, 32.0), (7, 60.0), (10_000, 60.0)])
async def test_pauses_grow_up_to_a_limit(attempt: int, pause_s: float):
    assert choose_pause_s(attempt) == pause_s


async def test_a_worker_cancelled_at_any_moment_ends_and_loses_no_job(queue: JobQueue, records: Records):
    async def handle(_subject: str) -> None:
        await asyncio.sleep(0.005)

    delays = random.Random(1)  # noqa: S311  (moments of a cancellation, no secret)
    for number in range(15):
        await enqueue(queue, records, f"a{number}")
        task = asyncio.create_task(queue.work({"work": handle}))
        await asyncio.sleep(delays.uniform(0, 0.03))
        task.cancel()
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.wait({task})
    async with working(queue, handle), asyncio.timeout(PATIENCE_S):
        await idle(queue)
