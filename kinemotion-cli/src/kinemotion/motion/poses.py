"""What the pose model saw: points in pixels, raw, never smoothed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np

from kinemotion.motion.arrays import Floats
from kinemotion.motion.skeleton import Skeleton

LEFT, RIGHT = 0, 1
"""Places of the two feet in every array with a side axis, see ``skeleton.SIDES``."""


@dataclass(frozen=True, slots=True)
class Pose:
    """One person in one frame. Pixels, y down, origin at the upper left corner of the upright picture."""

    person: int
    """Track number: the same person keeps it from frame to frame."""
    points: Floats
    """Landmarks (33, 2), px; NaN where the model gives none."""
    confidence: Floats
    """Per landmark (33,), 0 to 1."""
    ground: Floats
    """Lowest point of the silhouette near each foot (2, 2): left and right, x and y, px; NaN where unseen."""
    change: float = 1.0
    """Mean absolute grey-level change of the person's region since the previous frame, 0 to 255; 0 is a repeat."""


@dataclass(frozen=True, slots=True)
class FramePoses:
    """Everybody in one frame. A frame without people is kept too, for its time stamp."""

    index: int
    """Number of the frame in the file."""
    time_s: float
    """Seconds since the first frame of the file."""
    people: tuple[Pose, ...]
    camera: Floats
    """Affine map (2, 3) from this picture to the first one, px; the identity for a stationary camera."""


Repair = Literal[
    "limbs_unswapped",
    "leg_outliers_recovered",
    "gaps_filled",
    "camera_motion_removed",
    "soles_from_landmarks",
    "sides_uncertain",
]
"""What was changed in the poses of a trial before it was measured."""


@dataclass(frozen=True, slots=True)
class PoseSequence:
    """One person over T frames. Time stamps rise strictly; all arrays share the first axis."""

    skeleton: Skeleton
    person: int
    frame: Floats
    """Frame numbers in the file (T,)."""
    time_s: Floats
    """Seconds since the first frame of the file (T,)."""
    points: Floats
    """Landmarks (T, 33, 2), px, y down."""
    confidence: Floats
    """(T, 33), 0 to 1."""
    ground: Floats
    """(T, 2, 2): left and right foot, x and y of the silhouette's lowest point, px; NaN where unseen."""
    camera: Floats
    """(T, 2, 3): affine map from each picture to the first one, px; the identity for a stationary camera."""
    change: Floats
    """(T,), grey levels: change of the person's region since the previous frame."""
    repairs: tuple[Repair, ...] = ()
    """What has been changed since the model saw the points, in the order it was done."""

    def __post_init__(self) -> None:
        count, points = len(self.time_s), len(self.skeleton.names)
        shapes = {
            "frame": (count,),
            "points": (count, points, 2),
            "confidence": (count, points),
            "ground": (count, 2, 2),
            "camera": (count, 2, 3),
            "change": (count,),
        }
        for name, expected in shapes.items():
            actual = getattr(self, name).shape
            if actual != expected:
                raise ValueError(f"{name} has shape {actual}, expected {expected}")
        if count > 1 and not np.all(np.diff(self.time_s) > 0):
            raise ValueError("time stamps do not rise strictly")

    def __len__(self) -> int:
        return len(self.time_s)

    @classmethod
    def of(cls, frames: Iterable[FramePoses], skeleton: Skeleton) -> Self:
        """Make the sequence of one person from frames in time order, at least one, that show this person alone.

        Raises
        ------
        ValueError
            Without frames, when one does not show exactly one person, or when the time stamps do not rise.
        """
        rows = list(frames)
        poses = [pose for row in rows for pose in row.people]
        if not rows or [len(row.people) for row in rows] != [1] * len(rows):
            raise ValueError("a sequence needs at least one frame, and one person in each")
        return cls(
            skeleton=skeleton,
            person=poses[0].person,
            frame=np.array([row.index for row in rows], dtype=float),
            time_s=np.array([row.time_s for row in rows]),
            points=np.stack([pose.points for pose in poses]),
            confidence=np.stack([pose.confidence for pose in poses]),
            ground=np.stack([pose.ground for pose in poses]),
            camera=np.stack([row.camera for row in rows]),
            change=np.array([pose.change for pose in poses]),
        )

    def repaired(self, repair: Repair, **changed: Floats) -> Self:
        """Return the sequence with some arrays changed, and the name of the repair kept."""
        done = self.repairs if repair in self.repairs else (*self.repairs, repair)
        return replace(self, repairs=done, **changed)

    def point(self, name: str) -> Floats:
        """Path of one landmark (T, 2), px."""
        return self.points[:, self.skeleton.index[name]]


@dataclass(frozen=True, slots=True)
class FailedSegment:
    """Part of a stream in which an error kept the frames of one person from being cut into trials."""

    person: int
    frame: Floats
    """(2,): numbers of its first and its last frame."""
    time_s: Floats
    """(2,), s: times of both."""
