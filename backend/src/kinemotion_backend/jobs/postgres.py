"""The queue of several processes: Procrastinate on the PostgreSQL that holds the records."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import psycopg
import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException, JobAborted
from procrastinate.job_context import AbortReason
from procrastinate.jobs import Job as StoredJob
from procrastinate.tasks import Task
from procrastinate.utils import utcnow
from procrastinate.worker import Worker

from kinemotion_backend.jobs.base import Handler, Job, JobQueue, RetryLater, choose_pause_s
from kinemotion_backend.records.base import Transaction

HEARTBEAT_S = 10.0
STALLED_S = 30.0
"""A worker whose heartbeat is older than this is taken for dead."""
SWEEP_S = 5.0
SWEEP_LOCK = 7_264_002
"""PostgreSQL advisory lock: one sweeper at a time."""
POLL_S = 1.0
"""Longest wait before the table is looked at again; a new job is announced at once, one that was put off is not."""
RESTART_PAUSE_S = 1.0
LOWEST, HIGHEST = -(2**31), 2**31 - 1
"""Procrastinate's priorities are 32-bit."""
QUEUE = "kinemotion"

log = structlog.stdlib.get_logger(__name__)


class ProcrastinateQueue(JobQueue):
    """A queue that any number of processes share.

    Each worker sends a heartbeat; a sweeper beside each worker puts back the jobs of workers that have none. The
    sweeper is no job itself: it would wait behind the jobs that it is to rescue.

    Parameters
    ----------
    conninfo
        URL of the database, as libpq reads it.
    parallel
        Jobs at once in this process.
    heartbeat_s, stalled_s
        How often a worker shows that it is alive, and how long its silence may last.
    """

    def __init__(
        self, conninfo: str, *, parallel: int = 2, heartbeat_s: float = HEARTBEAT_S, stalled_s: float = STALLED_S
    ) -> None:
        self._connector = PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4 + parallel)
        self._app = App(connector=self._connector)
        self._parallel = parallel
        self._heartbeat_s = heartbeat_s
        self._stalled_s = stalled_s

    async def open(self) -> None:
        """Connect."""
        await self._app.open_async()

    async def close(self) -> None:
        """Disconnect."""
        await self._app.close_async()

    async def enqueue(self, job: Job, *, within: Transaction) -> str:
        """Add the job in the transaction, and return its id."""
        deferrer = self._app.configure_task(
            job.kind,
            queue=QUEUE,
            priority=min(max(job.priority, LOWEST), HIGHEST),
            schedule_at=job.run_at,
            connection=await within.get_driver_connection(),
        )
        return str(await deferrer.defer_async(subject=job.subject))

    async def cancel(self, job_id: str) -> None:
        """Take the job out of the queue; where it runs, in whatever process, cancel its handler."""
        await self._app.job_manager.cancel_job_by_id_async(int(job_id), abort=True)

    async def work(self, handlers: Mapping[str, Handler]) -> None:
        """Run jobs until this call is cancelled; a worker that loses the database is started again."""
        for kind, handler in handlers.items():
            self._app.tasks[kind] = Task(  # pyright: ignore[reportUnknownMemberType]  (the library leaves it untyped)
                _call(handler), blueprint=self._app, name=kind, queue=QUEUE, pass_context=True, retry=_Retry()
            )
        sweeping = asyncio.create_task(self._sweep_for_ever())
        try:
            while True:
                await self._work_until_lost()
                await asyncio.sleep(RESTART_PAUSE_S)
        finally:
            sweeping.cancel()
            await asyncio.wait({sweeping})

    async def count_unfinished(self) -> Mapping[str, int]:
        """Return how many jobs of each kind wait or run."""
        tasks = await self._app.job_manager.list_tasks_async(queue=QUEUE)
        return {task["name"]: task["todo"] + task["doing"] for task in tasks if task["todo"] + task["doing"]}

    async def tidy(self, *, older_than_s: float) -> None:
        """Delete what is remembered of jobs that ended longer ago than this."""
        await self._app.job_manager.delete_old_jobs(
            nb_hours=int(older_than_s // 3600), include_failed=True, include_cancelled=True, include_aborted=True
        )

    async def _work_until_lost(self) -> None:
        worker = Worker(
            self._app,
            queues=[QUEUE],
            concurrency=self._parallel,
            install_signal_handlers=False,
            shutdown_graceful_timeout=0,
            delete_jobs="successful",
            fetch_job_polling_interval=POLL_S,
            update_heartbeat_interval=self._heartbeat_s,
            stalled_worker_timeout=self._stalled_s,
        )
        running = asyncio.create_task(worker.run())
        try:
            await asyncio.wait({running})
        except asyncio.CancelledError:
            worker.stop()  # beside the cancellation, which the waits for connections may lose on Python 3.11
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            raise
        try:
            running.result()
        except ConnectorException:
            log.warning("worker_lost_database", exc_info=True)
        else:
            log.warning("worker_stopped")

    async def _sweep_for_ever(self) -> None:
        while True:
            await asyncio.sleep(min(SWEEP_S, self._stalled_s))
            try:
                await self._sweep()
            except (ConnectorException, psycopg.Error):
                log.warning("sweep_failed", exc_info=True)

    async def _sweep(self) -> None:
        """Put back the jobs of dead workers, where no other process is doing so."""
        async with self._connector.pool.connection() as connection, connection.transaction():
            cursor = await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (SWEEP_LOCK,))
            found = await cursor.fetchone()
            if found is None or not found[0]:
                return
            manager = self._app.job_manager
            for job in await manager.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=self._stalled_s):
                log.warning("job_of_dead_worker", kind=job.task_name, subject=job.task_kwargs.get("subject"))
                with suppress(ConnectorException):  # it has ended meanwhile
                    await manager.retry_job(job)


class _Retry(BaseRetryStrategy):
    """Retry always: the handler itself records a final failure."""

    def get_retry_decision(self, *, exception: BaseException, job: StoredJob) -> RetryDecision | None:
        """Return when to call the handler again."""
        if isinstance(exception, RetryLater):
            return RetryDecision(retry_at=exception.at)
        if isinstance(exception, asyncio.CancelledError | JobAborted):  # the worker stops
            return RetryDecision(retry_at=utcnow())
        pause = timedelta(seconds=choose_pause_s(job.attempts + 1))
        return RetryDecision(retry_at=datetime.now(UTC) + pause)


def _call(handler: Handler) -> Callable[..., Awaitable[None]]:
    """Return the handler as a task that distinguishes a cancelled job from a worker that stops."""

    async def call(context: JobContext, *, subject: str) -> None:
        try:
            await handler(subject)
        except asyncio.CancelledError:
            if context.abort_reason() is AbortReason.USER_REQUEST:
                raise JobAborted from None
            raise

    return call
