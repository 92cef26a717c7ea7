"""What the service asks of an engine: which movements it offers, and the metrics of one video."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from kinemotion_backend.contract import Analysis, Engine, Intervals, Metrics, MovementInfo, Number, Progress, Trial
from kinemotion_backend.naming import Options

QualityPreset = Literal["fast", "balanced", "accurate"]
OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class VideoAnalysisResult:
    """The engine's document for one video, and which engine made it."""

    analysis: Analysis
    engine: Engine

    @property
    def movement(self) -> str:
        """Name of the movement that was measured."""
        return self.analysis.movement

    @property
    def metrics(self) -> Metrics:
        """Headline metrics: those of the best plausible trial."""
        return self.analysis.data

    @property
    def intervals(self) -> Intervals:
        """95 % intervals of the headline metrics."""
        return self.analysis.intervals

    @property
    def trials(self) -> tuple[Trial, ...]:
        """Every trial of the video."""
        return self.analysis.trials

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a coach should know before trusting the numbers."""
        return self.analysis.metadata.quality.warnings

    @property
    def quality(self) -> str:
        """Quality preset the engine ran with."""
        return self.analysis.metadata.processing.quality_preset

    @property
    def processing_time_s(self) -> Number:
        """Seconds the engine itself took."""
        return self.analysis.metadata.processing.processing_time_s

    def to_dict(self) -> dict[str, Any]:
        """The whole document, the metrics under ``metrics``, with the engine that made it; nothing is left out."""
        document = self.analysis.model_dump(mode="json", exclude_unset=True)
        metrics = document.pop("data")
        return {
            **document,
            "metrics": metrics,
            "quality": self.quality,
            "warnings": list(self.warnings),
            "processing_time_s": self.processing_time_s,
            "engine": self.engine.model_dump(mode="json", exclude_unset=True),
        }


class VideoAnalyzer(Protocol):
    """An engine, near or far, real or pretended."""

    async def engine(self) -> Engine:
        """Which engine answers.

        Raises
        ------
        EngineUnusable
            Where it is missing or speaks a foreign contract; says what to install.
        """
        ...

    async def movements(self) -> tuple[MovementInfo, ...]:
        """Movements that can be analysed."""
        ...

    async def analyze(
        self,
        video_path: Path,
        movement: str,
        *,
        quality: QualityPreset = "balanced",
        options: Options | None = None,
        on_progress: OnProgress | None = None,
    ) -> VideoAnalysisResult:
        """Metrics of the video, measured as the movement.

        Raises
        ------
        FileNotFoundError
            Where there is no such video.
        ServiceError
            Where the movement or an option is unknown, or the engine refuses, crashes or takes too long.
        """
        ...
