"""The regular upkeep: lost work, unused live analyses, half-deleted records, old rows."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from kinemotion_backend.analyses.deletion import delete_marked
from kinemotion_backend.analyses.errors import StreamNotBegun
from kinemotion_backend.analyses.outcomes import as_failure
from kinemotion_backend.analyses.runner import AnalysisRunner
from kinemotion_backend.analyses.submission import Priority
from kinemotion_backend.analyses.submitter import ANALYSIS_JOB
from kinemotion_backend.jobs.base import Job, JobQueue, RetryLater
from kinemotion_backend.records.base import AnalysisRecord, Records

ROUND_S = 30.0
GRACE = timedelta(seconds=60)
"""Time after the end of a lease in which upkeep leaves the job to the queue, which repeats jobs of dead workers."""
KEY_AGE = timedelta(hours=24)
"""How long an idempotency key is remembered."""
EVENT_AGE = timedelta(days=30)
JOB_AGE_S = 7 * 86_400.0
MAX_WAIT = timedelta(hours=1)
"""How long a live analysis waits for the first connection of its stream."""
BATCH = 100

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """Repairs what a crash left, and deletes what is old, in rounds. Several processes may run it at the same time."""

    runner: AnalysisRunner
    queue: JobQueue
    sweep_uploads: Callable[[], Awaitable[object]]
    """Deletes uploads that nobody finished."""

    @property
    def _records(self) -> Records:
        return self.runner.records

    async def run_for_ever(self) -> None:
        """Make a round every half minute."""
        while True:
            try:
                await self.make_round()
            except Exception:
                log.exception("upkeep_failed")  # the next round tries again: nobody else does this work
            await asyncio.sleep(ROUND_S)

    async def make_round(self) -> None:
        """Repair what a crash left, and delete what is old."""
        now = datetime.now(UTC)
        async with self._records.read() as transaction:
            abandoned = await transaction.analyses.find_abandoned(now - GRACE, limit=BATCH)
            marked = await transaction.analyses.find_marked_for_deletion(limit=BATCH)
        for analysis in abandoned:
            await self._enqueue_again(analysis)
        for analysis in marked:
            await delete_marked(self._records, self.runner.blobs, analysis=analysis)
        await self.end_unused_streams(now)
        async with self._records.write() as transaction:
            await transaction.analyses.delete_keys_before(now - KEY_AGE)
            await transaction.events.delete_before(now - EVENT_AGE)
        await self.sweep_uploads()
        await self.queue.tidy(older_than_s=JOB_AGE_S)

    async def end_unused_streams(self, now: datetime) -> None:
        """End live analyses that no client has connected to. A stream that begins at the same moment wins."""
        async with self._records.read() as transaction:
            unused = await transaction.analyses.find_unused_streams(now - MAX_WAIT, limit=BATCH)
        for analysis in unused:
            with suppress(RetryLater):
                started = await self.runner.start(analysis.id)
                if started is not None:
                    reason = StreamNotBegun("Nobody connected to the live stream within an hour.")
                    await self.runner.finish(started, as_failure(reason))
                    log.info("unused_stream_ended", analysis_id=analysis.id)

    async def expire_all_leases(self) -> None:
        """Expire every lease. Call it only at the start of the only process that uses the records."""
        async with self._records.write() as transaction:
            await transaction.analyses.expire_leases(datetime.now(UTC))

    async def _enqueue_again(self, analysis: AnalysisRecord) -> None:
        """Give an analysis a new job: the old one ended without a result."""
        job = Job(ANALYSIS_JOB, analysis.id, priority=Priority(analysis.priority).compute_job_priority(analysis.turn))
        async with self._records.write() as transaction:
            if await transaction.analyses.requeue_abandoned(analysis):
                await transaction.analyses.set_job(analysis.id, await self.queue.enqueue(job, within=transaction))
                log.warning("analysis_enqueued_again", analysis_id=analysis.id, attempt=analysis.attempt)
