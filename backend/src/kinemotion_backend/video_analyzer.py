"""The port to the engine: what the service asks of an analyzer, and what a script may call directly."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_args

from kinemotion_backend.contract.documents import (
    STANDARD_METRICS,
    Analysis,
    AnalysisHeader,
    Engine,
    Intervals,
    MovementInfo,
    Number,
    Progress,
    StandardMetrics,
    Trial,
)
from kinemotion_backend.errors import EngineCrashed, InvalidOptions
from kinemotion_backend.inputs.languages import DEFAULT_LANGUAGE
from kinemotion_backend.inputs.movement_options import Options, check_options, find_movement
from kinemotion_backend.inputs.option_faults import describe_fault
from kinemotion_backend.inputs.video_containers import is_video_container

QualityPreset = Literal["fast", "balanced", "accurate"]
ArtefactKind = Literal["report", "overlay", "trajectories"]
TRANSLATED_ARTEFACTS: frozenset[ArtefactKind] = frozenset({"report", "overlay"})
"""Artefacts whose texts are translated."""
DEFAULT_MOVEMENT = "cmj"

Result = TypeVar("Result")


def check_quality(quality: str) -> None:
    """Raise InvalidOptions when there is no such quality."""
    if quality not in get_args(QualityPreset):
        fault = describe_fault("quality", "not_a_choice", choices=get_args(QualityPreset))
        raise InvalidOptions(f"The quality: {fault.message}", fields=[fault])


@dataclass(frozen=True, slots=True)
class AnalysisRequest:
    """One video and what to do with it.

    Raises
    ------
    InvalidOptions
        When the quality is not a known one.
    """

    video_path: Path
    movement: str = DEFAULT_MOVEMENT
    quality: str = "balanced"
    options: Options = field(default_factory=dict[str, str | float | bool])
    artefacts: frozenset[ArtefactKind] = frozenset()
    """Files to make beside the document."""
    language: str = DEFAULT_LANGUAGE
    """Language of the texts in these files."""

    def __post_init__(self) -> None:
        check_quality(self.quality)


@dataclass(frozen=True, slots=True)
class AnalysisDocument:
    """The engine's document: the bytes to pass on, what they say of the whole video, and which engine wrote them."""

    content: bytes
    header: AnalysisHeader
    engine: Engine


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file that the engine made beside the document; it exists until the next event is asked for."""

    kind: ArtefactKind
    path: Path
    media_type: str


AnalysisEvent = Progress | AnalysisDocument | Artefact


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoAnalysisResult(StandardMetrics):
    """The standard metrics of one video, flat, and beside them everything else that the engine says."""

    processing_time_s: Number | None = None
    quality_warnings: tuple[str, ...] | None = None
    """What to know before trusting the numbers."""
    intervals: Intervals | None = None
    """95 % interval of each metric that has one."""
    trials: tuple[Trial, ...] | None = None
    document: Mapping[str, Any] | None = None
    """The engine's whole document."""

    @classmethod
    def from_document(cls, document: AnalysisDocument) -> "VideoAnalysisResult":
        """Convert the engine's document to a flat result."""
        analysis = Analysis.model_validate_json(document.content)
        return cls(
            **{name: cast("Number | None", analysis.data.get(name)) for name in STANDARD_METRICS},
            processing_time_s=analysis.metadata.processing.processing_time_s,
            quality_warnings=analysis.metadata.quality.warnings,
            intervals=analysis.intervals,
            trials=analysis.trials,
            document=json.loads(document.content),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the flat values that are known, by name."""
        names = (*STANDARD_METRICS, "processing_time_s", "quality_warnings")
        values = {name: getattr(self, name) for name in names}
        return {name: value for name, value in values.items() if value is not None}


class VideoAnalyzer(ABC):
    """An engine that measures videos: a command, a simulation, or a service elsewhere."""

    @abstractmethod
    def run(self, request: AnalysisRequest) -> AsyncIterator[AnalysisEvent]:
        """Analyse the video; yield progress, then the document, then the artefacts that were asked for.

        A refused video has no document. Of the artefacts, those that show what was seen of it come before the error.

        Raises
        ------
        FileNotFoundError
            When there is no such video.
        AnalysisError
            When the movement or an option is not known, or the engine refuses, fails or takes too long.
        """

    @abstractmethod
    async def get_engine(self) -> Engine:
        """Return which engine answers.

        Raises
        ------
        EngineUnusable
            When it is missing or has another contract; the message says what to install.
        """

    @abstractmethod
    async def list_movements(self) -> tuple[MovementInfo, ...]:
        """Return the movements that can be analysed."""

    def can_read(self, head: bytes) -> bool:
        """Whether a file with these first bytes can be a video for this analyzer."""
        return is_video_container(head)

    async def check(self, movement: str, options: Options) -> None:
        """Check the movement and its options without a video.

        Raises
        ------
        UnknownMovement
            When no movement has that name.
        InvalidOptions
            When the movement does not have an option, or does not accept its value.
        """
        check_options(find_movement(movement, among=await self.list_movements()), options)

    async def measure(self, request: AnalysisRequest) -> AnalysisDocument:
        """Analyse the video and return the document alone.

        Raises
        ------
        EngineCrashed
            When the analysis ends without a document; otherwise what ``run`` raises.
        """
        async with aclosing(cast("Any", self.run(request))) as events:
            async for event in events:
                if isinstance(event, AnalysisDocument):
                    return event
        raise EngineCrashed("The engine ended without a result.")

    def analyze(  # noqa: PLR0917  (published: scripts pass all three by position)
        self, video_path: str | Path, jump_type: str = DEFAULT_MOVEMENT, quality: str = "balanced"
    ) -> VideoAnalysisResult:
        """Analyse one video and wait for the result: for scripts, notebooks and tests.

        Raises
        ------
        FileNotFoundError
            When there is no such video.
        ValueError
            When the video, the movement or the quality is refused, as one of the typed ``AnalysisError``.
        """
        request = AnalysisRequest(Path(video_path), jump_type, quality)
        return VideoAnalysisResult.from_document(run_blocking(self.measure(request)))


def run_blocking(work: Coroutine[Any, Any, Result]) -> Result:
    """Run the coroutine to its end and return its result, also where this thread already runs an event loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
