"""The public functions: a video file in, a report out. The one place that joins decoding, poses, flow and clock."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from threading import local
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from kinemotion.calibration import for_model
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.frames import Frame, VideoInfo
from kinemotion.motion.report import EstimatorInfo, Provenance, Quality, Report, Trial
from kinemotion.movements import registry
from kinemotion.pipeline import Analysis, analyze, best_trial
from kinemotion.pose.base import PoseEstimator
from kinemotion.pose.estimators import open_estimator
from kinemotion.report.contract.document import document
from kinemotion.video import Video, open_video

if TYPE_CHECKING:
    from kinemotion.report.contract.analysis_types import AnalysisDocument

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a clip is read and measured, beyond what every call says."""

    options: Any = None
    """An instance of the movement's options class; its defaults where None."""
    estimator: str = "litert"
    threads: int | None = None
    """Cores that the analysis may keep busy, as many as help where None: they change no number."""
    capture_fps: float | None = None
    """Rate the camera filmed at, where the file is played slower."""
    rotate_deg: int = 0
    """Clockwise turn of the pictures, added to what the file says: 0, 90, 180 or 270."""
    start_s: float | None = None
    end_s: float | None = None
    date: str | None = None
    """Day of the test, ISO 8601, where the file does not tell it; changes no number."""

    @property
    def whole(self) -> bool:
        """Whether no part of the clip is left out."""
        return self.start_s is None and self.end_s is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One clip to be analysed as one movement."""

    path: Path
    movement: str
    quality: str
    athlete: Athlete
    settings: Settings

    @property
    def options(self) -> Any:  # noqa: ANN401  (of the movement's options class)
        """The movement's options: those that were set, else its defaults."""
        return registry.get(self.movement).options() if self.settings.options is None else self.settings.options


class Clip(Protocol):
    """An open video."""

    @property
    def info(self) -> VideoInfo:
        """What is known of it; complete once the frames are exhausted."""
        ...

    def frames(self) -> Iterable[Frame]:
        """Its frames in order."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who is told while the work goes on."""

    progress: Callable[[int, int | None], None] = lambda _done, _total: None
    """Frames done, and frames there are where the container promises a number; told by another thread."""
    trial: Callable[[Trial], None] = lambda _trial: None
    """Each trial as soon as it is complete."""


@dataclass(frozen=True, slots=True)
class VideoResult:
    """What the ``process_..._video`` functions return."""

    report: Report

    @property
    def metrics(self) -> Any:  # noqa: ANN401  (the metrics class of the movement)
        """Metrics of the best trial, an instance of the movement's metrics class; None where there is none."""
        return self.report.headline.metrics if self.report.headline else None

    def to_dict(self) -> AnalysisDocument:
        """The document that the command line writes."""
        return document(self.report)


def analyze_video(
    path: str | PathLike[str],
    movement: str = "cmj",
    *,
    quality: str = "balanced",
    athlete: Athlete | None = None,
    settings: Settings | None = None,
) -> Report:
    """The report of one clip.

    Parameters
    ----------
    path
        A video file.
    movement
        Name of an installed movement, see ``kinemotion movements``.
    quality
        "fast", "balanced" or "accurate": which pose model is run.
    athlete
        What is known of the athlete.
    settings
        Everything else that may be set.

    Raises
    ------
    KinemotionError
        Any of ``kinemotion.errors``, each with code, message and hint.
    """
    request = Request(
        path=Path(path),
        movement=movement,
        quality=quality,
        athlete=athlete or Athlete(),
        settings=settings or Settings(),
    )
    return run(request)


def process_cmj_video(path: str | PathLike[str], quality: str = "balanced") -> VideoResult:
    """The countermovement jump of one clip."""
    return VideoResult(analyze_video(path, "cmj", quality=quality))


def process_dropjump_video(path: str | PathLike[str], quality: str = "balanced") -> VideoResult:
    """The drop jump of one clip."""
    return VideoResult(analyze_video(path, "dropjump", quality=quality))


