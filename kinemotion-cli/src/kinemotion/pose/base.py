"""What a pose estimator is: frames in, poses out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from kinemotion.motion.frames import Frame
from kinemotion.motion.poses import FramePoses
from kinemotion.motion.report import EstimatorInfo
from kinemotion.motion.skeleton import Skeleton

Preset = Literal["fast", "balanced", "accurate"]
"""How much time a frame may cost."""

MOST_PEOPLE = 3
"""People followed at the same time; bounds the cost of a crowd."""

PRESENT = 0.5
"""Pose score from which a person is believed, as in MediaPipe."""


StillRate = Literal["rarely", "often", "always"]
"""How often people who stand still are measured: a few times a second, ten times a second, or in every frame. With
"often" and "always", the poses of a frame are ready before the next frame is read, as a live stream needs. Only with
"rarely" is an athlete who stands up after a landing measured less often too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much an estimator works."""

    preset: Preset = "balanced"
    """Which model is run."""
    threads: int = 1
    """Threads that the work keeps busy; they change no number."""
    still_rate: StillRate = "rarely"
    """How often people who stand still are measured."""


class PoseEstimator(Protocol):
    """Finds the people in each frame. Every result is of its own frame: raw, never smoothed over time."""

    @property
    def info(self) -> EstimatorInfo:
        """Model and runtime, for the record."""
        ...

    @property
    def skeleton(self) -> Skeleton:
        """Names of the points of every pose."""
        ...

    def estimate(self, frames: Iterable[Frame]) -> Iterator[FramePoses]:
        """Yield the poses of the people in each frame, in the order of the frames; also of a frame without people."""
        ...
