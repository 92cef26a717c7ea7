"""BlazePose run frame by frame through LiteRT: the default estimator, raw and without smoothing."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.report import EstimatorInfo
from kinemotion.motion.skeleton import BLAZEPOSE, Skeleton
from kinemotion.pose.base import Preset
from kinemotion.pose.detector import Detector
from kinemotion.pose.frame_difference import FrameComparer
from kinemotion.pose.landmarks import LandmarkModel
from kinemotion.pose.models import LANDMARKS, load_model
from kinemotion.pose.runtime import find_runtime_version
from kinemotion.pose.silhouette import find_ground_points
from kinemotion.pose.tracks import Track, Tracks
from kinemotion.prefetch import prefetch

_DEPTH = 6
"""Frames whose people are followed beforehand."""
_OTHER_THREADS = 1
"""Kept busy by all that is no network; threads of a network that must wait for them slow it down."""


class LiteRTEstimator:
    """The people of each frame; the next frame's region comes from the last raw landmarks."""

    def __init__(self, preset: Preset = "balanced", *, threads: int = 1) -> None:
        model = load_model(LANDMARKS[preset])
        of_network = max(1, threads - _OTHER_THREADS)
        self._landmarks = LandmarkModel(model, threads=of_network)
        self._detector = Detector(threads=of_network)
        self._threads = threads
        self._info = EstimatorInfo("litert", model.name, model.sha256, find_runtime_version())

    @property
    def info(self) -> EstimatorInfo:
        """Model and runtime, for the record."""
        return self._info

    @property
    def skeleton(self) -> Skeleton:
        """BlazePose's 33 points."""
        return BLAZEPOSE

    def poses(self, frames: Iterable[Frame]) -> Iterator[FramePoses]:
        """The people in each frame, in the order of their numbers.

        With threads to spare, the people are followed in one of its own, which asks for the frames; all else about a
        frame is told while the next is looked at.
        """
        tracks = Tracks(detect=self._detector.detect, find_landmarks=self._landmarks.find_landmarks)
        followed = ((frame, tracks.follow(frame.image, frame.time_s)) for frame in frames)
        comparer = FrameComparer()
        with closing(prefetch(followed, depth=_DEPTH, threads=self._threads)) as seen:
            for frame, people in seen:
                yield self._describe(frame, people, comparer=comparer)

    def _describe(self, frame: Frame, people: Sequence[Track], *, comparer: FrameComparer) -> FramePoses:
        """The people who are followed in a frame, with their feet on the ground and the camera's motion."""
        difference = comparer.compare(frame.image, [track.landmarks.points for track in people])
        poses = tuple(
            Pose(
                person=track.person,
                points=track.landmarks.points,
                confidence=track.landmarks.confidence,
                ground=find_ground_points(self._landmarks.find_silhouette(track.landmarks), track.landmarks.points),
                change=change,
            )
            for track, change in zip(people, difference.changes, strict=True)
        )
        return FramePoses(frame.index, frame.time_s, poses, difference.camera)
