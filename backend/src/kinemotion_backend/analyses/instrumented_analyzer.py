"""An analyzer that counts and times what another one does."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any, cast

from kinemotion_backend.contract.documents import AnalysisHeader, Engine, MovementInfo
from kinemotion_backend.errors import ServiceError
from kinemotion_backend.inputs.movement_options import find_movement
from kinemotion_backend.metrics.catalogue import STAGES, Metrics
from kinemotion_backend.video_analyzer import AnalysisDocument, AnalysisEvent, AnalysisRequest, VideoAnalyzer

INTERNAL_ERROR_CODE = "internal_error"
UNKNOWN_SPORT = "unknown"
"""The label of a movement that the engine does not have: a client's own text makes no new series."""


class InstrumentedAnalyzer(VideoAnalyzer):
    """Calls another analyzer, and counts its results, errors and times."""

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
            code = error.code if isinstance(error, ServiceError) else INTERNAL_ERROR_CODE
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
            return find_movement(request.movement, among=await self.list_movements()).name
        return UNKNOWN_SPORT

    def _note_result(self, sport: str, header: AnalysisHeader) -> None:
        self._metrics.analyses.labels(sport).inc()
        stages = header.metadata.processing.stages_s
        for stage in STAGES:
            if stage in stages:
                self._metrics.stage_duration.labels(sport, stage).observe(stages[stage])
