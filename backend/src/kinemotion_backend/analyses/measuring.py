"""An analyzer that counts and times what another one does, and what the service is like at present."""

import asyncio
import shutil
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from anyio import to_thread

from kinemotion_backend.contract import AnalysisHeader, Engine, MovementInfo
from kinemotion_backend.errors import ServiceError
from kinemotion_backend.inputs.movement_options import find_movement
from kinemotion_backend.jobs.base import JobQueue
from kinemotion_backend.metrics.catalogue import Metrics
from kinemotion_backend.records.base import Records
from kinemotion_backend.video_analyzer import AnalysisDocument, AnalysisEvent, AnalysisRequest, VideoAnalyzer

UNFORESEEN = "internal_error"
UNKNOWN_SPORT = "unknown"
"""The label of a movement that the engine does not have: a client's own text makes no new series."""
LOOK_S = 5.0
"""How long a look at the database or the engine may take."""


class MeasuredAnalyzer(VideoAnalyzer):
    """Passes everything on to another analyzer, and notes results, errors and times."""

    def __init__(self, analyzer: VideoAnalyzer, *, metrics: Metrics) -> None:
        self._analyzer = analyzer
        self._metrics = metrics

    async def run(self, request: AnalysisRequest) -> AsyncGenerator[AnalysisEvent]:
        """Run the analysis and note how it ended; one that was cancelled counts as neither result nor error."""
        sport, started_s = await self._name_sport(request), time.monotonic()
        try:
            with self._metrics.analyses_running.track_inprogress():
                async with aclosing(cast("Any", self._analyzer.run(request))) as events:
                    async for event in events:
                        if isinstance(event, AnalysisDocument):
                            self._note_result(sport, event.header)
                        yield event
        except (asyncio.CancelledError, GeneratorExit):
            raise
        except Exception as error:
            code = error.code if isinstance(error, ServiceError) else UNFORESEEN
            self._metrics.analyses_failed.labels(sport, code).inc()
            raise
        finally:
            self._metrics.analysis_duration.labels(sport).observe(time.monotonic() - started_s)

    async def get_engine(self) -> Engine:
        """Return which engine answers."""
        return await self._analyzer.get_engine()

    async def list_movements(self) -> tuple[MovementInfo, ...]:
        """Return the movements that can be analysed."""
        return await self._analyzer.list_movements()

    def can_read(self, head: bytes) -> bool:
        """Whether a file with these first bytes can be a video for the analyzer."""
        return self._analyzer.can_read(head)

    async def _name_sport(self, request: AnalysisRequest) -> str:
        with suppress(ServiceError):
            return find_movement(request.jump_type, among=await self.list_movements()).name
        return UNKNOWN_SPORT

    def _note_result(self, sport: str, header: AnalysisHeader) -> None:
        self._metrics.analyses.labels(sport).inc()
        stages = cast("Mapping[str, object]", (header.metadata.processing.model_extra or {}).get("stages_s") or {})
        for stage, took_s in stages.items():
            if isinstance(took_s, int | float):
                self._metrics.stage_duration.labels(sport, stage).observe(took_s)


def _do_nothing() -> None:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Observer:
    """Looks at what changes without an event: the queue, the database, the engine and the disk."""

    metrics: Metrics
    queue: JobQueue
    records: Records
    analyzer: VideoAnalyzer
    folders: Mapping[str, Path]
    look_further: Callable[[], None] = _do_nothing
    """Looks at what this process alone has."""

    async def look(self) -> None:
        """Set the gauges to what is true now; what does not answer is shown as down."""
        self.look_further()
        await asyncio.gather(self._look_at_records(), self._look_at_engine(), to_thread.run_sync(self._look_at_disk))

    async def _look_at_records(self) -> None:
        metrics = self.metrics
        try:
            async with asyncio.timeout(LOOK_S):
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

    async def _look_at_engine(self) -> None:
        try:
            async with asyncio.timeout(LOOK_S):
                await self.analyzer.list_movements()
        except (ServiceError, TimeoutError):
            self.metrics.engine_up.set(0)
        else:
            self.metrics.engine_up.set(1)

    def _look_at_disk(self) -> None:
        for name, folder in self.folders.items():
            with suppress(OSError):
                self.metrics.disk_free.labels(name).set(shutil.disk_usage(folder).free)
