"""The lease of a running analysis: renewed while it runs, with its progress published."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog

from kinemotion_backend.analyses.event_publisher import EventPublisher
from kinemotion_backend.records.base import AnalysisRecord, Records, StoredProgress, retry_while_unavailable

WRITE_S = 1.0
"""How often progress is written into the record, at most."""
PUBLISH_S = 0.1
"""How often progress is published, at most."""
RENEWALS_PER_LEASE = 3
"""A lease is renewed this many times before it would end."""

log = structlog.stdlib.get_logger(__name__)


class LeaseLost(Exception):
    """The analysis was cancelled, or another worker has taken it over."""


class AnalysisLease:
    """The lease of one attempt."""

    def __init__(
        self, records: Records, publisher: EventPublisher, *, analysis: AnalysisRecord, length_s: float
    ) -> None:
        self._records = records
        self._publisher = publisher
        self._analysis = analysis
        self._length_s = length_s
        self._progress: StoredProgress | None = None
        self._published_s = -PUBLISH_S
        self._is_lost = False

    @asynccontextmanager
    async def keep(self) -> AsyncGenerator[None]:
        """Renew the lease while the block runs, and stop the block as soon as the lease is lost.

        Raises
        ------
        LeaseLost
            If the lease was lost.
        """
        owner = asyncio.current_task()
        if owner is None:
            raise RuntimeError("a lease is kept by a task")
        renewing = asyncio.create_task(self._renew_for_ever(owner))
        try:
            yield
        except asyncio.CancelledError:
            if self._is_lost and owner.uncancel() == 0:
                raise LeaseLost from None
            raise
        finally:
            renewing.cancel()
            await asyncio.wait({renewing})

    async def report(self, done: int, total: int | None) -> None:
        """Publish the progress, at most every 0.1 s. The record gets it with the next renewal of the lease."""
        self._progress = StoredProgress(done, total)
        now_s = time.monotonic()
        if now_s - self._published_s >= PUBLISH_S or done == total:
            self._published_s = now_s
            await self._publisher.publish_progress(self._analysis.id, done=done, total=total)

    async def _renew_for_ever(self, owner: asyncio.Task[object]) -> None:
        written, renewed_s = self._progress, time.monotonic()
        while True:
            await asyncio.sleep(min(WRITE_S, self._length_s / RENEWALS_PER_LEASE))
            now_s = time.monotonic()
            if self._progress is written and now_s - renewed_s < self._length_s / RENEWALS_PER_LEASE:
                continue
            progress = self._progress
            try:
                is_ours = await retry_while_unavailable(self._renew)
            except Exception:
                log.exception("lease_not_renewed", analysis_id=self._analysis.id)  # tried again until the analysis ends
                continue
            written, renewed_s = progress, now_s
            if not is_ours:
                self._is_lost = True
                owner.cancel()
                return

    async def _renew(self) -> bool:
        until = datetime.now(UTC) + timedelta(seconds=self._length_s)
        async with self._records.write() as transaction:
            return await transaction.analyses.renew(
                self._analysis.id, self._analysis.attempt, until=until, progress=self._progress
            )
