"""BlazePose run frame by frame, raw and without smoothing."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace

from kinemotion.motion.arrays import Floats
from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses, Pose
from kinemotion.motion.report import EstimatorInfo
from kinemotion.motion.skeleton import BLAZEPOSE, Skeleton
from kinemotion.pose.base import Effort
from kinemotion.pose.detector import Detector
from kinemotion.pose.following.follower import FollowedFrame, PeopleFollower
from kinemotion.pose.following.tracks import Tracks
from kinemotion.pose.frame_difference import FrameComparer
from kinemotion.pose.landmarks import LandmarkModel, LandmarkResult
from kinemotion.pose.model_files import LANDMARKS, load_model
from kinemotion.pose.runtime import Runtime
from kinemotion.pose.silhouette import find_ground_points
from kinemotion.pose.soles import LastSoles
from kinemotion.prefetch import prefetch

_FOLLOWED_AHEAD = 3
"""Frames in which people are followed ahead of the one in use."""
_CONVERTED_AHEAD = 1
"""Pictures converted ahead of the one in use. Each picture that waits is memory, and more make nothing faster."""
_NETWORK_THREADS = 4
"""More make a network of this size no faster. None is kept back for the work beside it: with both of two cores a
network makes an analysis 5 to 10 % shorter, and takes about as much of the processors."""


class BlazePoseEstimator:
    """Estimates the poses of each frame; the next frame's region comes from the last raw landmarks."""

    def __init__(self, effort: Effort, runtime: Runtime) -> None:
        model = load_model(LANDMARKS[effort.preset])
        of_network = min(_NETWORK_THREADS, effort.threads)
        self._landmarks = LandmarkModel(model, threads=of_network, load=runtime.load)
        self._detector = Detector(threads=of_network, load=runtime.load)
        self._effort = effort
        self._info = EstimatorInfo(runtime.name, model.name, model.sha256, runtime.version)

    @property
    def info(self) -> EstimatorInfo:
        """Model and runtime, for the record."""
        return self._info

    @property
    def skeleton(self) -> Skeleton:
        """BlazePose's 33 points."""
        return BLAZEPOSE

    def estimate(self, frames: Iterable[Frame]) -> Iterator[FramePoses]:
        """Yield the poses of the people in each frame, in the order of their numbers.

        If more than one thread is allowed, a second thread reads the frames and follows the people. The rest of a frame
        (silhouette, camera) is computed meanwhile.
        """
        tracks = Tracks(detect=self._detector.detect, find_landmarks=self._landmarks.find_landmarks)
        follower = PeopleFollower(tracks, still_rate=self._effort.still_rate)
        comparer = FrameComparer()
        last: FramePoses | None = None
        soles = LastSoles()
        threads = self._effort.threads
        with (
            closing(prefetch(_convert(frames, follower), depth=_CONVERTED_AHEAD, threads=threads)) as converted,
            closing(prefetch(follower.follow(converted), depth=_FOLLOWED_AHEAD, threads=threads)) as seen,
        ):
            for found in seen:
                if last is None or found.held is None:
                    last = self._describe(found, soles=soles, comparer=comparer)
                    soles = soles if found.is_between else soles.then(last.people)
                else:
                    last = _repeat_poses(last, found.frame, changes=found.held)
                yield last

    def _describe(self, found: FollowedFrame, *, soles: LastSoles, comparer: FrameComparer) -> FramePoses:
        """Return the people who are followed in a frame, with their feet on the ground and the camera's motion.

        In a frame between two measured ones the feet rest on their last soles.
        """
        frame = found.frame
        difference = comparer.compare(frame.grey, [track.landmarks.points for track in found.people])
        poses = tuple(
            Pose(
                person=track.person,
                points=track.landmarks.points,
                confidence=track.landmarks.confidence,
                ground=soles.find(track.person) if found.is_between else self._find_ground(track.landmarks),
                change=change,
            )
            for track, change in zip(found.people, difference.changes, strict=True)
        )
        return FramePoses(frame.index, frame.time_s, poses, difference.camera)

    def _find_ground(self, landmarks: LandmarkResult) -> Floats:
        return find_ground_points(self._landmarks.find_silhouette(landmarks), landmarks.points)


def _convert(frames: Iterable[Frame], follower: PeopleFollower) -> Iterator[Frame]:
    """Yield the frames; convert each picture early, unless it may be skipped."""
    for frame in frames:
        if not follower.is_passing_over:
            _ = frame.image
        yield frame


def _repeat_poses(last: FramePoses, frame: Frame, *, changes: Sequence[float]) -> FramePoses:
    """Return the poses of the frame before, in a frame in which nobody has moved."""
    people = tuple(replace(pose, change=change) for pose, change in zip(last.people, changes, strict=True))
    return FramePoses(frame.index, frame.time_s, people, last.camera)
