"""The queue of one process: a table in the records is the queue, and workers are tasks of this event loop."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import structlog

from kinemotion_backend.jobs.base import Handler, Job, JobQueue, RetryLater, choose_pause_s
from kinemotion_backend.records.base import JobEnd, JobRecord, Records, Transaction, retry_while_unavailable

POLL_S = 1.0
"""Longest wait before the table is looked at again; a job enqueued in this process is seen at once."""
STOP_S = 30.0
"""How long a worker that stops waits for its handlers and for the database. The next start puts back what is left."""

log = structlog.stdlib.get_logger(__name__)


class EmbeddedQueue(JobQueue):
    """A queue in the records' own table, with workers in this process alone.

    The caller holds the data folder (``hold_data_folder``), so that no other process works on the table: whatever runs
    when the queue is opened belongs to the dead, and runs again at once. A claim is fenced by the process and the
    attempt.

    Parameters
    ----------
    records
        Where the table is.
    parallel
        Jobs at once.
    """

    def __init__(self, records: Records, *, parallel: int = 2) -> None:
        self._records = records
        self._parallel = parallel
        self._boot_id = uuid4().hex
        self._news = asyncio.Event()
        self._handling: dict[str, asyncio.Task[None]] = {}
        self._cancelled: set[str] = set()

    async def open(self) -> None:
        """Put back what a dead process was doing."""
        async with self._records.write() as transaction:
            resumed = await transaction.jobs.requeue_all(boot_id=self._boot_id)
        if resumed:
            log.info("jobs_resumed", jobs=resumed)

    async def close(self) -> None:
        """Do nothing: the records are not ours to close."""

    async def enqueue(self, job: Job, *, within: Transaction) -> str:
        """Add the job in the transaction, and return its id."""
        run_at = job.run_at or _get_now()
        job_id = await within.jobs.add(job.kind, job.subject, priority=job.priority, run_at=run_at)
        self._news.set()  # the worker that wakes now waits for this transaction, because SQLite has one writer
        return str(job_id)

    async def cancel(self, job_id: str) -> None:
        """Take the job out of the queue; where it runs, cancel its handler."""
        async with self._records.write() as transaction:
            if await transaction.jobs.cancel(int(job_id), at=_get_now()):
                return
        if handling := self._handling.get(job_id):
            self._cancelled.add(job_id)
            handling.cancel()

    async def work(self, handlers: Mapping[str, Handler]) -> None:
        """Run jobs until this call is cancelled; then cancel the handlers and give their jobs back."""
        places, running = asyncio.Semaphore(self._parallel), set[asyncio.Task[None]]()
        try:
            while True:
                await places.acquire()
                job = await self._next_job(handlers)
                handling = self._handling[str(job.id)] = asyncio.create_task(_call(handlers[job.kind], job.subject))
                task = asyncio.create_task(self._run(job, handling))
                running.add(task)
                task.add_done_callback(running.discard)
                task.add_done_callback(lambda _: places.release())
        finally:
            for handling in self._handling.values():
                handling.cancel()
            giving_back = asyncio.create_task(self._give_back(tuple(running)))
            done, _ = await asyncio.wait({giving_back}, timeout=STOP_S)
            for task in done:
                task.result()

    async def count_unfinished(self) -> Mapping[str, int]:
        """Return how many jobs of each kind wait or run."""
        async with self._records.read() as transaction:
            return await transaction.jobs.count_unfinished()

    async def tidy(self, *, older_than_s: float) -> None:
        """Delete what is remembered of jobs that ended longer ago than this."""
        async with self._records.write() as transaction:
            await transaction.jobs.delete_ended_before(_get_now() - timedelta(seconds=older_than_s))

    async def _next_job(self, kinds: Collection[str]) -> JobRecord:
        """Claim the next job that is due, waiting for one."""
        while True:
            is_new = self._news.is_set()
            self._news.clear()
            job = await retry_while_unavailable(partial(self._claim, kinds, looks_first=not is_new))
            if job is not None:
                return job
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):  # wait_for of Python 3.11 can lose a cancellation
                    await self._news.wait()

    async def _claim(self, kinds: Collection[str], *, looks_first: bool) -> JobRecord | None:
        """Claim a job; on SQLite, a claim waits for the transaction that adds one, and a look does not see into it."""
        if looks_first:
            async with self._records.read() as transaction:
                due = await transaction.jobs.find_next_due()
            if due is None or due > _get_now():
                return None
        async with self._records.write() as transaction:
            return await transaction.jobs.claim(self._boot_id, kinds=kinds, now=_get_now())

    async def _give_back(self, running: Collection[asyncio.Task[None]]) -> None:
        """Wait for the handlers, then put back what is still claimed."""
        await asyncio.gather(*running, return_exceptions=True)
        await retry_while_unavailable(self._give_back_claims)

    async def _give_back_claims(self) -> None:
        """Put back what was claimed and not begun: a claim may be written just when the worker is cancelled."""
        async with self._records.write() as transaction:
            await transaction.jobs.requeue_own(boot_id=self._boot_id)

    async def _run(self, job: JobRecord, handling: asyncio.Task[None]) -> None:
        """Wait for the handler, which alone is cancelled, and note how it ended."""
        run_again_at: datetime | None = None
        end: JobEnd = "done"
        try:
            await handling
        except RetryLater as later:
            run_again_at = later.at
        except asyncio.CancelledError:
            if str(job.id) in self._cancelled:
                end = "cancelled"
            else:
                run_again_at = _get_now()
        except Exception:
            log.exception("job_failed", kind=job.kind, subject=job.subject, attempt=job.attempt)
            run_again_at = _get_now() + timedelta(seconds=choose_pause_s(job.attempt))
        settle = partial(self._settle, job, end, run_again_at=run_again_at)
        try:
            await retry_while_unavailable(settle)
        finally:
            self._handling.pop(str(job.id), None)
            self._cancelled.discard(str(job.id))

    async def _settle(self, job: JobRecord, end: JobEnd, *, run_again_at: datetime | None) -> None:
        async with self._records.write() as transaction:
            if run_again_at is not None:
                await transaction.jobs.retry(job, self._boot_id, run_at=run_again_at)
            else:
                await transaction.jobs.finish(job, self._boot_id, end=end, at=_get_now())


async def _call(handler: Handler, subject: str) -> None:
    await handler(subject)


def _get_now() -> datetime:
    return datetime.now(UTC)
