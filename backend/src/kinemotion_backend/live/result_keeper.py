"""Store the interim result of a live stream after each finished trial, and load it when the stream goes on."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Self

import structlog

from kinemotion_backend.analyses.interim_results import load_interim_result, save_interim_result
from kinemotion_backend.analyses.runner import AnalysisRunner
from kinemotion_backend.errors import ServiceError
from kinemotion_backend.live.recording import write_document
from kinemotion_backend.live.stream import LiveStream
from kinemotion_backend.records.base import AnalysisRecord
from kinemotion_backend.video_analyzer import VideoAnalyzer

log = structlog.stdlib.get_logger(__name__)


async def load_trials(runner: AnalysisRunner, analysis: AnalysisRecord | None) -> tuple[Mapping[str, Any], ...]:
    """Return the trials that an earlier process has measured for the analysis."""
    if analysis is None:
        return ()
    content = await load_interim_result(runner.blobs, analysis)
    return () if content is None else tuple(json.loads(content)["trials"])


def count_trials(trials: Sequence[Mapping[str, Any]]) -> int:
    """Return how many trials there were: older ones may be left out."""
    return trials[-1]["index"] + 1 if trials else 0


class ResultKeeper:
    """Stores the interim result of a live analysis after each finished trial."""

    def __init__(
        self, runner: AnalysisRunner, analysis: AnalysisRecord, *, stream: LiveStream, analyzer: VideoAnalyzer
    ) -> None:
        self._runner = runner
        self._analysis = analysis
        self._stream = stream
        self._analyzer = analyzer
        self._is_due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._stream.on_final_trial = self._is_due.set
        self._task = asyncio.create_task(self._keep())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _keep(self) -> None:
        while True:
            await self._is_due.wait()
            self._is_due.clear()
            try:
                content = write_document(self._stream, await self._analyzer.get_engine())
                await save_interim_result(self._runner.blobs, self._analysis, content=content)
            except ServiceError:
                log.warning("interim_result_not_stored", analysis_id=self._analysis.id)
            except Exception:
                log.exception("interim_result_not_stored", analysis_id=self._analysis.id)  # the next trial tries again
