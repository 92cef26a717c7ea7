"""Analyses of what is not a video file: pictures from any iterator, and poses that were found before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from kinemotion.analysis_report import AnalysisReport
from kinemotion.api import Source, measure, open_clip
from kinemotion.errors import UsageProblem
from kinemotion.messages import Message
from kinemotion.motion.arrays import Image
from kinemotion.motion.athlete import Athlete
from kinemotion.motion.frames import Frame, VideoInfo
from kinemotion.pose.estimators import open_estimator
from kinemotion.pose.recorded import RecordedEstimator
from kinemotion.request import Listener, Request, Settings
from kinemotion.streaming import check_picture
from kinemotion.video.timing import compute_mean_fps, is_uneven

TimedPicture = tuple[float, Image]
"""When it was taken, s, and the picture (H, W, 3), RGB, uint8, upright."""


def analyze_frames(
    pictures: Iterable[TimedPicture],
    movement: str = "cmj",
    *,
    quality: str = "balanced",
    athlete: Athlete | None = None,
    settings: Settings | None = None,
) -> AnalysisReport:
    """Analyse pictures from any iterator: a camera, a decoder, a simulation. Each is looked at once and not kept.

    Parameters
    ----------
    pictures
        Time in seconds, rising, and picture (H, W, 3), RGB, uint8, upright, with square pixels.
    movement
        Name of an installed movement.
    quality
        "fast", "balanced" or "accurate": which pose model is run.
    athlete
        What is known of the athlete.
    settings
        Everything else that may be set; what concerns a file has no effect.

    Raises
    ------
    KinemotionError
        Any of ``kinemotion.errors``.
    """
    request = _make_request(movement, quality=quality, athlete=athlete, settings=settings)
    chosen = request.settings
    with open_estimator(chosen.estimator, preset=quality, threads=chosen.threads, device=chosen.device) as estimator:
        clip = PictureClip(pictures)
        return AnalysisReport.of(measure(request, clip, estimator=estimator, listener=Listener()))


def estimate_poses(path: Source, *, quality: str = "balanced", settings: Settings | None = None) -> RecordedEstimator:
    """Find the people in each frame of a video: the slow part of an analysis, done once.

    Keep the result with its method ``save``, and read it with ``load_poses``.
    """
    request = replace(_make_request("cmj", quality=quality, athlete=None, settings=settings), path=Path(path))
    chosen = request.settings
    with (
        open_clip(request) as video,
        open_estimator(chosen.estimator, preset=quality, threads=chosen.threads, device=chosen.device) as estimator,
    ):
        found = tuple(estimator.estimate(video.frames()))
        return RecordedEstimator(estimator.info, found, replace(video.info, warnings=()))


def analyze_poses(
    poses: RecordedEstimator,
    movement: str = "cmj",
    *,
    athlete: Athlete | None = None,
    settings: Settings | None = None,
) -> AnalysisReport:
    """Analyse poses that were found before, without the video: again, as another movement, or with other settings.

    Raises
    ------
    UsageProblem
        If the poses do not say what video they are of.
    KinemotionError
        Any of ``kinemotion.errors``.
    """
    if poses.video is None:
        raise UsageProblem(
            Message("poses_without_video", "The poses do not say what video they are of."),
            hint=Message(
                "find_poses_again", "Find them again with estimate_poses, and keep them with their method save."
            ),
        )
    request = _make_request(movement, quality="recorded", athlete=athlete, settings=settings)
    return AnalysisReport.of(measure(request, KnownClip(poses.video), estimator=poses, listener=Listener()))


def _make_request(movement: str, *, quality: str, athlete: Athlete | None, settings: Settings | None) -> Request:
    return Request(
        path=Path(), movement=movement, quality=quality, athlete=athlete or Athlete(), settings=settings or Settings()
    )


@dataclass(frozen=True, slots=True)
class KnownClip:
    """A clip that is not decoded again."""

    info: VideoInfo

    def frames(self) -> Iterable[Frame]:
        """Return no frame."""
        return ()


@dataclass(slots=True)
class PictureClip:
    """Pictures as a clip."""

    pictures: Iterable[TimedPicture]
    _times_s: list[float] = field(default_factory=list[float])
    _shape: tuple[int, ...] = (0, 0, 3)

    def frames(self) -> Iterator[Frame]:
        """Yield each picture as a frame; time begins with the first one.

        Raises
        ------
        UsageProblem
            If one is no picture, or is not later than the one before.
        """
        for index, (time_s, image) in enumerate(self.pictures):
            check_picture(image, time_s, after_s=self._times_s[-1] if self._times_s else float("-inf"))
            if self._times_s and image.shape != self._shape:
                raise UsageProblem(
                    Message("pictures_differ", "The pictures differ in size."),
                    hint=Message("scale_pictures", "Scale them to one size."),
                )
            self._times_s.append(float(time_s))
            self._shape = image.shape
            yield Frame(index, float(time_s) - self._times_s[0], image)

    @property
    def info(self) -> VideoInfo:
        """What was seen so far."""
        times = self._times_s
        height, width = self._shape[:2]
        fps = compute_mean_fps(times)
        return VideoInfo(
            source="pictures",
            sha256=None,
            width=width,
            height=height,
            rotation_deg=0,
            codec="raw",
            fps=fps,
            frame_count=len(times),
            duration_s=len(times) / fps if fps else 0.0,
            variable_frame_rate=len(times) > 2 and is_uneven(times, tick_s=0.0),
        )
