"""What has to be looked after when nobody asks: lost work, half-erased records, old rows."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from kinemotion_backend.analyses.erasing import delete_erased
from kinemotion_backend.analyses.submission import Priority
from kinemotion_backend.analyses.submitter import ANALYSIS_JOB
from kinemotion_backend.blobs.base import BlobStore
from kinemotion_backend.errors import ServiceError
from kinemotion_backend.jobs.base import Job, JobQueue
from kinemotion_backend.records.base import AnalysisRecord, Records

ROUND_S = 30.0
GRACE = timedelta(seconds=60)
"""How long after the end of its lease an analysis is left to the queue, which gives dead workers' jobs back itself."""
KEY_AGE = timedelta(hours=24)
"""How long an idempotency key is remembered."""
EVENT_AGE = timedelta(days=30)
JOB_AGE_S = 7 * 86_400.0
BATCH = 100

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """Rounds that put right what a crash left, and forget what is old. Any number of processes may make them."""

    records: Records
    queue: JobQueue
    blobs: BlobStore
    sweep_uploads: Callable[[], Awaitable[object]]
    """Deletes uploads that nobody finished."""

    async def run_for_ever(self) -> None:
        """Make a round now and then."""
        while True:
            try:
                await self.make_round()
            except ServiceError:
                log.warning("upkeep_failed", exc_info=True)
            await asyncio.sleep(ROUND_S)

    async def make_round(self) -> None:
        """Put right what a crash left, and forget what is old."""
        now = datetime.now(UTC)
        async with self.records.read() as transaction:
            abandoned = await transaction.analyses.find_abandoned(now - GRACE, limit=BATCH)
            erased = await transaction.analyses.find_erased(limit=BATCH)
        for analysis in abandoned:
            await self._enqueue_again(analysis)
        for analysis in erased:
            await delete_erased(self.records, self.blobs, analysis=analysis)
        async with self.records.write() as transaction:
            await transaction.analyses.delete_keys_before(now - KEY_AGE)
            await transaction.events.delete_before(now - EVENT_AGE)
        await self.sweep_uploads()
        await self.queue.tidy(older_than_s=JOB_AGE_S)

    async def take_over(self) -> None:
        """End the leases of every other process: only for a queue that belongs to one process, when it starts."""
        async with self.records.write() as transaction:
            await transaction.analyses.expire_leases(datetime.now(UTC))

    async def _enqueue_again(self, analysis: AnalysisRecord) -> None:
        """Give an analysis a new job: its worker hung, lost the lease, and ended the old job when it came back."""
        job = Job(ANALYSIS_JOB, analysis.id, priority=Priority(analysis.priority).place(analysis.turn))
        async with self.records.write() as transaction:
            if await transaction.analyses.requeue_abandoned(analysis):
                await transaction.analyses.set_job(analysis.id, await self.queue.enqueue(job, within=transaction))
                log.warning("analysis_enqueued_again", analysis_id=analysis.id, attempt=analysis.attempt)
