"""The public functions: a video file in, a report out. The one place that joins decoding, poses, flow and clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Literal, Protocol, TypedDict, TypeVar, Unpack, cast, overload

from kinemotion.analysis_report import AnalysisReport
from kinemotion.calibration import find_calibration
from kinemotion.clip_watcher import ClipWatcher, check_found
from kinemotion.errors import KinemotionError, MovementNotFound, NobodyVisible
from kinemotion.installed import read_version
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.frames import Frame, VideoInfo
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import EstimatorInfo, Problem, Provenance, Report, Trial
from kinemotion.movements import registry
from kinemotion.movements.lazy import LazyMovement
from kinemotion.pipeline import analyze, find_best_trial
from kinemotion.pose.base import PoseEstimator
from kinemotion.pose.estimators import open_estimator
from kinemotion.pose.recorded import RecordedEstimator
from kinemotion.report.contract.document import make_document
from kinemotion.request import Listener, Request, Settings, list_settings
from kinemotion.session import MeasurementSetup
from kinemotion.stopwatch import Stopwatch
from kinemotion.video import Video, open_video

if TYPE_CHECKING:
    from kinemotion.movements.cmj.metrics import CmjMetrics
    from kinemotion.movements.dropjump.metrics import DropJumpMetrics
    from kinemotion.movements.rj.metrics import RepeatedJumpMetrics
    from kinemotion.movements.running.metrics import RunningMetrics
    from kinemotion.movements.sj.metrics import SquatJumpMetrics
    from kinemotion.report.contract.analysis_types import AnalysisDocument


class Clip(Protocol):
    """An open video."""

    @property
    def info(self) -> VideoInfo:
        """What is known of it; complete once the frames are exhausted."""
        ...

    def frames(self) -> Iterable[Frame]:
        """Its frames in order."""
        ...


Metrics_co = TypeVar("Metrics_co", covariant=True)
"""Metrics class of a movement."""

if TYPE_CHECKING:
    # How type checkers see the report of a known movement. At run time it is an AnalysisReport.
    class TypedTrial(Trial, Generic[Metrics_co]):
        """A trial with numbers, of a movement whose metrics class is known."""

        metrics: Metrics_co  # pyright: ignore[reportIncompatibleVariableOverride]  (frozen, so covariant)

    class MovementReport(AnalysisReport, Generic[Metrics_co]):
        """The report of a movement whose metrics class is known."""

        headline: TypedTrial[Metrics_co] | None  # pyright: ignore[reportIncompatibleVariableOverride]  (frozen)


@dataclass(frozen=True, slots=True)
class VideoResult(Generic[Metrics_co]):
    """What the ``process_..._video`` functions return."""

    report: Report

    @property
    def metrics(self) -> Metrics_co | None:
        """Metrics of the best trial, an instance of the movement's metrics class; None where there is none."""
        return cast("Metrics_co", self.report.headline.metrics) if self.report.headline else None

    def to_dict(self) -> AnalysisDocument:
        """Return the document that the command line writes."""
        return make_document(self.report)


Source = str | PathLike[str]


class Details(TypedDict, total=False):
    """What else `analyze_video` takes, as type checkers see it."""

    quality: str
    athlete: Athlete | None
    settings: Settings | None


@overload
def analyze_video(
    path: Source, movement: Literal["cmj"] = "cmj", **details: Unpack[Details]
) -> MovementReport[CmjMetrics]: ...
@overload
def analyze_video(
    path: Source, movement: Literal["dropjump"], **details: Unpack[Details]
) -> MovementReport[DropJumpMetrics]: ...
@overload
def analyze_video(
    path: Source, movement: Literal["sj"], **details: Unpack[Details]
) -> MovementReport[SquatJumpMetrics]: ...
@overload
def analyze_video(
    path: Source, movement: Literal["rj"], **details: Unpack[Details]
) -> MovementReport[RepeatedJumpMetrics]: ...
@overload
def analyze_video(
    path: Source, movement: Literal["running"], **details: Unpack[Details]
) -> MovementReport[RunningMetrics]: ...
@overload
def analyze_video(path: Source, movement: str, **details: Unpack[Details]) -> AnalysisReport: ...
def analyze_video(
    path: Source,
    movement: str = "cmj",
    *,
    quality: str = "balanced",
    athlete: Athlete | None = None,
    settings: Settings | None = None,
) -> AnalysisReport:
    """Analyse one clip.

    Type checkers know the metrics class of a built-in movement.

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
    return AnalysisReport.of(run(request))


def process_cmj_video(path: Source, quality: str = "balanced") -> VideoResult[CmjMetrics]:
    """Return the countermovement jump of one clip."""
    return VideoResult(analyze_video(path, "cmj", quality=quality))


def process_dropjump_video(path: Source, quality: str = "balanced") -> VideoResult[DropJumpMetrics]:
    """Return the drop jump of one clip."""
    return VideoResult(analyze_video(path, "dropjump", quality=quality))


def run(request: Request, *, listener: Listener | None = None, keep_motion: bool = True) -> Report:
    """Analyse one clip as requested; the listener hears of frames and trials on the way.

    ``keep_motion`` says whether the trials of the report hold the motion that they were measured from. Pictures and
    exchange files need it, the document does not.
    """
    settings = request.settings
    movement = registry.get(request.movement)  # an unknown one is refused before the clip is opened
    if settings.threads != 1 and isinstance(movement, LazyMovement):
        movement.load_ahead()
    with (
        open_clip(request) as video,
        open_estimator(
            settings.estimator,
            preset=request.quality,
            threads=settings.threads,
            still_rate="always" if settings.full else "rarely",
            device=settings.device,
        ) as estimator,
    ):
        if isinstance(estimator, RecordedEstimator):
            estimator.check_video(video.info)
        return measure(request, video, estimator=estimator, listener=listener or Listener(), keep_motion=keep_motion)


def open_clip(request: Request, *, trust_tags: bool = True) -> AbstractContextManager[Video]:
    """Return the request's part of its clip, opened for reading; its tags may say that it is in slow motion."""
    settings = request.settings
    return open_video(
        request.path,
        capture_fps=settings.capture_fps,
        trust_tags=trust_tags,
        rotate_deg=settings.rotate_deg,
        limits=settings.limits,
        start_s=settings.start_s,
        end_s=settings.end_s,
        threads=settings.threads,
    )


