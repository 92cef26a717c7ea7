"""Analyzers that pretend: the contract's examples, at once, from no video."""

import asyncio
from pathlib import Path

from anyio import to_thread

from kinemotion_backend.analyzer.base import OnProgress, QualityPreset, VideoAnalysisResult
from kinemotion_backend.contract import Analysis, Engine, MovementInfo, Movements, Progress
from kinemotion_backend.errors import ServiceError
from kinemotion_backend.examples import example, names
from kinemotion_backend.naming import Options, find_movement, flags


class MockVideoAnalyzer:
    """An analyzer that answers every video with the example of its movement."""

    async def engine(self) -> Engine:
        """The engine of the examples."""
        return Engine.model_validate_json(example("version"))

    async def movements(self) -> tuple[MovementInfo, ...]:
        """The movements that have an example."""
        declared = Movements.model_validate_json(example("movements")).movements
        return tuple(movement for movement in declared if movement.name in names())

    async def analyze(
        self,
        video_path: Path,
        movement: str,
        *,
        quality: QualityPreset = "balanced",
        options: Options | None = None,
        on_progress: OnProgress | None = None,
    ) -> VideoAnalysisResult:
        """The example of the movement, as if made with that quality."""
        if not await to_thread.run_sync(video_path.is_file):
            raise FileNotFoundError(video_path)
        wanted = find_movement(movement, among=await self.movements())
        flags(wanted, options or {})
        if on_progress:
            on_progress(Progress(event="progress", done=1, total=1))
        return VideoAnalysisResult(_with_quality(wanted.name, quality), await self.engine())


class ConfigurableMockAnalyzer(MockVideoAnalyzer):
    """A mock that is told what to do.

    Parameters
    ----------
    result
        What every analysis returns; the example where None.
    failure
        What every analysis raises instead.
    delay_s
        How long every analysis takes.
    """

    def __init__(
        self,
        *,
        result: VideoAnalysisResult | None = None,
        failure: ServiceError | None = None,
        delay_s: float = 0.0,
    ) -> None:
        self.result = result
        self.failure = failure
        self.delay_s = delay_s

    async def analyze(
        self,
        video_path: Path,
        movement: str,
        *,
        quality: QualityPreset = "balanced",
        options: Options | None = None,
        on_progress: OnProgress | None = None,
    ) -> VideoAnalysisResult:
        """The result or failure it was told, after the delay."""
        await asyncio.sleep(self.delay_s)
        if self.failure:
            raise self.failure
        usual = await super().analyze(video_path, movement, quality=quality, options=options, on_progress=on_progress)
        return self.result or usual


def _with_quality(movement: str, quality: QualityPreset) -> Analysis:
    analysis = Analysis.model_validate_json(example(movement))
    processing = analysis.metadata.processing.model_copy(update={"quality_preset": quality})
    metadata = analysis.metadata.model_copy(update={"processing": processing})
    return analysis.model_copy(update={"metadata": metadata})
