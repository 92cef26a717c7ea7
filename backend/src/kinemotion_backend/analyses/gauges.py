"""Gauges of what changes without an event: the queue, the database, the engine and the disk."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from anyio import to_thread

from kinemotion_backend.errors import ServiceError
from kinemotion_backend.jobs.base import JobQueue
from kinemotion_backend.metrics.catalogue import Metrics
from kinemotion_backend.records.base import Records
from kinemotion_backend.video_analyzer import VideoAnalyzer

CHECK_S = 5.0
"""How long a check of the database or the engine may take."""


def _do_nothing() -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class GaugeUpdater:
    """Sets the gauges before somebody reads them."""

    metrics: Metrics
    queue: JobQueue
    records: Records
    analyzer: VideoAnalyzer
    folders: Mapping[str, Path]
    update_own: Callable[[], None] = _do_nothing
    """Sets the gauges of what this process alone has."""

    async def update(self) -> None:
        """Set the gauges to what is true now; what does not answer is shown as down."""
        self.update_own()
        await asyncio.gather(self._update_records(), self._update_engine(), to_thread.run_sync(self._update_disk))

    async def _update_records(self) -> None:
        metrics = self.metrics
        try:
            async with asyncio.timeout(CHECK_S):
                depths = await self.queue.count_unfinished()
                async with self.records.read() as transaction:
                    oldest = await transaction.analyses.find_oldest_queued()
        except Exception:  # noqa: BLE001  (whatever the driver of the queue raises: the database does not answer)
            metrics.records_up.set(0)
            return
        metrics.records_up.set(1)
        metrics.queue_depth.clear()
        for kind, depth in {"analysis": 0, **depths}.items():
            metrics.queue_depth.labels(kind).set(depth)
        metrics.queue_age.set(0 if oldest is None else max(0.0, (datetime.now(UTC) - oldest).total_seconds()))

    async def _update_engine(self) -> None:
        try:
            async with asyncio.timeout(CHECK_S):
                await self.analyzer.list_movements()
        except (ServiceError, TimeoutError):
            self.metrics.engine_up.set(0)
        else:
            self.metrics.engine_up.set(1)

    def _update_disk(self) -> None:
        for name, folder in self.folders.items():
            with suppress(OSError):
                self.metrics.disk_free.labels(name).set(shutil.disk_usage(folder).free)