def run(request: Request, *, listener: Listener | None = None) -> Report:
    """The report of one request; the listener hears of frames and trials on the way."""
    settings = request.settings
    registry.get(request.movement)  # an unknown one is refused before the clip is opened
    with (
        open_clip(request) as video,
        open_estimator(settings.estimator, preset=request.quality, threads=settings.threads) as estimator,
    ):
        return measure(request, video, estimator=estimator, listener=listener or Listener())


def open_clip(request: Request) -> AbstractContextManager[Video]:
    """The request's part of its clip, opened for reading."""
    settings = request.settings
    return open_video(
        request.path,
        capture_fps=settings.capture_fps,
        rotate_deg=settings.rotate_deg,
        start_s=settings.start_s,
        end_s=settings.end_s,
        threads=settings.threads,
    )


def measure(request: Request, video: Clip, *, estimator: PoseEstimator, listener: Listener) -> Report:
    """The report of a clip that is open, by an estimator that is ready."""
    clock = _Stopwatch()
    movement = registry.get(request.movement)
    total = video.info.promised_frames if request.settings.whole else None
    frames = _counted(clock.timed("decode", video.frames()), total=total, listener=listener)
    poses = clock.timed("pose", estimator.poses(frames))
    trials: list[Trial] = []
    calibration = for_model(estimator.info.name, estimator.info.model)
    analysis = Analysis(movement, estimator.skeleton, request.athlete, request.options, calibration)
    for trial in clock.timed("analysis", analyze(poses, analysis)):
        trials.append(trial)
        listener.trial(trial)
    for _ in frames:
        pass  # recorded poses come without looking at the frames; what the file delivers is counted all the same
    best = best_trial(trials, movement)
    return Report(
        movement=movement.name,
        trials=tuple(trials),
        headline=best,
        quality=_overall(best, trials, video=video.info),
        video=video.info,
        provenance=_provenance(request, estimator.info, clock=clock),
    )


def settings_of(request: Request) -> dict[str, Any]:
    """All that was asked for and could change a number, defaults filled in, as the document tells it."""
    settings = asdict(request.settings) | {"options": asdict(request.options), "athlete": asdict(request.athlete)}
    del settings["threads"]
    return settings


def _counted(frames: Iterable[Frame], *, total: int | None, listener: Listener) -> Iterator[Frame]:
    for done, frame in enumerate(frames, start=1):
        yield frame
        listener.progress(done, total)


def _overall(best: Trial | None, trials: Iterable[Trial], *, video: VideoInfo) -> Quality:
    """Quality of the clip: of its best trial, with what the file itself gave cause to say."""
    if best:
        return replace(best.quality, warnings=(*best.quality.warnings, *video.warnings))
    reasons = dict.fromkeys(trial.problem.message for trial in trials if trial.problem)
    return Quality(score=0, confidence="low", warnings=(*reasons, *video.warnings))


def _provenance(request: Request, estimator: EstimatorInfo, *, clock: _Stopwatch) -> Provenance:
    return Provenance(
        version=version("kinemotion"),
        timestamp=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        quality_preset=request.quality,
        processing_time_s=clock.elapsed_s,
        stages_s=dict(clock.stages_s),
        estimator=estimator,
        settings=settings_of(request),
    )


class _Stopwatch:
    """Seconds that each stage was waited for; a stage inside another, in the same thread, is not counted twice."""

    def __init__(self) -> None:
        self._started = perf_counter()
        self._nested = _Nested()
        self.stages_s: dict[str, float] = {}

    @property
    def elapsed_s(self) -> float:
        return perf_counter() - self._started

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        nested = self._nested
        outer, nested.spent_s, began = nested.spent_s, 0.0, perf_counter()
        try:
            yield
        finally:
            elapsed = perf_counter() - began
            self.stages_s[name] = self.stages_s.get(name, 0.0) + elapsed - nested.spent_s
            nested.spent_s = outer + elapsed

    def timed(self, name: str, items: Iterable[_Item]) -> Iterator[_Item]:
        """The items, with the time each took to come counted for the stage."""
        iterator = iter(items)
        while True:
            with self.stage(name):
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item


class _Nested(local):
    """Seconds spent in the stages inside the one that a thread is in."""

    spent_s = 0.0