def measure(
    request: Request, video: Clip, *, estimator: PoseEstimator, listener: Listener, keep_motion: bool = True
) -> Report:
    """Analyse a clip that is open by an estimator that is ready; see ``run``."""
    clock = Stopwatch()
    movement = registry.get(request.movement)
    total = video.info.promised_frames if request.settings.whole else None
    setup = _prepare(request, video.info, estimator=estimator)
    watcher = ClipWatcher(video.info, setup)
    pictures = clock.timed("decode", watcher.watch_pictures(video.frames()))
    frames = _tell_progress(pictures, total=total, listener=listener)
    found = _keep_part(clock.timed("pose", estimator.estimate(frames)), request.settings, pace=video.info.real_per_file)
    poses = _tell_poses(found, listener=listener)
    trials: list[Trial] = []
    others: list[int] = []
    problem: KinemotionError | None = None
    try:
        for trial in map(watcher.explain_trial, clock.timed("analysis", analyze(watcher.watch(poses), setup))):
            if request.settings.person in {None, trial.person}:
                listener.trial(trial)
                trials.append(trial if keep_motion else trial.without_motion())
            else:
                others.append(trial.person)
    except (NobodyVisible, MovementNotFound) as error:
        problem = error
    if trials or others:
        check_found(request.settings, trials=len(trials), others=others)
    for _ in frames:
        pass  # recorded poses come without looking at the frames; what the file delivers is counted all the same
    problem = problem and watcher.explain(problem, video=video.info)
    best, seen = find_best_trial(trials, movement), watcher.correct(video.info)
    report = Report(
        movement=movement.name,
        trials=tuple(trials),
        headline=best,
        quality=watcher.rate(best, trials, video=seen),
        video=seen,
        provenance=_describe_run(request, estimator.info, clock=clock),
        problem=Problem(problem.code, problem.message, problem.hint) if problem else None,
    )
    if problem:
        listener.refused(report)
        raise problem
    return report


def _prepare(request: Request, video: VideoInfo, *, estimator: PoseEstimator) -> MeasurementSetup:
    """Return what is asked of the poses of a clip."""
    return MeasurementSetup(
        registry.get(request.movement),
        estimator.skeleton,
        request.athlete,
        request.options,
        find_calibration(estimator.info.name, estimator.info.model),
        corrections=request.settings.events,
        picture_px=(video.width, video.height) if video.width else None,
    )


def _keep_part(poses: Iterable[FramePoses], settings: Settings, *, pace: float) -> Iterator[FramePoses]:
    """Yield what was seen in the asked part of the clip: recorded poses may be of more; ``pace`` is real per file."""
    start_s, end_s = settings.start_s or 0.0, settings.end_s or float("inf")
    return (seen for seen in poses if start_s * pace <= seen.time_s < end_s * pace)


def _tell_poses(poses: Iterable[FramePoses], *, listener: Listener) -> Iterator[FramePoses]:
    for seen in poses:
        listener.poses(seen)
        yield seen


def _tell_progress(frames: Iterable[Frame], *, total: int | None, listener: Listener) -> Iterator[Frame]:
    for done, frame in enumerate(frames, start=1):
        yield frame
        listener.progress(done, total)


def _describe_run(request: Request, estimator: EstimatorInfo, *, clock: Stopwatch) -> Provenance:
    return Provenance(
        version=read_version(),
        timestamp=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        quality_preset=request.quality,
        processing_time_s=clock.elapsed_s,
        stages_s=dict(clock.stages_s),
        estimator=estimator,
        settings=list_settings(request),
    )
